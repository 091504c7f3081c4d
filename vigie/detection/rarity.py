"""How rare a count is: as seldom as its excess over the normal has been seen before.

Nothing is assumed about how counts spread around the normal, which on social platforms is far
wider than Poisson: the excesses that were seen say it.
"""

import math
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Final, Self

from vigie.detection.cells import Cells, zeros

WIDTH: Final = 0.1
BINS: Final = 128
"""Excesses from 0 to 12.8, which is 360,000 times the normal, in steps of about 10 %."""

_MEMORY: Final = timedelta(days=56)
"""After so long an excess weighs 1/e."""
_HALF_A_POST: Final = 0.5
"""Added to both sides, so that 1 against 0.01 is not a hundred times the normal."""
_BODY: Final = 0.99
"""Up to this quantile the past itself says how rare an excess is; beyond, a tail fitted to it."""
_PRIOR_SLOPE: Final = 0.35
_PRIOR_WEIGHT: Final = 2.0
"""The mean excess beyond the body, until more than two of that kind were seen."""
_FIRST_BLOCKS: Final = 24.0
_FIRST_SLOPE: Final = 0.5
_DAYS_UNSEEN: Final = 40.0
_LEAST_SLOPE: Final = 0.05
_LEAST_WEIGHT: Final = 0.5
"""Beyond all that was seen there may yet be this much of one excess."""


def excess(count: float, expected: float) -> float:
    """Return the logarithm of how many times the expected it is; 0 is as expected.

    >>> round(excess(30, 10), 2), round(excess(1, 0.01), 2)
    (1.07, 1.08)
    """
    return math.log((count + _HALF_A_POST) / (expected + _HALF_A_POST))


def kept_over(time: timedelta) -> float:
    """Return what is left, after so much time, of the weight of what was learned."""
    return math.exp(-time / _MEMORY)


@dataclass(slots=True)
class Tail:
    """A histogram of excesses that forgets, and the tail beyond its 99 % quantile.

    Beyond it the excess falls exponentially, by its mean there (peaks over threshold: A. Siffer et
    al. (2017), « Anomaly detection in streams with extreme value theory », KDD), so the count as a
    power (B. M. Hill (1975), « A simple general approach to inference about the tail of a
    distribution », Annals of Statistics 3). 512 bytes.

    >>> tail = Tail()
    >>> for n in range(1_000):
    ...     tail.learn(0.01 * (n % 100), kept=1.0)
    >>> round(tail.rarity(0.9), 1), tail.rarity(1.5) > 2.5
    (1.0, True)
    """

    weight: float = 0.0
    bins: Cells = field(default_factory=lambda: zeros(BINS))

    @classmethod
    def cautious(cls) -> Self:
        """Return a tail as if a day of wild blocks had been seen: for a watch without a past.

        One block in ten has 3 times the normal, one in a hundred 10 times.
        """
        tail = cls(weight=_FIRST_BLOCKS)
        edges = [math.exp(-cell * WIDTH / _FIRST_SLOPE) for cell in range(BINS + 1)]
        for cell, (share, further) in enumerate(pairwise(edges)):
            tail.bins[cell] = _FIRST_BLOCKS * (share - further)
        return tail

    @classmethod
    def unseen(cls) -> Self:
        """Return a tail as if forty days had gone by without: for what most watches never see."""
        return cls(weight=_DAYS_UNSEEN)

    def learn(self, excess: float, *, kept: float) -> None:
        """Take in one more excess; what was learned before is kept at this factor."""
        if kept != 1.0:
            for cell, weight in enumerate(self.bins):
                self.bins[cell] = weight * kept
        self.weight = self.weight * kept + 1.0
        if excess > 0:
            self.bins[min(int(excess / WIDTH), BINS - 1)] += 1.0

    def rarity(self, excess: float) -> float:
        """Return -log10 of the share of excesses that are as large; 0 where that is no news."""
        if self.weight == 0 or excess <= 0:
            return 0.0
        first, beyond, mean = self._tail()
        start, share = first * WIDTH, max(beyond, _LEAST_WEIGHT) / self.weight
        if excess <= start:
            return -math.log10(min(1.0, max(self._share(excess), share)))
        slope = (beyond * (mean - start) + _PRIOR_WEIGHT * _PRIOR_SLOPE) / (beyond + _PRIOR_WEIGHT)
        return -math.log10(share) + (excess - start) / max(slope, _LEAST_SLOPE) / math.log(10)

    def _tail(self) -> tuple[int, float, float]:
        """Return the first bin of the tail, the weight in it, and the mean excess there."""
        allowed = (1.0 - _BODY) * self.weight
        first, beyond, total = BINS, 0.0, 0.0
        while first > 0 and beyond + self.bins[first - 1] <= allowed:
            first -= 1
            beyond += self.bins[first]
            total += self.bins[first] * (first + 0.5) * WIDTH
        return first, beyond, total / beyond if beyond else first * WIDTH

    def _share(self, excess: float) -> float:
        """Return the share of excesses at least this large, within the body."""
        cell = int(excess / WIDTH)
        above = sum(self.bins[cell + 1 :]) + self.bins[cell] * (cell + 1 - excess / WIDTH)
        return above / self.weight
