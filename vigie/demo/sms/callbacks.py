"""What Twilio calls back: whether a message arrived, and what people answer.

POST /practice/answers    From, Body: a person answers; the answer is what they get in return
"""

from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vigie.receive.twilio import SIGNATURE, sign

TIMEOUT_S: Final = 10.0


async def tell_status(app: Starlette, sid: str, url: str) -> None:
    """Tell whoever sent the message whether it arrived; who does not answer is not told twice."""
    gateway = app.state.gateway
    sms = gateway.read(sid)
    if sms is None:
        return
    fields = {"MessageSid": sid, "MessageStatus": sms.status, "To": sms.to, "From": sms.sender}
    try:
        await _call(app, url, fields)
    except httpx.HTTPError:
        gateway.unheard.append(sid)


async def _answer(request: Request) -> Response:
    app: Starlette = request.app
    if app.state.answers_to is None:
        return PlainTextResponse("say where answers are told: --answers-to", status_code=409)
    async with request.form() as form:
        given = {name: str(form.get(name, "")) for name in ("From", "Body")}
    number = app.state.gateway.next_number()
    called = await _call(app, app.state.answers_to, {"MessageSid": f"SM{number:032x}", **given})
    return Response(called.content, called.status_code, media_type=called.headers["content-type"])


async def _call(app: Starlette, url: str, fields: dict[str, str]) -> httpx.Response:
    signed = sign(url, list(fields.items()), app.state.token)
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        return await client.post(url, data=fields, headers={SIGNATURE: signed})


ROUTES: Final = [Route("/practice/answers", _answer, methods=["POST"])]
