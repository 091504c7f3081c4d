"""What is normal for a watch: exponentially weighted means per minute.

A first, plain baseline behind the seam `Expected`; one that knows hours and weekdays replaces it
without its callers noticing. It must not know levels: who judges says when it may not learn.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from vigie.detection.tally import Counts

TIME_CONSTANT = timedelta(hours=6)
"""After this long a minute weighs 1/e: long against a crisis, short against a change of season."""
MINIMUM_HISTORY = timedelta(hours=1)
"""Before this much was learned no ratio to the normal may be used."""
LONGEST_PAUSE = timedelta(minutes=5)
"""When nothing, not even a tick, came for longer, nobody was counting."""

_MINUTE = timedelta(minutes=1)
_KEPT = math.exp(-_MINUTE / TIME_CONSTANT)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a normal window holds; `known` is False while too little was learned to compare."""

    posts: float
    negatives: float
    toxic: float
    known: bool


@dataclass(slots=True)
class Mean:
    """Exponentially weighted sums, divided by their weight, so that a short history is not biased.

    Source: the initialisation bias correction of Kingma & Ba (2015), « Adam », section 3.

    >>> mean = Mean()
    >>> for posts in (4, 4, 4):
    ...     mean.learn(Counts(posts=posts, negatives=1))
    >>> expected = mean.expected(minutes=15)
    >>> round(expected.posts), round(expected.negatives), expected.known
    (60, 15, False)
    """

    minutes: int = 0
    weight: float = 0.0
    posts: float = 0.0
    negatives: float = 0.0
    toxic: float = 0.0

    def learn(self, counts: Counts) -> None:
        """Take in one more minute."""
        self.minutes += 1
        self.weight = self.weight * _KEPT + 1.0
        self.posts = self.posts * _KEPT + counts.posts
        self.negatives = self.negatives * _KEPT + counts.negatives
        self.toxic = self.toxic * _KEPT + counts.toxic

    def expected(self, minutes: float) -> Expected:
        """Return what so many minutes normally hold."""
        scale = minutes / self.weight if self.weight else 0.0
        return Expected(
            posts=self.posts * scale,
            negatives=self.negatives * scale,
            toxic=self.toxic * scale,
            known=self.minutes * _MINUTE >= MINIMUM_HISTORY,
        )


@dataclass(slots=True)
class Baseline:
    """The mean of the past.

    `until` is the first minute not yet folded into `mean`, `seen` the last one somebody watched.
    `unlearned` are spans of minutes (end excluded, None = still lasting) that were a crisis
    or that nobody watched.
    """

    until: int
    seen: int
    mean: Mean = field(default_factory=Mean)
    unlearned: list[tuple[int, int | None]] = field(default_factory=list)

    def fold(self, counts_at: Callable[[int], Counts], *, earliest: int, now: int) -> None:
        """Learn the minutes before `earliest` for good.

        Minutes that went by while nobody was counting are unknown, not empty.
        """
        if (now - self.seen) * _MINUTE > LONGEST_PAUSE and not self._paused():
            self.unlearned.append((self.seen + 1, now))
        for minute in range(self.until, earliest):
            if self._normal(minute):
                self.mean.learn(counts_at(minute))
        self.until = max(self.until, earliest)
        self.seen = max(self.seen, now)
        self.unlearned = [s for s in self.unlearned if s[1] is None or s[1] > self.until]

    def expected(
        self, counts_at: Callable[[int], Counts], *, before: int, minutes: float
    ) -> Expected:
        """Return what so many minutes normally hold, by all that came `before` this minute."""
        mean = replace(self.mean)
        for minute in range(self.until, before):
            if self._normal(minute):
                mean.learn(counts_at(minute))
        return mean.expected(minutes)

    def pause(self, since: int) -> None:
        """Learn nothing from this minute on."""
        if self._paused():
            return
        if self.unlearned and (self.unlearned[-1][1] or 0) >= since:
            since = min(since, self.unlearned.pop()[0])
        self.unlearned.append((since, None))

    def resume(self, at: int) -> None:
        """Learn again from this minute on."""
        if self._paused():
            self.unlearned[-1] = (self.unlearned[-1][0], at)

    def _paused(self) -> bool:
        return bool(self.unlearned) and self.unlearned[-1][1] is None

    def _normal(self, minute: int) -> bool:
        return not any(
            start <= minute and (end is None or minute < end) for start, end in self.unlearned
        )
