"""Twilio's Messages API, without a socket.

Source: the OpenAPI description of api.twilio.com, 2010-04-01, resource Message. The API has no
idempotency key: whoever is unsure lists the messages to the number before sending again.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
import msgspec

from alerting.channels.gateway import Abilities, Exchange, decoded, require_success, unreadable
from config.alerting import Twilio as Section
from vigie.ports import Message, Receipt

SKEW = timedelta(minutes=2)
"""How far the gateway's clock may be from ours."""
PAGE = 50
"""Messages in one look-up: more were never sent to one person between two tries."""

_LOST: Final = frozenset({"failed", "undelivered", "canceled"})
_ARRIVED: Final = frozenset({"delivered", "read"})
_LOGIN: Final = {401: "alerting.sms.twilio.account and its token"}


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


class Twilio:
    """One account; a look-up compares text, number and time.

    `callback` is where it tells whether a message arrived.
    """

    name: Final = "twilio"
    abilities: Final = Abilities(look_up=True, receipts=True)

    def __init__(
        self, section: Section, *, validity: timedelta, callback: str | None = None
    ) -> None:
        self._sender = section.sender
        self._callback = {"StatusCallback": callback} if callback else {}
        self._validity = str(int(validity.total_seconds()))
        self._url = f"{section.url.rstrip('/')}/2010-04-01/Accounts/{section.account}/Messages.json"
        self.auth = httpx.BasicAuth(section.account, section.token.get_secret_value())

    def send(self, message: Message) -> Exchange[Receipt]:
        """Hand the message over."""
        form = {
            "To": message.to,
            "From": self._sender,
            "Body": message.text,
            "ValidityPeriod": self._validity,
            **self._callback,
        }
        response = yield httpx.Request("POST", self._url, data=form)
        _require_success(response)
        return _receipt(decoded(response, Sent, self.name))

    def find(self, message: Message) -> Exchange[Receipt | None]:
        """Look for the same text to the same number since the message was made.

        DateSent takes whole days (GMT); what was listed is compared to the second.
        """
        since = message.created - SKEW
        params = {"To": message.to, "DateSent>": since.date().isoformat(), "PageSize": str(PAGE)}
        response = yield httpx.Request("GET", self._url, params=params)
        _require_success(response)
        for sent in decoded(response, Listed, self.name).messages:
            same = sent.to == message.to and sent.body == message.text
            if same and sent.status not in _LOST and _created(sent) >= since:
                return _receipt(sent)
        return None


def _receipt(sent: Sent) -> Receipt:
    return Receipt(provider_id=sent.sid, delivered=sent.status in _ARRIVED)


def _created(sent: Sent) -> datetime:
    try:
        created = parsedate_to_datetime(sent.date_created or "")
    except ValueError as error:
        raise unreadable(Twilio.name) from error
    # The form -0000 is UTC without a word on the zone (RFC 5322, 3.3) and read as naive.
    return created if created.tzinfo else created.replace(tzinfo=UTC)


def _require_success(response: httpx.Response) -> None:
    try:
        code = msgspec.json.decode(response.content, type=Problem).code
    except msgspec.DecodeError:
        code = None
    require_success(response, Twilio.name, code=code, login=_LOGIN)
