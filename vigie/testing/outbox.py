"""An outbox in memory, for tests of who sends from it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from vigie.domain.notification import (
    NOT_ARRIVED,
    Channel,
    Delivery,
    DeliveryReceipt,
    DeliveryState,
    Notification,
    reference_of,
)

_OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING})


class InMemoryOutbox:
    """Items by id; `due` of a leased item is when its lease ends."""

    def __init__(self) -> None:
        self._items: dict[str, Delivery] = {}
        self._reachable: set[tuple[str, Channel]] = set()
        self._receipts: dict[str, DeliveryReceipt] = {}

    def enqueue(self, notifications: Iterable[Notification]) -> int:
        """Add those whose id is not there yet or was withdrawn; return how many were added."""
        added = 0
        for notification in notifications:
            known = self._items.get(notification.id)
            if known is not None and known.state is not DeliveryState.WITHDRAWN:
                continue
            added += 1
            self._items[notification.id] = Delivery(
                notification=notification,
                state=DeliveryState.QUEUED,
                attempts=known.attempts if known else 0,
                due=notification.created,
            )
        return added

    def lease(self, *, at: datetime, for_: timedelta, limit: int) -> list[Delivery]:
        """Take due items for a while, the longest due first; each lease counts as an attempt."""
        due = [item for item in self._items.values() if item.state in _OPEN and item.due <= at]
        taken = sorted(due, key=lambda item: item.due)[:limit]
        return [
            self._change(
                item.notification.id,
                state=DeliveryState.SENDING,
                attempts=item.attempts + 1,
                due=at + for_,
            )
            for item in taken
        ]

    def accepted(
        self, notification_id: str, *, provider_id: str, delivered: bool, at: datetime
    ) -> None:
        """Record that the provider took it."""
        state = DeliveryState.DELIVERED if delivered else DeliveryState.ACCEPTED
        self._change(notification_id, state=state, provider_id=provider_id, due=at, error=None)

        receipt = self._receipts.get(provider_id)
        if receipt:
            self.told(receipt)

    def told(self, receipt: DeliveryReceipt) -> None:
        """Record what a gateway tells of a message, also when it tells it before `accepted`."""
        self._receipts[receipt.provider_id] = receipt
        for item in list(self._items.values()):
            if item.provider_id == receipt.provider_id and item.state is DeliveryState.ACCEPTED:
                state = DeliveryState.DELIVERED if receipt.arrived else DeliveryState.DEAD
                error = None if receipt.arrived else NOT_ARRIVED
                self._change(item.notification.id, state=state, error=error)

    def find(self, reference: str) -> Delivery | None:
        """Return the item whose id has this reference."""
        items = self._items.values()
        return next((one for one in items if reference_of(one.notification.id) == reference), None)

    def to_person(self, person: str, *, since: datetime) -> list[Delivery]:
        """Return the items of a person that were made since then, oldest first."""
        mine = [one for one in self._items.values() if one.notification.person == person]
        return sorted(
            (one for one in mine if one.notification.created >= since),
            key=lambda one: one.notification.created,
        )

    def retry(self, delivery: Delivery, *, due: datetime, error: str) -> None:
        """Put it back for later; too late for what another sender has taken or finished."""
        if self._held(delivery):
            self._change(delivery.notification.id, state=DeliveryState.QUEUED, due=due, error=error)

    def dead(self, delivery: Delivery, *, error: str, at: datetime) -> None:
        """Give up on it; too late for what another sender has taken or finished."""
        if self._held(delivery):
            self._change(delivery.notification.id, state=DeliveryState.DEAD, due=at, error=error)

    def withdraw(self, notification_ids: Iterable[str], *, at: datetime) -> int:
        """Take back those that wait and that nobody is sending; return how many."""
        waiting = [id_ for id_ in notification_ids if self._waits(id_)]
        for id_ in waiting:
            self._change(id_, state=DeliveryState.WITHDRAWN, due=at)
        return len(waiting)

    def _waits(self, notification_id: str) -> bool:
        item = self._items.get(notification_id)
        return item is not None and item.state is DeliveryState.QUEUED

    def _held(self, delivery: Delivery) -> bool:
        """Say whether the item is still held by this lease, which its number of tries names."""
        item = self._items[delivery.notification.id]
        return item.state is DeliveryState.SENDING and item.attempts == delivery.attempts

    def reachable(self) -> frozenset[tuple[str, Channel]]:
        """Return which person was reached on which channel by a test notification."""
        return frozenset(self._reachable)

    def mark_reachable(self, person: str, channel: Channel, *, at: datetime) -> None:
        """Record that a test notification reached the person on this channel."""
        del at
        self._reachable.add((person, channel))

    def pending(self) -> int:
        """Return how many items are neither accepted nor given up."""
        return sum(item.waits for item in self._items.values())

    def deliveries(self, incident_id: str | None = None) -> list[Delivery]:
        """Return the items of an incident, or of all."""
        return [
            item
            for item in self._items.values()
            if incident_id is None
            or (item.notification.event and item.notification.event.incident_id == incident_id)
        ]

    def _change(self, notification_id: str, **changes: object) -> Delivery:
        self._items[notification_id] = replace(self._items[notification_id], **changes)  # type: ignore[arg-type]
        return self._items[notification_id]
