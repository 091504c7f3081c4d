"""Answers like Twilio.

POST /2010-04-01/Accounts/<account>/Messages.json        To, From, Body
GET  /2010-04-01/Accounts/<account>/Messages.json        To, DateSent>, PageSize; newest first
GET  /2010-04-01/Accounts/<account>/Messages/<sid>.json
"""

import base64
import hmac
import re
from datetime import date
from email.utils import format_datetime

from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vigie.demo.sms.callbacks import tell_status
from vigie.demo.sms.state import Failure, Gateway, Sms

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_MESSAGES = "/2010-04-01/Accounts/{account}/Messages.json"
_MESSAGE = "/2010-04-01/Accounts/{account}/Messages/{sid}.json"
_SEPTETS, _SEPTETS_OF_MANY = 160, 153
_LARGEST_PAGE = 1000
_FIELDS = frozenset({"To", "From", "Body", "ValidityPeriod", "StatusCallback"})
"""Those of the API that Vigie has a use for; anything else is a mistake."""


def routes(account: str, token: str) -> list[Route]:
    """Return what answers like Twilio, for whoever brings the account's name and token."""
    login = [Middleware(_Authorise, account=account, token=token)]
    return [
        Route(_MESSAGES, _create, methods=["POST"], middleware=login),
        Route(_MESSAGES, _list, methods=["GET"], middleware=login),
        Route(_MESSAGE, _fetch, middleware=login),
    ]


class _Authorise:
    """Refuses every request without the account's name and token (HTTP Basic)."""

    def __init__(self, app: ASGIApp, account: str, token: str) -> None:
        self._app = app
        self._wanted = b"Basic " + base64.b64encode(f"{account}:{token}".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"]).get(b"authorization", b"")
        if hmac.compare_digest(given, self._wanted):
            await self._app(scope, receive, send)
            return
        await _problem(401, 20003, "Authenticate")(scope, receive, send)


async def _create(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    failure = gateway.next_failure()
    if failure and not failure.after:
        return _failed(failure)
    async with request.form() as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    if problem := _refusal(fields):
        return problem
    sms = gateway.take(to=fields["To"], sender=fields["From"], body=fields["Body"], via="twilio")
    if failure:
        return _failed(failure)
    shown = _shown(sms, request.app.state.account)
    called = fields.get("StatusCallback")
    later = BackgroundTask(tell_status, request.app, sms.sid, called) if called else None
    return JSONResponse(shown, status_code=201, background=later)


async def _list(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    if failure := gateway.next_failure():
        return _failed(failure)
    try:
        since = _day(request.query_params.get("DateSent>"))
        size = min(int(request.query_params.get("PageSize", "50")), _LARGEST_PAGE)
    except ValueError:
        return _problem(400, 20001, "Invalid parameter")
    to = request.query_params.get("To")
    found = [
        sms
        for sms in reversed(gateway.messages)
        if sms.via == "twilio"
        and to in {None, sms.to}
        and (since is None or sms.created.date() >= since)
    ]
    read = [gateway.read(sms.sid) or sms for sms in found[:size]]
    account = request.app.state.account
    return JSONResponse({"messages": [_shown(sms, account) for sms in read], "page_size": size})


async def _fetch(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    if failure := gateway.next_failure():
        return _failed(failure)
    sms = gateway.read(request.path_params["sid"])
    if sms is None:
        return _problem(404, 20404, "The requested resource was not found")
    return JSONResponse(_shown(sms, request.app.state.account))


def _refusal(fields: dict[str, str]) -> Response | None:
    return _missing(fields) or _invalid(fields)


def _missing(fields: dict[str, str]) -> Response | None:
    if "To" not in fields:
        return _problem(400, 21604, "A 'To' phone number is required.")
    if "From" not in fields:
        return _problem(400, 21603, "A 'From' phone number is required.")
    if not fields.get("Body"):
        return _problem(400, 21602, "Message body is required.")
    return None


def _invalid(fields: dict[str, str]) -> Response | None:
    if not _NUMBER.fullmatch(fields["To"]):
        return _problem(400, 21211, f"Invalid 'To' Phone Number: {fields['To']}")
    wrong = min(set(fields) - _FIELDS, default=None)
    if wrong or not fields.get("ValidityPeriod", "1").isdecimal():
        return _problem(400, 20001, f"Invalid parameter {wrong or 'ValidityPeriod'}")
    return None


def _failed(failure: Failure) -> Response:
    if failure.garbage:
        return PlainTextResponse("<html>gateway", status_code=failure.status)
    response = _problem(failure.status, failure.code, "Injected failure")
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _problem(status: int, code: int, message: str) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return JSONResponse(body, status_code=status)


def _shown(sms: Sms, account: str) -> dict[str, str | None]:
    return {
        "account_sid": account,
        "sid": sms.sid,
        "status": sms.status,
        "to": sms.to,
        "from": sms.sender,
        "body": sms.body,
        "date_created": format_datetime(sms.created),
        "date_sent": None if sms.status == "queued" else format_datetime(sms.created),
        "num_segments": str(_segments(sms.body)),
    }


def _segments(body: str) -> int:
    return 1 if len(body) <= _SEPTETS else -(-len(body) // _SEPTETS_OF_MANY)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
