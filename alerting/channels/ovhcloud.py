"""OVHcloud's SMS API, without a socket.

Source: the API's own description (sms.json) and python-ovh for the signature: SHA-1 over secret,
consumer key, method, URL, body and time, joined by +. An answer of 200 may refuse the receiver. The
API has no idempotency key: jobs carry a tag, by which what was sent is looked up.
"""

import hashlib
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Final

import httpx
import msgspec

from alerting.channels.gateway import Abilities, Exchange, decoded, require_success, tag_of
from config.alerting import Ovhcloud as Section
from vigie.errors import Rejected
from vigie.ports import Message, Receipt

_LOGIN: Final = {
    401: "alerting.sms.ovhcloud: application, application_secret and consumer",
    403: "alerting.sms.ovhcloud: application, application_secret, consumer and its rights",
}
_UNSIGNED: Final = "INVALID_SIGNATURE"
"""Comes with 400, as if the message were wrong."""
_LOOKED_AT = 20
"""Jobs under way that are compared: more are never waiting for one alert."""
_SKEW: Final = timedelta(minutes=2)
_DELIVERED: Final = 1
_NOT_DELIVERED: Final = 2
"""Delivery receipts, as SMPP counts them."""


class Report(msgspec.Struct, rename="camel"):
    """What became of a job that was handed in."""

    ids: list[int]
    invalid_receivers: list[str] = []


class Outgoing(msgspec.Struct, rename="camel"):
    """A message that has left."""

    id: int
    receiver: str
    delivery_receipt: int = 0


class Job(msgspec.Struct, rename="camel"):
    """A message that waits to leave; it does not tell its tag."""

    id: int
    receiver: str
    message: str
    creation_datetime: datetime


class Problem(msgspec.Struct, rename={"code": "errorCode"}):
    """The body of an error."""

    code: str | None = None


class Signature(httpx.Auth):
    """Signs each request, by the gateway's own clock, which is asked for once.

    `now` is our clock, in real time; nothing else of a request may change after it was signed.
    """

    requires_request_body = True
    requires_response_body = True

    def __init__(self, section: Section, now: Callable[[], datetime]) -> None:
        self._time = httpx.URL(f"{section.url.rstrip('/')}/auth/time")
        self._application = section.application
        self._secret = section.application_secret.get_secret_value()
        self._consumer = section.consumer.get_secret_value()
        self._now = now
        self._ahead: int | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask for the time if it is not known yet, then sign and send."""
        now = int(self._now().timestamp())
        if self._ahead is None:
            asked = httpx.Request("GET", self._time, extensions=dict(request.extensions))
            told = yield asked
            require_success(told, Ovhcloud.name, code=None, login=_LOGIN)
            self._ahead = decoded(told, int, Ovhcloud.name) - now
        self._sign(request, str(now + self._ahead))
        response = yield request
        if response.status_code in _LOGIN:
            self._ahead = None  # a clock that was set is a reason to be refused

    def _sign(self, request: httpx.Request, at: str) -> None:
        body = request.content.decode()
        asked = f"{request.method}+{request.url}+{body}+{at}"
        signed = f"{self._secret}+{self._consumer}+{asked}"
        digest = hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324 - their scheme
        request.headers["X-Ovh-Application"] = self._application
        request.headers["X-Ovh-Consumer"] = self._consumer
        request.headers["X-Ovh-Timestamp"] = at
        request.headers["X-Ovh-Signature"] = f"$1${digest}"


class Ovhcloud:
    """One SMS account."""

    name: Final = "ovhcloud"
    abilities: Final = Abilities(look_up=True, receipts=True)

    def __init__(
        self, section: Section, *, validity: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._url = f"{section.url.rstrip('/')}/sms/{section.service}"
        self._sender = section.sender
        self._validity = max(int(validity.total_seconds() // 60), 1)
        self.auth = Signature(section, now)

    def send(self, message: Message) -> Exchange[Receipt]:
        """Hand the message over; without a sender's name people may answer to a short number."""
        job: dict[str, object] = {
            "message": message.text,
            "receivers": [message.to],
            "noStopClause": True,
            "priority": "high",
            "coding": "7bit",
            "charset": "UTF-8",
            "validityPeriod": self._validity,
            "tag": tag_of(message),
            "senderForResponse": self._sender is None,
        }
        if self._sender:
            job["sender"] = self._sender
        response = yield httpx.Request("POST", f"{self._url}/jobs", json=job)
        _require_success(response)
        report = decoded(response, Report, self.name)
        if report.invalid_receivers or not report.ids:
            advice = "ovhcloud refused the receiver: check the person's phone number"
            raise Rejected(advice)
        return Receipt(provider_id=str(report.ids[0]))

    def find(self, message: Message) -> Exchange[Receipt | None]:
        """Look for what left with the message's tag, then among what waits to leave."""
        left = yield httpx.Request("GET", f"{self._url}/outgoing", params={"tag": tag_of(message)})
        _require_success(left)
        for number in decoded(left, list[int], self.name):
            response = yield httpx.Request("GET", f"{self._url}/outgoing/{number}")
            _require_success(response)
            sent = decoded(response, Outgoing, self.name)
            if sent.receiver == message.to and sent.delivery_receipt != _NOT_DELIVERED:
                arrived = sent.delivery_receipt == _DELIVERED
                return Receipt(provider_id=str(sent.id), delivered=arrived)
        waiting = yield httpx.Request("GET", f"{self._url}/jobs")
        _require_success(waiting)
        for number in decoded(waiting, list[int], self.name)[:_LOOKED_AT]:
            response = yield httpx.Request("GET", f"{self._url}/jobs/{number}")
            _require_success(response)
            job = decoded(response, Job, self.name)
            since = message.created - _SKEW
            same = (job.receiver, job.message) == (message.to, message.text)
            if same and job.creation_datetime >= since:
                return Receipt(provider_id=str(job.id))
        return None


def _require_success(response: httpx.Response) -> None:
    try:
        code = msgspec.json.decode(response.content, type=Problem).code
    except msgspec.DecodeError:
        code = None
    login = _LOGIN | ({400: _LOGIN[401]} if code == _UNSIGNED else {})
    require_success(response, Ovhcloud.name, code=code, login=login)
