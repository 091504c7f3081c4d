"""An outbox in memory, for tests of who sends from it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from vigie.domain.notification import Channel, Delivery, DeliveryState, Notification, NotifyReason

_OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING})


class InMemoryOutbox:
    """Items by id; `due` of a leased item is when its lease ends."""

    def __init__(self) -> None:
        self._items: dict[str, Delivery] = {}
        self._reachable: set[tuple[str, Channel]] = set()

    def enqueue(self, notifications: Iterable[Notification]) -> int:
        """Add those whose id is not there yet; return how many were new."""
        before = len(self._items)
        for notification in notifications:
            item = Delivery(
                notification=notification,
                state=DeliveryState.QUEUED,
                attempts=0,
                due=notification.created,
            )
            self._items.setdefault(notification.id, item)
        return len(self._items) - before

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

    def retry(self, notification_id: str, *, due: datetime, error: str) -> None:
        """Put it back for later; too late for what another sender has finished."""
        self._change_open(notification_id, state=DeliveryState.QUEUED, due=due, error=error)

    def dead(self, notification_id: str, *, error: str, at: datetime) -> None:
        """Give up on it; too late for what another sender has finished."""
        self._change_open(notification_id, state=DeliveryState.DEAD, due=at, error=error)

    def told(self, incident_id: str) -> dict[tuple[str, Channel], int]:
        """Return, per person and channel, the highest level (int) queued for this incident."""
        levels: dict[tuple[str, Channel], int] = {}
        for item in self.deliveries(incident_id):
            event = item.notification.event
            pair = item.notification.person, item.notification.channel
            if event is not None and item.notification.reason is NotifyReason.LEVEL_RAISED:
                levels[pair] = max(levels.get(pair, 0), int(event.level))
        return levels

    def reachable(self) -> frozenset[tuple[str, Channel]]:
        """Return which person was reached on which channel by a test notification."""
        return frozenset(self._reachable)

    def mark_reachable(self, person: str, channel: Channel, *, at: datetime) -> None:
        """Record that a test notification reached the person on this channel."""
        del at
        self._reachable.add((person, channel))

    def pending(self) -> int:
        """Return how many items are neither accepted nor given up."""
        waiting = (DeliveryState.QUEUED, DeliveryState.SENDING)
        return sum(item.state in waiting for item in self._items.values())

    def deliveries(self, incident_id: str | None = None) -> list[Delivery]:
        """Return the items of an incident, or of all."""
        return [
            item
            for item in self._items.values()
            if incident_id is None
            or (item.notification.event and item.notification.event.incident_id == incident_id)
        ]

    def _change_open(self, notification_id: str, **changes: object) -> None:
        if self._items[notification_id].state in _OPEN:
            self._change(notification_id, **changes)

    def _change(self, notification_id: str, **changes: object) -> Delivery:
        self._items[notification_id] = replace(self._items[notification_id], **changes)  # type: ignore[arg-type]
        return self._items[notification_id]
