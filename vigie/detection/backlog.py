"""Whether what arrives is the present: nobody is paged for what an outage made us read late."""

from datetime import datetime, timedelta
from enum import StrEnum

from vigie.domain.observation import Observation

_LEAST_PATIENCE = timedelta(seconds=5)


class Position(StrEnum):
    """Where a watch stands in time."""

    PRESENT = "present"
    BEHIND = "behind"
    CAUGHT_UP = "caught_up"


def patience(behind: timedelta) -> timedelta:
    """Return how long no late post must have come before a tick ends a backlog."""
    return max(behind / 5, _LEAST_PATIENCE)


def position(
    observation: Observation, behind_at: datetime | None, *, now: datetime, behind: timedelta
) -> Position:
    """Say where the watch stands after this observation.

    `behind_at` is when the last late post came, None when the watch was at the present. A backlog
    has ended when no late post came for some time: a few seconds where others do come, `patience`
    where only ticks do. A review ends none.
    """
    if observation.posts and now - observation.received > behind:
        return Position.BEHIND
    if behind_at is None:
        return Position.PRESENT
    needed = _LEAST_PATIENCE if observation.posts else patience(behind)
    waited = observation.review is None and now - behind_at >= needed
    return Position.CAUGHT_UP if waited else Position.BEHIND
