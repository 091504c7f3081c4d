"""What each source of a watch brings: how far it has told time, and whether it has gone silent."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from vigie.detection.entry import minute_of
from vigie.domain.observation import ObservedPost

MOST: Final = 32
"""Sources of one watch that are followed; those that bring least are dropped."""
_MEMORY_H: Final = 28.0 * 24
_LEAST_POSTS: Final = 20.0
"""Before a source brought so many, nobody can say what it usually brings."""
_LEAST_MISSED: Final = 20.0
"""Posts that were to be expected and did not come."""
_MOST_LOOKS: Final = 4
"""Back for one observation; stragglers from all over two hours need no more."""
_TIMES_LONGEST: Final = 3.0
"""Counts come in bursts: a silence must be so many times the longest that was none."""


@dataclass(slots=True)
class Source:
    """What one source has brought.

    `watermark` is the latest minute it has told of, `heard` the last minute in which anything came,
    `longest` its longest silence so far in posts that were to be expected meanwhile.
    """

    watermark: int
    heard: int
    posts: float = 0.0
    longest: float = 0.0
    silent: bool = False


@dataclass(slots=True)
class Listening:
    """The sources of one watch by name."""

    sources: dict[str, Source] = field(default_factory=dict)

    def hear(
        self, posts: Iterable[ObservedPost], *, now: int, usual: Callable[[int, int], float]
    ) -> None:
        """Take in what came; `usual` says how many posts the watch has between two minutes."""
        for post in posts:
            if not post.source:
                continue
            minute = min(minute_of(post.published), now)
            source = self.sources.setdefault(post.source, Source(minute, now))
            self._end_silence(source, now, usual)
            source.watermark = max(source.watermark, minute)
            source.heard = now
            source.posts += 1
        if len(self.sources) > MOST:
            most = sorted(self.sources.items(), key=lambda item: -item[1].posts)
            self.sources = dict(most[:MOST])

    def _end_silence(self, source: Source, now: int, usual: Callable[[int, int], float]) -> None:
        if now - source.heard <= 1:
            return
        missed = self._missed(source, now, usual)
        if not source.silent:  # an outage must not make the next one longer before it is noticed
            source.longest = max(source.longest, missed)
        source.silent = False

    def fade(self, hours: float) -> None:
        """Let time pass."""
        kept = math.exp(-hours / _MEMORY_H)
        for source in self.sources.values():
            source.posts *= kept
            source.longest *= kept

    def silent(self, *, now: int, usual: Callable[[int, int], float]) -> list[tuple[str, float]]:
        """Return the sources that have gone silent, each with the posts that did not come."""
        found = []
        for name, source in self.sources.items():
            missed = self._missed(source, now, usual)
            source.silent = source.posts >= _LEAST_POSTS and missed >= _bound(source)
            if source.silent:
                found.append((name, missed))
        return found

    def late(self, posts: Iterable[ObservedPost], *, before: int, live: range) -> list[int]:
        """Return the minutes to look back at, for posts published `before` the present window.

        A source that lags is judged where its watermark stands; a straggler of one that does not,
        where it was published.
        """
        ends = set()
        for post in posts:
            minute = minute_of(post.published)
            source = self.sources.get(post.source)
            if source is not None and minute < before and minute in live:
                lags = source.watermark < before
                ends.add(source.watermark if lags else minute)
        return sorted(ends)[-_MOST_LOOKS:]

    def _missed(self, source: Source, now: int, usual: Callable[[int, int], float]) -> float:
        total = sum(one.posts for one in self.sources.values())
        return usual(source.heard, now) * source.posts / total if total else 0.0


def _bound(source: Source) -> float:
    return max(_LEAST_MISSED, _TIMES_LONGEST * source.longest)
