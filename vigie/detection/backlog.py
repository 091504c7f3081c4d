"""Whether what arrives is the present: nobody is paged for what an outage made us read late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vigie.domain.observation import Observation

_LEAST_PATIENCE = timedelta(seconds=5)
LONGEST_MIX = timedelta(minutes=10)
"""When present posts have come among late ones for so long, late ones are how a source is: they are
counted, and keep nobody from being paged any more."""


class Position(StrEnum):
    """Where a watch stands in time."""

    PRESENT = "present"
    BEHIND = "behind"
    CAUGHT_UP = "caught_up"


def patience(behind: timedelta) -> timedelta:
    """Return how long no late post must have come before a tick ends a backlog."""
    return max(behind / 5, _LEAST_PATIENCE)


@dataclass(slots=True)
class Backlog:
    """What must survive of a backlog.

    `late` is when the last late post came, None at the present; `mixed` since when present posts
    have come among late ones.
    """

    late: datetime | None = None
    mixed: datetime | None = None

    def position(self, observation: Observation, *, now: datetime, behind: timedelta) -> Position:
        """Say where the watch stands after this observation, and remember it.

        A backlog has ended when no late post came for some time: a few seconds where others do
        come, `patience` where only ticks do. A review ends none.
        """
        if observation.posts and now - observation.received > behind:
            if self.late is not None and now - self.late >= patience(behind):
                self.mixed = None  # the one before is over
            self.late = now
            return Position.PRESENT if self._lasting(now) else Position.BEHIND
        if self.late is None:
            return Position.PRESENT
        needed = _LEAST_PATIENCE if observation.posts else patience(behind)
        if observation.review is None and now - self.late >= needed:
            self.late = self.mixed = None
            return Position.CAUGHT_UP
        if observation.posts and self.mixed is None:
            self.mixed = now
        return Position.PRESENT if self._lasting(now) else Position.BEHIND

    def _lasting(self, now: datetime) -> bool:
        return self.mixed is not None and now - self.mixed >= LONGEST_MIX
