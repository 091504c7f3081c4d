"""What the practice SMS gateway holds: messages, and how it was told to fail."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from vigie.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One text message as the gateway knows it; `status` is Twilio's word.

    `via` is which provider it was given to, `tag` the sender's mark where that provider has one.
    """

    sid: str
    to: str
    sender: str
    body: str
    created: datetime
    status: str = "queued"
    via: str = "twilio"
    tag: str = ""

    @property
    def number(self) -> int:
        """The message's number, for providers whose ids are numbers."""
        return int(self.sid.removeprefix("SM"), 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One answer that goes wrong; `after` the message was taken, or instead."""

    status: int
    code: int
    retry_after: int | None = None
    after: bool = False
    garbage: bool = False


class Gateway:
    """Messages and failures; `on_message` is called with every message taken.

    A message is delivered by the time it is read, except to the numbers in `unreachable`. `unheard`
    are those of which the sender did not want to hear what became of them.
    """

    on_message: Callable[[Sms], None] | None

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._messages: dict[str, Sms] = {}
        self._failures: list[Failure] = []
        self.unreachable: set[str] = set()
        self.unheard: list[str] = []
        self.on_message = None

    def now(self) -> datetime:
        """Return the gateway's own time."""
        return self._clock.now()

    @property
    def messages(self) -> list[Sms]:
        """What was taken, oldest first."""
        return list(self._messages.values())

    def fail_next(
        self, status: int, *, code: int = 20500, retry_after: int | None = None, times: int = 1
    ) -> None:
        """Refuse the next requests with this HTTP status and the provider's error code."""
        self._failures += [Failure(status=status, code=code, retry_after=retry_after)] * times

    def lose_next_answer(self) -> None:
        """Take the next message, and answer as if something had broken."""
        self._failures.append(Failure(status=500, code=20500, after=True))

    def garble_next(self) -> None:
        """Take the next message, and answer 201 with something that is not JSON."""
        self._failures.append(Failure(status=201, code=0, after=True, garbage=True))

    def next_failure(self) -> Failure | None:
        """Return what must go wrong now, once."""
        return self._failures.pop(0) if self._failures else None

    def next_number(self) -> int:
        """Return a number that no message has."""
        return next(self._numbers)

    def take(self, *, to: str, sender: str, body: str, via: str = "twilio", tag: str = "") -> Sms:
        """Keep a message and return it."""
        sms = Sms(
            sid=f"SM{next(self._numbers):032x}",
            to=to,
            sender=sender,
            body=body,
            created=self._clock.now(),
            via=via,
            tag=tag,
        )
        self._messages[sms.sid] = sms
        if self.on_message:
            self.on_message(sms)
        return sms

    def read(self, sid: str) -> Sms | None:
        """Return a message, which has arrived by now or never will."""
        if sid not in self._messages:
            return None
        sms = self._messages[sid]
        status = "undelivered" if sms.to in self.unreachable else "delivered"
        self._messages[sid] = replace(sms, status=status)
        return self._messages[sid]
