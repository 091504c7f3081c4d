"""One gateway behind another: where the first cannot send, the next one does."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from vigie.domain.notification import Channel
from vigie.errors import Rejected, Transient, VigieError
from vigie.ports import Message, Notifier, Receipt

REST = timedelta(minutes=2)
"""So long a gateway that did not answer is asked last."""


class Named(Notifier, Protocol):
    """A channel of which there are several."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


class Failover:
    """Several gateways of one channel, in the order in which they are asked.

    A gateway that may have taken a message before its answer was lost is not followed by the next
    one at once, which would double it: the next try looks the message up first. `count` is told
    which gateway could not send.
    """

    def __init__(
        self,
        gateways: Sequence[Named],
        *,
        count: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._gateways = tuple(gateways)
        self._count = count
        self._now = now
        self._resting: dict[str, datetime] = {}

    @property
    def channel(self) -> Channel:
        """That of the gateways."""
        return self._gateways[0].channel

    @property
    def tells_delivery(self) -> bool:
        """Whether every gateway says that a message arrived."""
        return all(gateway.tells_delivery for gateway in self._gateways)

    async def send(self, message: Message) -> Receipt:
        """Hand the message to the first gateway that can send it.

        Raises:
            Transient: none can now, or one may have sent it without saying so.
            Rejected: all of them refuse it.
        """
        errors: list[VigieError] = []
        for gateway in self._by_turn():
            try:
                return await gateway.send(message)
            except (Transient, Rejected) as error:
                self._count(gateway.name)
                errors.append(error)
                if isinstance(error, Transient):
                    self._resting[gateway.name] = self._now() + REST
                    if error.maybe_done:
                        raise
        raise next((error for error in errors if isinstance(error, Transient)), errors[0])

    async def find(self, message: Message) -> Receipt | None:
        """Ask every gateway that can tell; one that does not answer is passed over."""
        for gateway in self._gateways:
            try:
                found = await gateway.find(message)
            except (Transient, Rejected):
                self._resting[gateway.name] = self._now() + REST
                continue
            if found is not None:
                return found
        return None

    async def aclose(self) -> None:
        """Close the connections that are ours."""
        for gateway in self._gateways:
            await gateway.aclose()

    def _by_turn(self) -> list[Named]:
        """Return the gateways in order, those that rest last."""
        now = self._now()
        return sorted(
            self._gateways, key=lambda gateway: self._resting.get(gateway.name, now) > now
        )
