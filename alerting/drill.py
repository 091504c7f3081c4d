"""A test message to one person: nobody is paged on a channel before one reached them there."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from vigie.domain.notification import Channel, Notification, NotifyReason, Person
from vigie.errors import Rejected, Transient
from vigie.ports import Clock, Message, Notifier, Receipt

PATIENCE = timedelta(seconds=10)
"""How long an operator who looks at the screen waits for a text message to arrive."""
_LOOK_EVERY = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True)
class DrillResult:
    """What became of a test on one channel; `reached` is what lets alerts through.

    Where the channel never tells of delivery, that the message was taken is all one can know.
    """

    channel: Channel
    receipt: Receipt | None = None
    error: str | None = None
    tells_delivery: bool = True

    @property
    def reached(self) -> bool:
        """Whether the message arrived, as far as this channel can tell."""
        if self.receipt is None:
            return False
        return self.receipt.delivered or not self.tells_delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """Sends tests straight to the channels, past the outbox; `compose` may block."""

    notifiers: Mapping[Channel, Notifier]
    compose: Callable[[Notification, Person], Message]
    clock: Clock
    patience: timedelta = PATIENCE

    async def send_test(self, person: Person, channels: Iterable[Channel]) -> list[DrillResult]:
        """Send a marked test on each channel, all at once; the caller marks who was reached."""
        return list(await asyncio.gather(*(self._test(person, channel) for channel in channels)))

    async def _test(self, person: Person, channel: Channel) -> DrillResult:
        now = self.clock.now()
        notification = Notification(
            id=f"test:{person.id}:{channel}:{now.isoformat()}",
            person=person.id,
            channel=channel,
            reason=NotifyReason.TEST,
            created=now,
        )
        try:
            notifier = self._notifier(channel)
            receipt = await self._send(notifier, notification, person)
            return DrillResult(channel, receipt, tells_delivery=notifier.tells_delivery)
        except (Rejected, Transient) as error:
            return DrillResult(channel, error=str(error))

    def _notifier(self, channel: Channel) -> Notifier:
        notifier = self.notifiers.get(channel)
        if notifier is None:
            advice = f"no {channel} is configured; set alerting.{channel}"
            raise Rejected(advice)
        return notifier

    async def _send(
        self, notifier: Notifier, notification: Notification, person: Person
    ) -> Receipt:
        message = await asyncio.to_thread(self.compose, notification, person)
        receipt = await notifier.send(message)
        if not notifier.tells_delivery:
            return receipt
        return await self._watch(notifier, message, receipt)

    async def _watch(self, notifier: Notifier, message: Message, receipt: Receipt) -> Receipt:
        """Ask for delivery until it is told or patience ends; real time, as the network's is."""
        for _ in range(int(self.patience / _LOOK_EVERY)):
            if receipt.delivered:
                break
            receipt = await notifier.find(message) or receipt
            if not receipt.delivered:
                await asyncio.sleep(_LOOK_EVERY.total_seconds())
        return receipt
