"""A channel that keeps what it is given, and fails when told to."""

from vigie.domain.notification import Channel
from vigie.errors import VigieError
from vigie.ports import Message, Receipt


class FakeNotifier:
    """Keeps messages in `accepted`; with `looks_up`, it can tell afterwards that it has them.

    `delivers` says whether receipts tell of delivery, as an SMS gateway's do, or of acceptance.
    """

    def __init__(
        self, channel: Channel = Channel.SMS, *, looks_up: bool = True, delivers: bool = False
    ) -> None:
        self._channel = channel
        self._looks_up = looks_up
        self._delivers = delivers
        self._failures: list[tuple[VigieError, bool]] = []
        self.accepted: list[Message] = []

    @property
    def channel(self) -> Channel:
        """Which channel this stands for."""
        return self._channel

    @property
    def tells_delivery(self) -> bool:
        """As the channel it stands for."""
        return self._channel is Channel.SMS

    def fail_next(self, error: VigieError, *, times: int = 1) -> None:
        """Raise this instead of taking the next messages."""
        self._failures += [(error, False)] * times

    def lose_next_answer(self, error: VigieError) -> None:
        """Take the next message, and raise this all the same."""
        self._failures.append((error, True))

    async def send(self, message: Message) -> Receipt:
        """Keep the message."""
        if self._failures:
            error, taken = self._failures.pop(0)
            if taken:
                self.accepted.append(message)
            raise error
        self.accepted.append(message)
        return self._receipt(message)

    async def find(self, message: Message) -> Receipt | None:
        """Return the receipt of a message that was kept, where this channel can tell."""
        kept = any((m.to, m.text) == (message.to, message.text) for m in self.accepted)
        return self._receipt(message) if kept and self._looks_up else None

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""

    def _receipt(self, message: Message) -> Receipt:
        return Receipt(provider_id=f"fake-{message.id}", delivered=self._delivers)
