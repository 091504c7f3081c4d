"""Scores a series of counts row by row, with the rhythm and the tail that judge volume live.

A series has no incidents, which live keep one burst from being told twice: here a row is an alarm
only if it is rarer than what the last hours held.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from vigie.detection.rarity import Tail, excess, kept_over
from vigie.detection.rhythm import KNOWN_AFTER, Rhythm, hour_of_week

ALARM: Final = 0.5
"""From this score on a row is an alarm: as rare as one of 500, and news."""
_ALARM_RARITY: Final = 2.7
_TOLD_FOR: Final = timedelta(hours=30)
"""So long a burst is known; only a rarer one is news. Longer than a day, since what came last
evening comes again this evening."""
_RARER: Final = 0.25
"""By this much: 1.8 times as rare."""

_HOUR: Final = timedelta(hours=1)
_GAPS_KEPT: Final = 9


class Steps:
    """How much time each row stands for: the usual gap between rows, as known so far."""

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=_GAPS_KEPT)
        self._last: datetime | None = None

    def until(self, at: datetime) -> float | None:
        """Return the hours that the row at this moment stands for; None: no telling yet."""
        if self._last is not None and at > self._last:
            self._gaps.append((at - self._last) / _HOUR)
        self._last = at
        return median(self._gaps) if self._gaps else None


@dataclass(slots=True)
class Told:
    """The rarities of the last hours that no later one has exceeded."""

    _kept: deque[tuple[datetime, float]] = field(default_factory=deque)

    def news(self, at: datetime, rarity: float) -> bool:
        """Say whether this is rarer than all of them, and remember it."""
        while self._kept and at - self._kept[0][0] > _TOLD_FOR:
            self._kept.popleft()
        news = not self._kept or rarity > self._kept[0][1] + _RARER
        while self._kept and self._kept[-1][1] <= rarity:
            self._kept.pop()
        self._kept.append((at, rarity))
        return news


class Scorer:
    """Scores rows in the order they come; a row's score depends on no later row.

    >>> from datetime import UTC
    >>> scorer, start = Scorer(), datetime(2026, 1, 5, tzinfo=UTC)
    >>> scores = [scorer(start + n * _HOUR, 200 if n == 99 else 10) for n in range(100)]
    >>> max(scores[:99]) < ALARM < scores[99]
    True
    """

    def __init__(self) -> None:
        self._rhythm = Rhythm()
        self._tail = Tail()
        self._steps = Steps()
        self._told = Told()
        self._seen = timedelta(0)

    def __call__(self, at: datetime, count: float) -> float:
        """Return how much of an alarm this row is, from 0 to 1; 0 on the first day."""
        hours = self._steps.until(at)
        if hours is None:
            return 0.0
        rarity = self._judge(hour_of_week(at), count, hours)
        known = self._seen >= KNOWN_AFTER
        self._seen += hours * _HOUR
        if not known or not self._told.news(at, rarity):
            return 0.0
        return rarity / (rarity + _ALARM_RARITY)

    def _judge(self, hour: int, count: float, hours: float) -> float:
        """Return how rare the count is, then learn it."""
        over = excess(count, self._rhythm.judged(hour) * hours)
        rarity = self._tail.rarity(over)
        self._tail.learn(over, kept=kept_over(hours * _HOUR))
        self._rhythm.learn(hour, count, hours)
        return rarity


def score(rows: Iterable[tuple[datetime, float]]) -> list[float]:
    """Return the score of each row, from 0 to 1."""
    scorer = Scorer()
    return [scorer(at, count) for at, count in rows]
