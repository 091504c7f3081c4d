"""A server that takes webhooks as strictly as one should, keeps them, and fails when told to."""

from typing import Any, Final

import msgspec
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

KEY: Final = "whsec_" + "c291cmNlYmVsbGUtcHJhY3RpY2Utc2lnbmluZy1rZXk="
"""Signs nothing outside tests."""
_REQUIRED: Final = ("specversion", "id", "source", "type")
"""Attributes of every CloudEvent, CloudEvents 1.0 section 2.1."""


class Receiver:
    """What was taken, oldest first, as (id, body); a double is kept too, so that it is seen."""

    def __init__(self, key: str = KEY) -> None:
        self._verifier = Webhook(key)
        self._failures: list[tuple[int, dict[str, str]]] = []
        self.taken: list[tuple[str, str]] = []

    def fail_next(self, status: int, **headers: str) -> None:
        """Answer the next request with this status."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._failures.append((status, named))

    async def handle(self, request: Request) -> Response:
        """Verify, then read, then keep."""
        if self._failures:
            status, headers = self._failures.pop(0)
            return PlainTextResponse(f"{request.url} says no", status, headers=headers)
        body = await request.body()
        try:
            self._verifier.verify(body, dict(request.headers), json_parse=False)
        except WebhookVerificationError:
            return PlainTextResponse("not signed by whom I know", 401)
        media_type = request.headers.get("content-type", "").partition(";")[0]
        if media_type != "application/cloudevents+json" or not _is_event(body):
            return PlainTextResponse("no CloudEvent", 400)
        self.taken.append((request.headers["webhook-id"], body.decode()))
        return PlainTextResponse("", 204)


def build_app(key: str = KEY) -> Starlette:
    """Return the server; `app.state.receiver` is its memory."""
    receiver = Receiver(key)
    app = Starlette(routes=[Route("/{path:path}", receiver.handle, methods=["POST"])])
    app.state.receiver = receiver
    return app


def _is_event(body: bytes) -> bool:
    try:
        event: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return False
    if not isinstance(event, dict) or event.get("specversion") != "1.0":
        return False
    return all(isinstance(event.get(name), str) and event[name] for name in _REQUIRED)
