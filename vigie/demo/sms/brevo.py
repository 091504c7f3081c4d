"""Answers like Brevo.

POST /v3/transactionalSMS/sms
GET  /v3/transactionalSMS/statistics/events      tags, startDate and endDate, limit; newest first
"""

import hmac
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from vigie.demo.sms.state import Failure, Gateway, Sms

KEY = "practice-key"

_RECIPIENT = re.compile(r"[1-9]\d{5,14}")
_SENDER = re.compile(r"[A-Za-z0-9 ]{1,11}|\d{1,15}")
_FIELDS = frozenset({"sender", "recipient", "content", "type", "tag", "unicodeEnabled", "webUrl"})
_KINDS = frozenset({"transactional", "marketing"})
_EVENTS = {
    "queued": ("accepted",),
    "delivered": ("delivered", "accepted"),
    "undelivered": ("hardBounces", "accepted"),
}
_PARAMETERS = frozenset({"limit", "offset", "startDate", "endDate", "days", "tags", "phoneNumber"})
_LARGEST_PAGE = 100

Handler = Callable[[Request, Gateway], Awaitable[Response]]


def routes() -> list[Route]:
    """Return what answers like Brevo."""
    base = "/v3/transactionalSMS"
    return [
        Route(f"{base}/sms", _keyed(_create), methods=["POST"]),
        Route(f"{base}/statistics/events", _keyed(_events)),
    ]


def _keyed(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def checked(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("api-key", ""), KEY):
            return _problem(401, "unauthorized", "Key not found")
        return await handler(request, request.app.state.gateway)

    return checked


async def _create(request: Request, gateway: Gateway) -> Response:
    failure = gateway.next_failure()
    if failure and not failure.after:
        return _failed(failure)
    fields: dict[str, Any] = msgspec.json.decode(await request.body())
    if problem := _refusal(fields):
        return problem
    sms = gateway.take(
        to=f"+{fields['recipient']}",
        sender=fields["sender"],
        body=fields["content"],
        via="brevo",
        tag=fields.get("tag", ""),
    )
    if failure:
        return _failed(failure)
    body = {
        "reference": sms.sid,
        "messageId": sms.number,
        "smsCount": 1,
        "usedCredits": 0.7,
        "remainingCredits": 82.8,
    }
    return JSONResponse(body, status_code=201)


def _refusal(fields: dict[str, Any]) -> Response | None:
    for name in ("sender", "recipient", "content"):
        if not fields.get(name):
            return _problem(400, "missing_parameter", f"{name} is missing")
    if unknown := set(fields) - _FIELDS:
        return _problem(400, "invalid_parameter", f"{min(unknown)} is unknown")
    if not _SENDER.fullmatch(fields["sender"]):
        return _problem(400, "invalid_parameter", "sender is not valid")
    if not _RECIPIENT.fullmatch(fields["recipient"]):
        return _problem(400, "invalid_parameter", "telephone is not valid")
    if fields.get("type", "transactional") not in _KINDS:
        return _problem(400, "invalid_parameter", "type is not valid")
    return None


async def _events(request: Request, gateway: Gateway) -> Response:
    if failure := gateway.next_failure():
        return _failed(failure)
    given = dict(request.query_params)
    if ("startDate" in given) != ("endDate" in given) or set(given) - _PARAMETERS:
        return _problem(400, "invalid_parameter", "parameters are not valid")
    try:
        tags = set(json.loads(given.get("tags", "[]")))
        first = date.fromisoformat(given.get("startDate", "2000-01-01"))
        last = date.fromisoformat(given.get("endDate", "2100-01-01"))
        limit = min(int(given.get("limit", "50")), _LARGEST_PAGE)
    except (ValueError, TypeError):
        return _problem(400, "invalid_parameter", "parameters are not valid")
    found = [
        sms
        for sms in reversed(gateway.messages)
        if sms.via == "brevo"
        and (not tags or sms.tag in tags)
        and first <= sms.created.date() <= last
    ]
    read = [gateway.read(sms.sid) or sms for sms in found]
    events = [_shown(sms, event) for sms in read for event in _EVENTS[sms.status]]
    return JSONResponse({"events": events[:limit]})


def _shown(sms: Sms, event: str) -> dict[str, str]:
    return {
        "phoneNumber": sms.to.removeprefix("+"),
        "date": sms.created.isoformat(),
        "messageId": str(sms.number),
        "event": event,
        "tag": sms.tag,
    }


def _failed(failure: Failure) -> Response:
    if failure.garbage:
        return PlainTextResponse("<html>gateway", status_code=201)
    response = _problem(failure.status, str(failure.code), "Injected failure")
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _problem(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status_code=status)
