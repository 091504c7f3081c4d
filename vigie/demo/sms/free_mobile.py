"""Answers like Free Mobile: a status and nothing else.

POST /sendmsg     user, pass and msg, as JSON
"""

import hmac
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from vigie.demo.sms.state import Gateway

USER = "12345678"
KEY = "practice-line-key"
PHONE = "+33600000001"
"""The one subscriber's own number."""


def routes() -> list[Route]:
    """Return what answers like Free Mobile."""
    return [Route("/sendmsg", _send, methods=["POST"])]


async def _send(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    failure = gateway.next_failure()
    if failure and not failure.after:
        return PlainTextResponse("", status_code=failure.status)
    try:
        fields: dict[str, Any] = msgspec.json.decode(await request.body())
    except msgspec.DecodeError:
        return PlainTextResponse("", status_code=400)
    if set(fields) != {"user", "pass", "msg"} or not all(fields.values()):
        return PlainTextResponse("", status_code=400)
    if fields["user"] != USER or not hmac.compare_digest(str(fields["pass"]), KEY):
        return PlainTextResponse("", status_code=403)
    gateway.take(to=PHONE, sender="FreeMobile", body=fields["msg"], via="free_mobile")
    return PlainTextResponse("", status_code=failure.status if failure else 200)
