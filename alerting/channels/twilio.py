"""Twilio's Messages API as values: what to ask and what the answers mean, without a socket.

Source: the OpenAPI description of api.twilio.com, 2010-04-01, resource Message. The API has no
idempotency key: whoever is unsure lists the messages to the number before sending again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from vigie.errors import Rejected, Transient, VigieError
from vigie.ports import Message, Receipt

SKEW = timedelta(minutes=2)
"""How far the gateway's clock may be from ours."""
PAGE = 50
"""Messages in one look-up: more were never sent to one person between two tries."""

T = TypeVar("T")

_LOST = frozenset({"failed", "undelivered", "canceled"})
_ARRIVED = frozenset({"delivered", "read"})
_UNAUTHORISED = 401
_TOO_MANY = 429


class Sent(msgspec.Struct):
    """One message as the API tells of it."""

    sid: str
    status: str
    to: str
    body: str
    date_created: str | None = None


class Listed(msgspec.Struct):
    """One page of messages, newest first."""

    messages: list[Sent]


class Problem(msgspec.Struct):
    """The body of an error."""

    code: int | None = None


def path(account: str) -> str:
    """Return where messages are created and listed."""
    return f"/2010-04-01/Accounts/{account}/Messages.json"


def form(message: Message, *, sender: str) -> dict[str, str]:
    """Return the fields that send a message."""
    return {"To": message.to, "From": sender, "Body": message.text}


def query(message: Message) -> dict[str, str]:
    """Return the parameters that list what was sent to the number since the message was made.

    DateSent takes whole days (GMT); `matching` compares to the second.
    """
    since = (message.created - SKEW).date()
    return {"To": message.to, "DateSent>": since.isoformat(), "PageSize": str(PAGE)}


def accepted(status: int, headers: Mapping[str, str], body: bytes) -> Receipt:
    """Return the receipt of a message that was taken.

    Raises:
        Transient: overload, a fault of the gateway, or an answer that cannot be read.
        Rejected: the gateway refuses this message or this account.
    """
    _raise_for(status, headers, body)
    return _receipt(_decode(body, Sent))


def matching(
    status: int, headers: Mapping[str, str], body: bytes, message: Message
) -> Receipt | None:
    """Return the receipt of the same text to the same number, None where none is under way.

    Raises:
        Transient: overload, a fault of the gateway, or an answer that cannot be read.
        Rejected: the gateway refuses this account.
    """
    _raise_for(status, headers, body)
    for sent in _decode(body, Listed).messages:
        same = sent.to == message.to and sent.body == message.text
        if same and sent.status not in _LOST and _created(sent) >= message.created - SKEW:
            return _receipt(sent)
    return None


def _receipt(sent: Sent) -> Receipt:
    return Receipt(provider_id=sent.sid, delivered=sent.status in _ARRIVED)


def _created(sent: Sent) -> datetime:
    try:
        created = parsedate_to_datetime(sent.date_created or "")
    except ValueError as error:
        raise _unreadable() from error
    # The form -0000 is UTC without a word on the zone (RFC 5322, 3.3) and read as naive.
    return created if created.tzinfo else created.replace(tzinfo=UTC)


def _decode(body: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable() from error


def _unreadable() -> Transient:
    return Transient("the SMS gateway's answer cannot be read; it is looked up and tried again")


def _raise_for(status: int, headers: Mapping[str, str], body: bytes) -> None:
    if 200 <= status < 300:  # noqa: PLR2004 - success, RFC 9110 section 15
        return
    raise _classified(status, headers, body)


def _classified(status: int, headers: Mapping[str, str], body: bytes) -> VigieError:
    """Go by status and code alone: the gateway's text repeats the number."""
    if status == _TOO_MANY:
        return Transient(
            "the SMS gateway asks for a pause", retry_after=_pause(headers.get("Retry-After"))
        )
    if not 400 <= status < 500:  # noqa: PLR2004 - faults of the client, RFC 9110 section 15
        return Transient(f"the SMS gateway said {status}; it is tried again")
    code = _code(body)
    if status == _UNAUTHORISED:
        return Rejected(
            f"the SMS gateway refused our login (error {code}):"
            " check alerting.sms.account and its token"
        )
    return Rejected(
        f"the SMS gateway refused the message ({status}, error {code}):"
        " check the person's phone number and alerting.sms.sender"
    )


def _code(body: bytes) -> int | None:
    try:
        return msgspec.json.decode(body, type=Problem).code
    except msgspec.DecodeError:
        return None


def _pause(seconds: str | None) -> timedelta | None:
    return timedelta(seconds=int(seconds)) if seconds and seconds.isdecimal() else None
