"""What the detectors look at: the last minutes of a watch, and what they would normally hold."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.detection.baseline import Baseline, Expected
from vigie.detection.entry import minute_of
from vigie.detection.tally import Counts, Tally

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Counts within the window and what a normal one of the same length holds."""

    counts: Counts
    expected: Expected


def minutes_of(length: timedelta, *, now: datetime) -> range:
    """Return the minutes of the window that ends now: the running one and those before it.

    A window is whole minutes long (at least one), and shorter by what the running one lacks.
    """
    current = minute_of(now)
    return range(current + 1 - max(1, math.ceil(length / _MINUTE)), current + 1)


def look(tally: Tally, baseline: Baseline, length: timedelta, *, now: datetime) -> Window:
    """Return the window that ends now."""
    minutes = minutes_of(length, now=now)
    expected = baseline.expected(
        tally.at, before=minutes.start, minutes=now.timestamp() / 60 - minutes.start
    )
    return Window(tally.over(minutes), expected)
