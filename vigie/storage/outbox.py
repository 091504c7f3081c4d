"""The outbox: notifications until a provider has taken them, held by one sender at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, Row, Update, and_, func, or_, select, update

from vigie.domain.incident import Level
from vigie.domain.notification import (
    NOT_ARRIVED,
    Channel,
    Delivery,
    DeliveryReceipt,
    DeliveryState,
    Notification,
    reference_of,
)
from vigie.storage.database import translated
from vigie.storage.schema import outbox, reachable, receipts
from vigie.storage.upsert import upsert

WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING)
"""States in which something is still to be done."""


class SqlOutbox:
    """Keeps the port `Outbox` in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enqueue(self, notifications: Iterable[Notification]) -> int:
        """Add those whose id is not there yet or was withdrawn; return how many were added."""
        rows = [_row(notification) for notification in notifications]
        if not rows:
            return 0
        # psycopg forgets how many rows it inserted unless it is told to remember.
        insert = upsert(
            self._engine,
            outbox,
            update=("reason", "state", "created", "due", "finished", "notification"),
            newer=lambda _: outbox.c.state == DeliveryState.WITHDRAWN,
        ).execution_options(preserve_rowcount=True)
        with translated(), self._engine.begin() as connection:
            return sum(connection.execute(insert, row).rowcount for row in rows)

    def lease(self, *, at: datetime, for_: timedelta, limit: int) -> list[Delivery]:
        """Take due items for a while; an item whose lease ran out is due again."""
        free = or_(
            and_(outbox.c.state == DeliveryState.QUEUED, outbox.c.due <= at),
            and_(outbox.c.state == DeliveryState.SENDING, outbox.c.leased_until <= at),
        )
        due = (
            select(outbox.c.id)
            .where(free)
            .order_by(outbox.c.due)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with translated(), self._engine.begin() as connection:
            ids = list(connection.scalars(due))
            connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(ids))
                .values(
                    state=DeliveryState.SENDING,
                    leased_until=at + for_,
                    attempts=outbox.c.attempts + 1,
                )
            )
            rows = connection.execute(
                select(outbox).where(outbox.c.id.in_(ids)).order_by(outbox.c.due)
            )
            return [_delivery(row) for row in rows]

    def accepted(
        self, notification_id: str, *, provider_id: str, delivered: bool, at: datetime
    ) -> None:
        """Record that the provider took it."""
        state = DeliveryState.DELIVERED if delivered else DeliveryState.ACCEPTED
        taken = update(outbox).where(outbox.c.id == notification_id)
        known = select(receipts.c.arrived).where(receipts.c.provider_id == provider_id)
        with translated(), self._engine.begin() as connection:
            connection.execute(
                taken.values(
                    state=state,
                    provider_id=provider_id,
                    finished=at,
                    error=None,
                    leased_until=None,
                )
            )
            arrived = connection.scalar(known) if provider_id else None
            if arrived is not None:
                connection.execute(_arrival(provider_id, arrived=arrived))

    def told(self, receipt: DeliveryReceipt) -> None:
        """Record what a gateway tells of a message, also when it tells it before `accepted`."""
        row = {
            "provider_id": receipt.provider_id,
            "gateway": receipt.gateway,
            "arrived": receipt.arrived,
            "at": receipt.at,
        }
        keep = upsert(
            self._engine,
            receipts,
            update=("gateway", "arrived", "at"),
            newer=lambda _: receipts.c.arrived.is_(False),
        )
        with translated(), self._engine.begin() as connection:
            connection.execute(keep, row)
            connection.execute(_arrival(receipt.provider_id, arrived=receipt.arrived))

    def find(self, reference: str) -> Delivery | None:
        """Return the item whose id has this reference."""
        query = select(outbox).where(outbox.c.reference == reference)
        with translated(), self._engine.begin() as connection:
            row = connection.execute(query).first()
        return None if row is None else _delivery(row)

    def to_person(self, person: str, *, since: datetime) -> list[Delivery]:
        """Return the items of a person that were made since then, oldest first."""
        mine = outbox.c.person == person, outbox.c.created >= since
        query = select(outbox).where(*mine).order_by(outbox.c.created, outbox.c.id)
        with translated(), self._engine.begin() as connection:
            return [_delivery(row) for row in connection.execute(query)]

    def retry(self, delivery: Delivery, *, due: datetime, error: str) -> None:
        """Put it back for later; too late for what another sender has taken or finished."""
        self._set_leased(delivery, state=DeliveryState.QUEUED, due=due, error=error)

    def dead(self, delivery: Delivery, *, error: str, at: datetime) -> None:
        """Give up on it; too late for what another sender has taken or finished."""
        self._set_leased(delivery, state=DeliveryState.DEAD, finished=at, error=error)

    def withdraw(self, notification_ids: Iterable[str], *, at: datetime) -> int:
        """Take back those that wait and that nobody is sending; return how many."""
        ids = list(notification_ids)
        if not ids:
            return 0
        waiting = outbox.c.id.in_(ids), outbox.c.state == DeliveryState.QUEUED
        return self._set(*waiting, state=DeliveryState.WITHDRAWN, finished=at)

    def _set_leased(self, delivery: Delivery, **values: object) -> None:
        """Change an item still held by this lease, which its number of tries names."""
        self._set(
            outbox.c.id == delivery.notification.id,
            outbox.c.state == DeliveryState.SENDING,
            outbox.c.attempts == delivery.attempts,
            **values,
        )

    def _set(self, *which: ColumnElement[bool], **values: object) -> int:
        with translated(), self._engine.begin() as connection:
            changed = connection.execute(
                update(outbox).where(*which).values(leased_until=None, **values)
            )
            return changed.rowcount

    def reachable(self) -> frozenset[tuple[str, Channel]]:
        """Return which person was reached on which channel by a test notification."""
        query = select(reachable.c.person, reachable.c.channel)
        with translated(), self._engine.begin() as connection:
            return frozenset((p, Channel(c)) for p, c in connection.execute(query))

    def mark_reachable(self, person: str, channel: Channel, *, at: datetime) -> None:
        """Record that a test notification reached the person on this channel."""
        statement = upsert(self._engine, reachable, update=("at",))
        with translated(), self._engine.begin() as connection:
            connection.execute(statement, {"person": person, "channel": channel, "at": at})

    def deliveries(self, incident_id: str | None = None) -> list[Delivery]:
        """Return the items of an incident, or of all, oldest first."""
        query = select(outbox).order_by(outbox.c.created, outbox.c.id)
        if incident_id is not None:
            query = query.where(outbox.c.incident == incident_id)
        with translated(), self._engine.begin() as connection:
            return [_delivery(row) for row in connection.execute(query)]

    def pending(self) -> int:
        """Return how many items are neither accepted nor given up."""
        query = select(func.count()).where(outbox.c.state.in_(WAITING))
        with translated(), self._engine.begin() as connection:
            return connection.scalar(query) or 0


def _arrival(provider_id: str, *, arrived: bool) -> Update:
    """Return what a receipt changes; what has arrived stays so."""
    state = DeliveryState.DELIVERED if arrived else DeliveryState.DEAD
    taken = outbox.c.provider_id == provider_id, outbox.c.state == DeliveryState.ACCEPTED
    return update(outbox).where(*taken).values(state=state, error=None if arrived else NOT_ARRIVED)


def _row(notification: Notification) -> dict[str, Any]:
    event = notification.event
    return {
        "id": notification.id,
        "reference": reference_of(notification.id),
        "incident": event and event.incident_id,
        "person": notification.person,
        "channel": notification.channel,
        "level": event.level if event else Level.VERT,
        "reason": notification.reason,
        "state": DeliveryState.QUEUED,
        "attempts": 0,
        "finished": None,
        "created": notification.created,
        "due": notification.created,
        "notification": msgspec.to_builtins(notification),
    }


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        notification=msgspec.convert(row.notification, Notification),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due=row.due,
        provider_id=row.provider_id,
        error=row.error,
    )
