"""Insert-or-update on both dialects: a repeat of what is there is no error."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

Statement = postgresql.Insert | sqlite.Insert
Newer = Callable[[Any], ColumnElement[bool]]
"""Given the row that was to be inserted, says whether it replaces the one that is there."""


def _insert(engine: Engine, table: Table) -> Statement:
    if engine.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_new(engine: Engine, table: Table) -> Statement:
    """Return an insert that leaves a row that is there alone."""
    return _insert(engine, table).on_conflict_do_nothing()


def upsert(
    engine: Engine, table: Table, *, update: Iterable[str], newer: Newer | None = None
) -> Statement:
    """Return an insert that updates these columns of a row that is there, if it is older."""
    statement = _insert(engine, table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in update},
        where=newer(statement.excluded) if newer else None,
    )
