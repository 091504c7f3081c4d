"""The ledger of actions: every change is one transaction that also writes its audit entry."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select, update

from vigie.domain.action import Action, ActionKind, ActionState, Decision, Verdict
from vigie.domain.audit import GENESIS, MACHINE, AuditEntry, seal
from vigie.domain.post import Post
from vigie.errors import Rejected
from vigie.moderation.fuse import Spent, within
from vigie.moderation.life import ENDED, allowed
from vigie.ports import Fuse
from vigie.storage.database import take_ledger_lock, translated
from vigie.storage.schema import actions, audit_entries

REASON_LENGTH = 400
"""How much of a reason an audit entry holds."""

PAGE = 1000
"""Audit entries that are read in one transaction: on SQLite a reader keeps writers out."""


class SqlLedger:
    """Actions and their hash-chained trail in one database; keeps the port `Ledger`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(
        self, post: Post, kind: ActionKind, decision: Decision, *, fuse: Fuse, at: datetime
    ) -> Action:
        """Record what is about to be done; a repeat returns the action as it stands.

        Raises:
            Transient: the database does not answer.
        """
        action = _action(post, kind, decision, at)
        with translated(), self._engine.begin() as connection:
            take_ledger_lock(connection)
            if known := _get(connection, action.id):
                return known
            if decision.verdict is Verdict.HIDE:
                spent = _spent(connection, post, at)
                action = _action(post, kind, within(fuse, spent, decision), at)
            connection.execute(insert(actions).values(**_row(action), begun=at))
            _append(connection, action, at=at, event=action.decision.verdict, actor=MACHINE)
        return action

    def advance(
        self, action_id: str, state: ActionState, *, at: datetime, actor: str, detail: str = ""
    ) -> Action:
        """Move the action on; a repeat of the state it has changes nothing.

        Raises:
            Rejected: no such action, or no such move in its life.
            Transient: the database does not answer.
        """
        with translated(), self._engine.begin() as connection:
            take_ledger_lock(connection)
            action = _get(connection, action_id)
            if action is None:
                message = f"no action has the id {action_id}: take it from the board"
                raise Rejected(message)
            if action.state is state:
                return action
            if not allowed(action.state, state):
                message = f"{action_id} is {action.state} and cannot become {state}"
                raise Rejected(message)
            moved = replace(action, state=state, at=at, detail=detail or None)
            connection.execute(
                update(actions).where(actions.c.id == action_id).values(**_row(moved))
            )
            _append(connection, moved, at=at, event=state, actor=actor)
        return moved

    def get(self, action_id: str) -> Action | None:
        """Return the action as it stands."""
        with translated(), self._engine.begin() as connection:
            return _get(connection, action_id)

    def unfinished(self) -> list[Action]:
        """Return the hides that were begun and neither confirmed nor ended, oldest first."""
        query = (
            select(actions.c.action)
            .where(actions.c.verdict == Verdict.HIDE, actions.c.state.not_in(ENDED))
            .order_by(actions.c.begun)
        )
        with translated(), self._engine.begin() as connection:
            return [_read(row) for row in connection.scalars(query)]

    def spent(self, *, at: datetime) -> int:
        """Return how many hides were begun in the hour before `at`."""
        with translated(), self._engine.begin() as connection:
            return _count(connection, at)

    def entries(self) -> Iterator[AuditEntry]:
        """Yield the audit entries in order; nothing is held open while the caller thinks."""
        after = 0
        while page := self._page(after):
            yield from page
            after = page[-1].sequence

    def _page(self, after: int) -> list[AuditEntry]:
        query = (
            select(audit_entries)
            .where(audit_entries.c.sequence > after)
            .order_by(audit_entries.c.sequence)
            .limit(PAGE)
        )
        with translated(), self._engine.begin() as connection:
            return [AuditEntry(**row) for row in connection.execute(query).mappings()]


def _action(post: Post, kind: ActionKind, decision: Decision, at: datetime) -> Action:
    return Action(
        id=f"{kind}:{post.event_id}",
        kind=kind,
        state=ActionState.PROPOSED,
        post=post.id,
        platform=post.platform,
        conversation=post.conversation,
        author=post.author,
        decision=decision,
        published=post.published,
        at=at,
    )


def _row(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "kind": action.kind,
        "state": action.state,
        "verdict": action.decision.verdict,
        "platform": action.platform,
        "conversation": action.conversation,
        "author": action.author,
        "at": action.at,
        "action": msgspec.to_builtins(action),
    }


def _read(stored: Any) -> Action:  # noqa: ANN401 - JSON
    return msgspec.convert(stored, Action)


def _get(connection: Connection, action_id: str) -> Action | None:
    stored = connection.scalar(select(actions.c.action).where(actions.c.id == action_id))
    return None if stored is None else _read(stored)


def _count(connection: Connection, at: datetime, *scope: ColumnElement[bool]) -> int:
    query = select(func.count()).where(
        actions.c.verdict == Verdict.HIDE, actions.c.begun > at - timedelta(hours=1), *scope
    )
    return connection.scalar(query) or 0


def _spent(connection: Connection, post: Post, at: datetime) -> Spent:
    return Spent(
        all=_count(connection, at),
        conversation=_count(connection, at, actions.c.conversation == post.conversation),
        author=_count(connection, at, actions.c.author == post.author),
    )


def _append(
    connection: Connection, action: Action, *, at: datetime, event: str, actor: str
) -> None:
    """Seal the next entry onto the chain; the caller holds the ledger's lock."""
    last = connection.execute(
        select(audit_entries.c.sequence, audit_entries.c.hash)
        .order_by(audit_entries.c.sequence.desc())
        .limit(1)
    ).first()
    sequence, previous = (last.sequence, last.hash) if last else (0, GENESIS)
    entry = seal(
        sequence=sequence + 1,
        at=at.astimezone(UTC),
        subject=action.id,
        event=event,
        actor=actor,
        reason=(action.detail or action.decision.reason)[:REASON_LENGTH],
        previous=previous,
    )
    connection.execute(insert(audit_entries).values(**asdict(entry)))
