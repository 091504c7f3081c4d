"""Answers like OVHcloud: signed requests, jobs that leave, receivers refused in an answer of 200.

GET  /1.0/auth/time
POST /1.0/sms/<service>/jobs
GET  /1.0/sms/<service>/jobs, /jobs/<id>                  what waits to leave
GET  /1.0/sms/<service>/outgoing?tag=, /outgoing/<id>     what has left
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from vigie.demo.sms.state import Failure, Gateway, Sms

APPLICATION = "practice-application"
APPLICATION_SECRET = "practice-application-secret"  # noqa: S105 - of a gateway without a public
CONSUMER = "practice-consumer"
SERVICE = "sms-pr00000-1"

_SKEW_S = 30
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_TYPES: Final[dict[str, type]] = {
    "message": str,
    "receivers": list,
    "sender": str,
    "senderForResponse": bool,
    "noStopClause": bool,
    "priority": str,
    "coding": str,
    "charset": str,
    "validityPeriod": int,
    "tag": str,
}
_RECEIPTS = {"queued": 0, "delivered": 1, "undelivered": 2}

Handler = Callable[[Request, Gateway], Awaitable[Response]]


def routes() -> list[Route]:
    """Return what answers like OVHcloud."""
    base = f"/1.0/sms/{SERVICE}"
    return [
        Route("/1.0/auth/time", _time),
        Route(f"{base}/jobs", _signed(_create), methods=["POST"]),
        Route(f"{base}/jobs", _signed(_waiting)),
        Route(f"{base}/jobs/{{number:int}}", _signed(_job)),
        Route(f"{base}/outgoing", _signed(_outgoing)),
        Route(f"{base}/outgoing/{{number:int}}", _signed(_left)),
    ]


async def _time(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    return JSONResponse(int(gateway.now().timestamp()))


def _signed(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler behind the check of the signature."""

    async def checked(request: Request) -> Response:
        gateway: Gateway = request.app.state.gateway
        if refused := await _refusal(request, gateway):
            return refused
        return await handler(request, gateway)

    return checked


async def _refusal(request: Request, gateway: Gateway) -> Response | None:
    headers = request.headers
    at = headers.get("X-Ovh-Timestamp", "")
    if not at.isdecimal() or abs(int(at) - gateway.now().timestamp()) > _SKEW_S:
        return _problem(403, "QUERY_TIME_OUT", "Query out of time")
    if headers.get("X-Ovh-Application") != APPLICATION:
        return _problem(403, "INVALID_KEY", "This application key is invalid")
    if headers.get("X-Ovh-Consumer") != CONSUMER:
        return _problem(403, "NOT_CREDENTIAL", "This credential does not exist")
    body = (await request.body()).decode()
    parts = (APPLICATION_SECRET, CONSUMER, request.method, str(request.url), body, at)
    wanted = "$1$" + hashlib.sha1("+".join(parts).encode()).hexdigest()  # noqa: S324 - theirs
    if not hmac.compare_digest(wanted, headers.get("X-Ovh-Signature", "")):
        return _problem(400, "INVALID_SIGNATURE", "Invalid signature")
    return None


async def _create(request: Request, gateway: Gateway) -> Response:
    failure = gateway.next_failure()
    if failure and not failure.after:
        return _failed(failure)
    job: dict[str, Any] = msgspec.json.decode(await request.body())
    for name, value in job.items():
        if name not in _TYPES or type(value) is not _TYPES[name]:
            return _problem(400, "INVALID_ARGUMENT", f"[{name}] is not valid")
    if not job.get("message"):
        return _problem(400, "INVALID_ARGUMENT", "[message] Mandatory parameter missing")
    valid = [number for number in job.get("receivers", []) if _NUMBER.fullmatch(number)]
    taken = [
        gateway.take(
            to=number,
            sender=job.get("sender", "38069"),
            body=job["message"],
            via="ovhcloud",
            tag=job.get("tag", ""),
        )
        for number in valid
    ]
    if failure:
        return _failed(failure)
    report = {
        "ids": [sms.number for sms in taken],
        "validReceivers": valid,
        "invalidReceivers": [n for n in job.get("receivers", []) if n not in valid],
        "totalCreditsRemoved": float(len(taken)),
    }
    return JSONResponse(report)


async def _waiting(request: Request, gateway: Gateway) -> Response:
    del request
    if failure := gateway.next_failure():
        return _failed(failure)
    return JSONResponse([sms.number for sms in _mine(gateway) if sms.status == "queued"])


async def _job(request: Request, gateway: Gateway) -> Response:
    if failure := gateway.next_failure():
        return _failed(failure)
    for sms in _mine(gateway):
        if sms.number == request.path_params["number"]:
            gateway.read(sms.sid)
            job = {
                "id": sms.number,
                "receiver": sms.to,
                "message": sms.body,
                "creationDatetime": sms.created.isoformat(),
            }
            return JSONResponse(job)
    return _problem(404, "NOT_FOUND", "The requested object does not exist")


async def _outgoing(request: Request, gateway: Gateway) -> Response:
    if failure := gateway.next_failure():
        return _failed(failure)
    tag = request.query_params.get("tag")
    found = [sms for sms in _mine(gateway) if tag in {None, sms.tag}]
    return JSONResponse([sms.number for sms in found if sms.status != "queued"])


async def _left(request: Request, gateway: Gateway) -> Response:
    if failure := gateway.next_failure():
        return _failed(failure)
    for sms in _mine(gateway):
        if sms.number == request.path_params["number"] and sms.status != "queued":
            return JSONResponse(_shown(sms))
    return _problem(404, "NOT_FOUND", "The requested object does not exist")


def _mine(gateway: Gateway) -> list[Sms]:
    return [sms for sms in gateway.messages if sms.via == "ovhcloud"]


def _shown(sms: Sms) -> dict[str, object]:
    return {
        "id": sms.number,
        "receiver": sms.to,
        "message": sms.body,
        "tag": sms.tag,
        "deliveryReceipt": _RECEIPTS[sms.status],
        "sentAt": sms.created.isoformat(),
    }


def _failed(failure: Failure) -> Response:
    if failure.garbage:
        return PlainTextResponse("<html>gateway", status_code=200)
    response = _problem(failure.status, str(failure.code), "Injected failure")
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _problem(status: int, code: str, message: str) -> Response:
    body = {
        "class": f"Client::{code}",
        "message": message,
        "errorCode": code,
        "httpCode": f"{status}",
    }
    return JSONResponse(body, status_code=status)
