"""The ASGI app: routes, and who is checked how.

`GET` and `HEAD` of a link show what it would answer, so that scanners of mail answer nothing; only
a button does. Nothing of a call is logged but what became of it.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from alerting.answers.answering import VERDICTS, Answer, Answering, Refusal
from vigie.domain.notification import DeliveryReceipt
from vigie.domain.review import ReviewVerdict
from vigie.errors import Rejected, Transient, Unprocessable
from vigie.ports import Clock
from vigie.receive import twilio, wording
from vigie.receive.pages import Pages

logger = logging.getLogger(__name__)

T = TypeVar("T")

MOST_BYTES: Final = 64 * 1024
"""Of a body; a text message of 1,600 letters needs a tenth of it."""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_STATUS: Final = {
    Refusal.FORGED: HTTPStatus.NOT_FOUND,
    Refusal.EXPIRED: HTTPStatus.GONE,
    Refusal.USED: HTTPStatus.CONFLICT,
    Refusal.OVER: HTTPStatus.GONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """What the routes lean on. `url` is where the app is reached from outside.

    `told` returns once a receipt is safe; `count` is told what came and what became of it.
    `twilio_token` is None where Twilio is not configured.
    """

    url: str
    answering: Answering
    pages: Pages
    told: Callable[[DeliveryReceipt], None]
    count: Callable[[str, str], None]
    clock: Clock
    twilio_token: str | None = None

    async def link(self, request: Request) -> Response:
        """Show what a link would answer."""
        answer = await self._ask("link", self.answering.offer, request.path_params["token"])
        return self._page(answer)

    async def answer(self, request: Request) -> Response:
        """Answer by a link, with the button that was pressed."""
        given = dict(await _form(request)).get("answer", "")
        if given not in VERDICTS:
            return PlainTextResponse("choose one of the buttons\n", HTTPStatus.BAD_REQUEST)
        token, verdict = request.path_params["token"], ReviewVerdict(given)
        answer = await self._ask("link", self.answering.by_link, token, verdict)
        self.count("link", answer.refusal if answer and answer.refusal else "taken")
        return self._page(answer)

    async def twilio_status(self, request: Request) -> Response:
        """Take in a delivery receipt."""
        fields = await self._from_twilio(request)
        receipt = twilio.receipt(fields, at=self.clock.now())
        if receipt is not None:
            await asyncio.to_thread(self.told, receipt)
            self.count("receipt", "arrived" if receipt.arrived else "lost")
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def twilio_message(self, request: Request) -> Response:
        """Take in an answer by text message, and say by return what became of it."""
        sid, phone, text = twilio.message(await self._from_twilio(request))
        answer = await self._ask(
            "message", lambda: self.answering.by_message(phone=phone, text=text, message_id=sid)
        )
        self.count("message", answer.refusal or "taken" if answer else "failed")
        return _twiml(self._in_return(answer))

    async def _ask(
        self, kind: str, question: Callable[..., Answer], *given: object
    ) -> Answer | None:
        """Return the answer; None where it cannot be had now, and the person has to try again."""
        try:
            answer = await asyncio.to_thread(question, *given)
        except Transient as error:
            logger.warning("received=%s outcome=failed error=%r", kind, str(error))
            return None
        logger.info("received=%s outcome=%s", kind, answer.refusal or "fine")
        return answer

    async def _from_twilio(self, request: Request) -> twilio.Fields:
        if self.twilio_token is None:
            message = "Twilio is not configured here: set alerting.sms.twilio"
            raise Rejected(message)
        fields = await _form(request)
        query = f"?{request.url.query}" if request.url.query else ""
        twilio.verify(
            f"{self.url.rstrip('/')}{request.url.path}{query}",
            fields,
            self.twilio_token,
            signature=request.headers.get(twilio.SIGNATURE, ""),
        )
        return fields

    def _page(self, answer: Answer | None) -> Response:
        if answer is None:
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            status = _STATUS[answer.refusal] if answer.refusal else HTTPStatus.OK
        return HTMLResponse(self.pages.render(answer), status, _HEADERS)

    def _in_return(self, answer: Answer | None) -> str:
        speak = self.pages.language(answer)
        if answer is None:
            return wording.try_again(speak)
        if answer.refusal is Refusal.STRANGER:
            return ""  # strangers cost nothing and learn nothing
        if answer.refusal:
            return wording.refused(speak, answer.refusal)
        return wording.noted(speak, answer)


def build_app(receiver: Receiver) -> Starlette:
    """Return the app; it holds nothing of its own."""
    return Starlette(
        routes=[
            Route("/a/{token}", receiver.link, methods=["GET"]),
            Route("/a/{token}", receiver.answer, methods=["POST"]),
            Route(twilio.STATUS_PATH, receiver.twilio_status, methods=["POST"]),
            Route(twilio.MESSAGE_PATH, receiver.twilio_message, methods=["POST"]),
            Route("/health", _healthy),
        ],
        exception_handlers={
            Rejected: _refuse(receiver, HTTPStatus.FORBIDDEN),
            Unprocessable: _refuse(receiver, HTTPStatus.BAD_REQUEST),
            Transient: _refuse(receiver, HTTPStatus.SERVICE_UNAVAILABLE),
        },
    )


def serve(app: Starlette, host: str, port: int) -> None:
    """Run the app until it is interrupted; whoever stands in front of it ends TLS."""
    # uvicorn raises the signal once more when it has ended: to be told to end is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _form(request: Request) -> twilio.Fields:
    """Return the fields of a form.

    Raises:
        Unprocessable: it is too long, or no form.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            message = f"a form has at most {MOST_BYTES} bytes"
            raise Unprocessable(message)
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        message = "this is no form"
        raise Unprocessable(message) from error


def _refuse(
    receiver: Receiver, status: HTTPStatus
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refuse(request: Request, error: Exception) -> Response:
        logger.warning("received=%s status=%d error=%r", request.url.path, status, str(error))
        receiver.count("call", type(error).__name__.lower())
        headers = {"Retry-After": "30"} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
        # What is wrong is for whoever runs Vigie, not for whoever calls.
        return PlainTextResponse(f"{status.phrase}\n", status, headers)

    return refuse


def _twiml(text: str) -> Response:
    said = f"<Message>{escape(text)}</Message>" if text else ""
    page = f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'
    return Response(page, media_type="text/xml")
