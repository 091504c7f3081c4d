"""Brevo's transactional SMS, without a socket.

Source: Brevo's own description of its API, version 3. It has no idempotency key for text messages:
each carries a tag, by which its events are looked up; they come some seconds late.
"""

import json
from datetime import timedelta
from typing import Final

import httpx
import msgspec

from alerting.channels.gateway import Abilities, Exchange, decoded, require_success, tag_of
from config.alerting import Brevo as Section
from vigie.ports import Message, Receipt

_LOGIN: Final = {401: "alerting.sms.brevo.key"}
_LOST: Final = frozenset({"bounces", "hardBounces", "softBounces", "blocked", "rejected"})
_PAGE: Final = "100"
_SKEW: Final = timedelta(minutes=2)


class Sent(msgspec.Struct, rename="camel"):
    """A message that was taken."""

    message_id: int


class Event(msgspec.Struct, rename="camel"):
    """Something that happened to a message."""

    message_id: str
    event: str
    tag: str = ""


class Report(msgspec.Struct):
    """What happened, newest first."""

    events: list[Event] = []


class Problem(msgspec.Struct):
    """The body of an error."""

    code: str | None = None


class Brevo:
    """One account."""

    name: Final = "brevo"
    abilities: Final = Abilities(look_up=True, receipts=True)
    auth: Final = None

    def __init__(self, section: Section) -> None:
        self._url = f"{section.url.rstrip('/')}/transactionalSMS"
        self._sender = section.sender
        self._headers = {"api-key": section.key.get_secret_value()}

    def send(self, message: Message) -> Exchange[Receipt]:
        """Hand the message over."""
        sms = {
            "sender": self._sender,
            "recipient": message.to.removeprefix("+"),
            "content": message.text,
            "type": "transactional",
            "tag": tag_of(message),
            "unicodeEnabled": False,
        }
        response = yield httpx.Request("POST", f"{self._url}/sms", json=sms, headers=self._headers)
        _require_success(response)
        return Receipt(provider_id=str(decoded(response, Sent, self.name).message_id))

    def find(self, message: Message) -> Exchange[Receipt | None]:
        """Look for events with the message's tag since the day it was made (UTC)."""
        first = (message.created - _SKEW).date()
        params = {
            "limit": _PAGE,
            "startDate": first.isoformat(),
            "endDate": (first + timedelta(days=2)).isoformat(),
            "tags": json.dumps([tag_of(message)]),
        }
        response = yield httpx.Request(
            "GET", f"{self._url}/statistics/events", params=params, headers=self._headers
        )
        _require_success(response)
        events = decoded(response, Report, self.name).events
        mine = [event for event in events if event.tag == tag_of(message)]
        names = {event.event for event in mine}
        if not mine or not names.isdisjoint(_LOST):
            return None
        return Receipt(provider_id=mine[0].message_id, delivered="delivered" in names)


def _require_success(response: httpx.Response) -> None:
    try:
        code = msgspec.json.decode(response.content, type=Problem).code
    except msgspec.DecodeError:
        code = None
    require_success(response, Brevo.name, code=code, login=_LOGIN)
