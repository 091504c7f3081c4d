"""What the detectors look at: some minutes of a watch, and what they would normally hold."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Final

from vigie.detection.baseline import Expected
from vigie.detection.rarity import excess
from vigie.detection.recent import Detail
from vigie.detection.tally import Counts
from vigie.detection.vocabulary import Vocabulary
from vigie.domain.incident import Nature
from vigie.domain.watch import Measured

MINUTE: Final = timedelta(minutes=1)
NO_TIME: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """One of the newest posts, with what it does."""

    detail: Detail
    nature: Nature


@dataclass(frozen=True)
class Window:
    """Counts within the window, what a normal one of the same length holds, and its newest posts.

    `floor` is what counts are judged by: `expected`, but never less than the level of all hours.
    `rarity` maps what was measured and its excess to -log10 of the share of windows like it.
    """

    counts: Counts
    expected: Expected
    floor: Expected = field(default_factory=Expected)
    length: timedelta = timedelta(minutes=15)
    rarity: Callable[[Measured, float], float] = lambda _measured, _excess: 0.0
    newest: Callable[[], list[Seen]] = list
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    @cached_property
    def posts(self) -> list[Seen]:
        """The newest posts of the window, as far as their details are kept."""
        return self.newest()

    @cached_property
    def threads(self) -> dict[str, list[Seen]]:
        """The newest posts by conversation."""
        found: dict[str, list[Seen]] = {}
        for post in self.posts:
            if post.detail.thread:
                found.setdefault(post.detail.thread, []).append(post)
        return found

    @property
    def busiest(self) -> tuple[str, list[Seen]]:
        """The conversation with most posts, the first of several; no name where there is none."""
        return max(self.threads.items(), key=lambda thread: len(thread[1]), default=("", []))

    def excess(self, measured: Measured) -> float:
        """Return how far this lies above the normal."""
        match measured:
            case Measured.VOLUME:
                return excess(self.counts.posts, self.floor.posts)
            case Measured.AGAINST:
                return excess(self.counts.against, self.floor.against)
            case Measured.THREAD:
                return excess(len(self.busiest[1]), self.floor.posts)
            case _:
                message = f"{measured} is no count of a window: its detector says how much there is"
                raise ValueError(message)

    def once_in(self, measured: Measured, *, ease: float = 1.0) -> timedelta:
        """Return how much time usually lies between two such windows; 0 where nothing is known.

        With `ease` below 1, as if the count were larger by 1/ease.
        """
        if not self.expected.known:
            return NO_TIME
        return self._once_in(measured, self.excess(measured) - math.log(ease), self.length)

    def day_in(self, measured: Measured, excess: float, *, ease: float) -> timedelta:
        """Return how much time usually lies between two days with about so much of a structure.

        Known from the first day on: most watches never see any.
        """
        return self._once_in(measured, excess - _ABOUT - math.log(ease), _DAY)

    def _once_in(self, measured: Measured, excess: float, length: timedelta) -> timedelta:
        return length * 10 ** min(self.rarity(measured, excess), _MOST_RARE)


_DAY: Final = timedelta(days=1)
_ABOUT: Final = 0.2
"""What comes again comes with a fifth more or less."""
_MOST_RARE: Final = 6.0
"""A window seen once in a million says nothing that one in ten million would not."""


def minutes_of(length: timedelta, *, now: int) -> range:
    """Return the minutes of the window that ends with this one.

    A window is whole minutes long, at least one; the last one is still running.
    """
    return range(now + 1 - max(1, math.ceil(length / MINUTE)), now + 1)
