"""Cases in memory, for tests of who is told."""

from datetime import datetime

from vigie.domain.case import Case
from vigie.domain.incident import IncidentEvent
from vigie.domain.review import Review


class InMemoryCases:
    """Keeps the port `Cases`."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._settled: set[str] = set()

    def heard(self, event: IncidentEvent, *, at: datetime) -> Case:
        """Take in one step of an incident, whatever its order, and return the case after it."""
        known = self._cases.get(event.incident_id)
        if known is None:
            return self._keep(Case.opened(event, at=at))
        return self._keep(known.after(event, at=at))

    def answered(self, review: Review) -> Case | None:
        """Take in a person's word on an incident; None where nothing was heard of it."""
        known = self._cases.get(review.subject_id)
        return None if known is None else self._keep(known.answered(review))

    def get(self, incident_id: str) -> Case | None:
        """Return the case of an incident; None where nothing was heard of it."""
        return self._cases.get(incident_id)

    def open(self) -> list[Case]:
        """Return the cases that are not settled, the longest unheard first."""
        waiting = [case for id_, case in self._cases.items() if id_ not in self._settled]
        return sorted(waiting, key=lambda case: case.heard)

    def settle(self, incident_id: str) -> None:
        """Note that nothing is left to be told."""
        self._settled.add(incident_id)

    def _keep(self, case: Case) -> Case:
        incident = case.event.incident_id
        if self._cases.get(incident) != case:
            self._settled.discard(incident)
        self._cases[incident] = case
        return case
