"""Free Mobile's notifications by SMS, without a socket.

Source: the operator's subscriber pages and several clients: the answer is a status alone. It sends
to the subscriber's own phone only, cannot be asked afterwards, and tells of no delivery: a crash
between its acceptance and our record doubles the message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx

from alerting.channels.gateway import Abilities, Exchange, require_success, tag_of
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Receipt

_TOO_SOON: Final = 402
_PAUSE: Final = timedelta(seconds=60)
_LOGIN: Final = {403: "user and key of the line, and that the option is on in their account"}


@dataclass(frozen=True, slots=True)
class Line:
    """A subscriber's login."""

    user: str
    key: str


class FreeMobile:
    """The subscribers by their phone numbers."""

    name: Final = "free_mobile"
    abilities: Final = Abilities(look_up=False, receipts=False)
    auth: Final = None

    def __init__(self, url: str, lines: Mapping[str, Line]) -> None:
        self._url = f"{url.rstrip('/')}/sendmsg"
        self._lines = lines

    def send(self, message: Message) -> Exchange[Receipt]:
        """Hand the message over, in the body: an address would stand in logs on the way."""
        line = self._lines.get(message.to)
        if line is None:
            advice = "free_mobile reaches its own subscribers only: add the person to its lines"
            raise Rejected(advice)
        body = {"user": line.user, "pass": line.key, "msg": message.text}
        response = yield httpx.Request("POST", self._url, json=body)
        if response.status_code == _TOO_SOON:
            message_ = "free_mobile asks for a pause: too many messages in a short time"
            raise Transient(message_, retry_after=_PAUSE)
        require_success(response, self.name, code=response.status_code, login=_LOGIN)
        return Receipt(provider_id=tag_of(message))

    def find(self, message: Message) -> Exchange[Receipt | None]:  # noqa: ARG002 - it cannot tell
        """Return None: it cannot be asked."""
        return None
        yield
