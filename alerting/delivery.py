"""From the outbox to people: each notification until it is accepted or given up.

A channel names its failure; here is the only loop that tries again. It must not know what a
message says or how a channel works.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from alerting.backoff import pause
from vigie.domain.incident import IncidentChange
from vigie.domain.notification import (
    Channel,
    Delivery,
    Notification,
    NotifyReason,
    Person,
)
from vigie.errors import Rejected, Transient
from vigie.ports import Clock, Message, Notifier, Outbox, Receipt
from vigie.telemetry.metrics import Metrics

logger = logging.getLogger(__name__)

AT_ONCE = 16
"""Messages under way together: a mail server is not flooded, a hung one leaves room for others."""
_LOOK_AGAIN_S = 0.5
"""How soon what was queued meanwhile is begun, while a slow channel is still being waited for."""
LEASE = timedelta(seconds=60)
"""How long a sender that died keeps its items from others; real time, as the network's is."""
_WITHIN = 0.75
"""Part of the lease after which a try is broken off, so that nobody else has begun it."""

_RAISES = frozenset({IncidentChange.OPENED, IncidentChange.ESCALATED})


class Outcome(StrEnum):
    """What became of one try."""

    ACCEPTED = "accepted"
    FOUND = "found"
    RETRIED = "retried"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Try:
    """One try as it is logged and counted; only an accepted or found one has a receipt."""

    outcome: Outcome
    receipt: Receipt | None = None
    error: str = ""


@dataclass(slots=True, kw_only=True)
class OutboxSender:
    """The sender of `vigie.pipeline.Alert`; `compose` may block."""

    outbox: Outbox
    notifiers: Mapping[Channel, Notifier]
    compose: Callable[[Notification, Person], Message]
    people: Mapping[str, Person]
    clock: Clock
    metrics: Metrics
    give_up: timedelta
    lease: timedelta = LEASE
    _counted: bool = False

    async def deliver(self) -> int:
        """Try everything that is due, a few at a time; return how many were accepted."""
        tries: list[Try] = []
        under_way: set[asyncio.Task[Try]] = set()
        try:
            while under_way := under_way | await self._begin(AT_ONCE - len(under_way)):
                done, under_way = await asyncio.wait(
                    under_way, timeout=_LOOK_AGAIN_S, return_when=asyncio.FIRST_COMPLETED
                )
                tries += [task.result() for task in done]
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)
        if tries or not self._counted:
            await self._count_pending()
        return sum(one.receipt is not None for one in tries)

    async def _begin(self, limit: int) -> set[asyncio.Task[Try]]:
        if limit == 0:
            return set()
        # Network time-outs are real, so the lease is too, however fast this clock runs.
        speed = 1 / self.clock.seconds(timedelta(seconds=1))
        leased = await asyncio.to_thread(
            self.outbox.lease, at=self.clock.now(), for_=self.lease * speed, limit=limit
        )
        return {asyncio.create_task(self._deliver(delivery)) for delivery in leased}

    async def _deliver(self, delivery: Delivery) -> Try:
        try:
            async with asyncio.timeout(self.lease.total_seconds() * _WITHIN):
                done = await self._hand_over(delivery)
        except Transient as error:
            done = await self._put_back(delivery, error)
        except TimeoutError:
            done = await self._put_back(delivery, Transient("the channel did not answer in time"))
        except Rejected as error:
            done = await self._bury(delivery, str(error))
        else:
            await self._record(delivery, done)
        self._tell(delivery, done)
        return done

    async def _hand_over(self, delivery: Delivery) -> Try:
        notification = delivery.notification
        notifier = self.notifiers.get(notification.channel)
        person = self.people.get(notification.person)
        if notifier is None or person is None:
            advice = "the person or the channel is gone from the configuration; put it back"
            raise Rejected(advice)
        message = await asyncio.to_thread(self.compose, notification, person)
        if delivery.attempts > 1:
            found = await notifier.find(message)
            if found is not None:
                return Try(Outcome.FOUND, found)
        return Try(Outcome.ACCEPTED, await notifier.send(message))

    async def _record(self, delivery: Delivery, done: Try) -> None:
        notification, now = delivery.notification, self.clock.now()
        receipt = done.receipt or Receipt("")
        await asyncio.to_thread(
            self.outbox.accepted,
            notification.id,
            provider_id=receipt.provider_id,
            delivered=receipt.delivered,
            at=now,
        )
        event = notification.event
        raised = notification.reason is NotifyReason.LEVEL_RAISED
        if raised and event and event.crossed and event.change in _RAISES:
            self.metrics.alert.observe((now - event.crossed).total_seconds())

    async def _put_back(self, delivery: Delivery, error: Transient) -> Try:
        notification = delivery.notification
        wait = pause(notification.id, delivery.attempts, asked=error.retry_after)
        due = self.clock.now() + wait
        if due > notification.created + self.give_up:
            return await self._bury(delivery, f"given up after {delivery.attempts} tries: {error}")
        await asyncio.to_thread(self.outbox.retry, delivery, due=due, error=str(error))
        return Try(Outcome.RETRIED, error=str(error))

    async def _bury(self, delivery: Delivery, error: str) -> Try:
        now = self.clock.now()
        await asyncio.to_thread(self.outbox.dead, delivery, error=error, at=now)
        return Try(Outcome.DEAD, error=error)

    def _tell(self, delivery: Delivery, done: Try) -> None:
        notification = delivery.notification
        self.metrics.notifications.labels(notification.channel, done.outcome).inc()
        logger.log(
            logging.ERROR if done.outcome is Outcome.DEAD else logging.INFO,
            "delivery notification=%s reason=%s attempt=%d outcome=%s provider_id=%s error=%r",
            notification.id,
            notification.reason,
            delivery.attempts,
            done.outcome,
            done.receipt.provider_id if done.receipt else "",
            done.error,
        )

    async def _count_pending(self) -> None:
        self.metrics.outbox.set(await asyncio.to_thread(self.outbox.pending))
        self._counted = True
