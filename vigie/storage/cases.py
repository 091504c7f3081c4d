"""Open incidents as far as telling people goes, each changed in one transaction."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine, select, update

from vigie.domain.case import Case
from vigie.domain.incident import IncidentEvent
from vigie.domain.review import Review
from vigie.storage.database import translated
from vigie.storage.schema import cases
from vigie.storage.upsert import insert_new


class SqlCases:
    """Keeps the port `Cases` in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def heard(self, event: IncidentEvent, *, at: datetime) -> Case:
        """Take in one step of an incident, whatever its order, and return the case after it."""
        first = Case.opened(event, at=at)
        with translated(), self._engine.begin() as connection:
            connection.execute(insert_new(self._engine, cases), _row(first))
            changed = _change(connection, event.incident_id, lambda case: case.after(event, at=at))
        return changed or first

    def answered(self, review: Review) -> Case | None:
        """Take in a person's word on an incident; None where nothing was heard of it."""
        with translated(), self._engine.begin() as connection:
            return _change(connection, review.subject_id, lambda case: case.answered(review))

    def get(self, incident_id: str) -> Case | None:
        """Return the case of an incident; None where nothing was heard of it."""
        query = select(cases.c.case).where(cases.c.incident == incident_id)
        with translated(), self._engine.begin() as connection:
            found = connection.scalar(query)
        return None if found is None else msgspec.convert(found, Case)

    def open(self) -> list[Case]:
        """Return the cases that are not settled, the longest unheard first."""
        query = select(cases.c.case).where(cases.c.settled.is_(False)).order_by(cases.c.heard)
        with translated(), self._engine.begin() as connection:
            return [msgspec.convert(row, Case) for row in connection.scalars(query)]

    def settle(self, incident_id: str) -> None:
        """Note that nothing is left to be told."""
        statement = update(cases).where(cases.c.incident == incident_id).values(settled=True)
        with translated(), self._engine.begin() as connection:
            connection.execute(statement)


def _change(
    connection: Connection, incident_id: str, change: Callable[[Case], Case]
) -> Case | None:
    """Change the case in its row, which nobody else may do meanwhile; None: there is none."""
    mine = cases.c.incident == incident_id
    found = connection.scalar(select(cases.c.case).where(mine).with_for_update())
    if found is None:
        return None
    before = msgspec.convert(found, Case)
    after = change(before)
    if after != before:
        connection.execute(update(cases).where(mine).values(**_row(after)))
    return after


def _row(case: Case) -> dict[str, object]:
    return {
        "incident": case.event.incident_id,
        "heard": case.heard,
        "settled": False,
        "case": msgspec.to_builtins(case),
    }
