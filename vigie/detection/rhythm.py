"""How much is normal in each hour of the week: a level times an hour of day times one of week.

It grows with what was seen. On the first day one level serves all hours, after some days the hours
of the day differ, after some weeks the hours of the week: each step is shrunk towards the one
before, by how much was seen of it (B. Efron & C. Morris (1973), « Stein's estimation rule and its
competitors », JASA 68). It knows no clock and no time zone: whoever counts says which hour it is.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from vigie.detection.cells import Cells, zeros

HOURS: Final = 168
"""Hours of a week, from Monday's first."""
KNOWN_AFTER: Final = timedelta(days=1)
"""Before a whole day was seen nothing is normal yet."""
_DAY: Final = 24

_LEVEL_MEMORY_H: Final = 14.0 * _DAY
_DAY_MEMORY_H: Final = 28.0
_WEEK_MEMORY_H: Final = 8.0
"""After so much of it was seen again, what was seen of the level or of an hour weighs 1/e: two
weeks of all hours, four weeks of an hour of day, eight weeks of an hour of week."""

_DAY_PRIOR_H: Final = 4.0
_WEEK_PRIOR_H: Final = 24.0
"""Until so much was seen of an hour, it weighs less than what it is shrunk towards."""

_MOST_TIMES: Final = 4.0
_MOST_MORE: Final = 3.0
"""A count is learned as at most so many times what was expected, and so many more: no crisis
becomes the normal of its hour."""

_CAPPED_AFTER_H: Final = 1.0
"""Before, what is expected is a guess."""

_LEAST_PER_HOUR: Final = 0.05

_PRIOR_POSTS: Final = 0.5
_PRIOR_H: Final = 1 / 12
"""The level begins as half a post in five minutes: soon outweighed, whatever the watch."""


def hour_of_week(moment: datetime) -> int:
    """Return the hour of the week, 0 to 167, as the moment's own clock shows it.

    >>> hour_of_week(datetime(2026, 1, 6, 9, 30))
    33
    """
    return moment.weekday() * _DAY + moment.hour


@dataclass(slots=True)
class Rhythm:
    """Exponentially weighted counts: of all hours, of each hour of day, of each hour of week.

    Hours weigh what was seen of them, so a short history is not biased towards nothing. 4 bytes a
    cell: 1.6 kB in all.

    >>> rhythm = Rhythm()
    >>> for hour in range(21 * 24):
    ...     rhythm.learn(hour % HOURS, count=30 if hour % 24 == 9 else 10, hours=1.0)
    >>> 9 < rhythm.expected(8) < 11, 25 < rhythm.expected(9) < 31
    (True, True)
    """

    count: float = 0.0
    seen: float = 0.0
    day: Cells = field(default_factory=lambda: zeros(_DAY))
    day_seen: Cells = field(default_factory=lambda: zeros(_DAY))
    week: Cells = field(default_factory=lambda: zeros(HOURS))
    week_seen: Cells = field(default_factory=lambda: zeros(HOURS))

    @property
    def level(self) -> float:
        """Posts per hour, whatever the hour."""
        return (self.count + _PRIOR_POSTS) / (self.seen + _PRIOR_H)

    def expected(self, hour: int) -> float:
        """Return the posts per hour that are normal in this hour of the week."""
        of_day, of_week = self._shape(hour)
        return self.level * of_day * of_week

    def held(self, hour: int) -> float:
        """Return the posts per hour that this hour has held so far, for what is missing of them.

        Nothing pulls it to the level: at night that would be many times too much.
        """
        day = hour % _DAY
        if self.day_seen[day] < 1.0:
            return self.level
        _, of_week = self._shape(hour)
        return self.level * self.day[day] / self.day_seen[day] * of_week

    def judged(self, hour: int) -> float:
        """Return the posts per hour that a count is judged by: never less than the level.

        In the small hours the normal is so low that a few posts are many times as much.
        """
        return max(self.expected(hour), self.level)

    def judged_against(self, hour: int) -> float:
        """Return the same for posts against the watch: halfway to the level, as a factor.

        Of those a few times what a quiet hour holds is news; of all posts it is not.
        """
        return math.sqrt(self.expected(hour) * self.judged(hour))

    def learn(self, hour: int, count: float, hours: float) -> None:
        """Take in what was counted in so much of this hour of the week."""
        of_day, of_week = self._shape(hour)
        if self.seen >= _CAPPED_AFTER_H:
            expected = self.level * of_day * of_week * hours
            count = min(count, _MOST_TIMES * expected + _MOST_MORE)
        kept = math.exp(-hours / _LEVEL_MEMORY_H)
        self.count = self.count * kept + count
        self.seen = self.seen * kept + hours
        level = self.level
        times = count / max(level, _LEAST_PER_HOUR)
        _learn(self.day, self.day_seen, hour % _DAY, times, hours, memory=_DAY_MEMORY_H)
        times = count / max(level * of_day, _LEAST_PER_HOUR)
        _learn(self.week, self.week_seen, hour, times, hours, memory=_WEEK_MEMORY_H)

    def copy(self) -> "Rhythm":
        """Return one that learns apart."""
        return replace(
            self,
            day=self.day[:],
            day_seen=self.day_seen[:],
            week=self.week[:],
            week_seen=self.week_seen[:],
        )

    def _shape(self, hour: int) -> tuple[float, float]:
        """Return how many times the level the hour of day holds, and the hour of week that."""
        day = hour % _DAY
        of_day = (self.day[day] + _DAY_PRIOR_H) / (self.day_seen[day] + _DAY_PRIOR_H)
        of_week = (self.week[hour] + _WEEK_PRIOR_H) / (self.week_seen[hour] + _WEEK_PRIOR_H)
        return of_day, of_week


def _learn(  # noqa: PLR0913 - one cell and what it learns
    cells: Cells,
    seen: Cells,
    cell: int,
    times: float,
    hours: float,
    *,
    memory: float,
) -> None:
    kept = math.exp(-hours / memory)
    cells[cell] = cells[cell] * kept + times
    seen[cell] = seen[cell] * kept + hours
