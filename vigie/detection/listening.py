"""What each source of a watch brings: how far it has told time, and whether it has gone silent."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from vigie.detection.entry import minute_of
from vigie.domain.observation import ObservedPost
from vigie.domain.post import Change

MOST: Final = 128
"""Sources of one watch that are followed, 10 kB; of those of which little is known, the one that
has not spoken for longest is dropped first."""
_MEMORY_H: Final = 28.0 * 24
_LEAST_POSTS: Final = 20.0
"""Before a source brought so many, nobody can say what it usually brings."""
_LEAST_MISSED: Final = 20.0
"""Posts that were to be expected and did not come."""
_MOST_LOOKS: Final = 8
"""Back for one observation: the moments at which most late posts are seen."""
_TIMES_LONGEST: Final = 3.0
"""Counts come in bursts: a silence must be so many times the longest that was none."""


@dataclass(slots=True)
class Source:
    """What one source has brought.

    `watermark` is the latest minute it has told of, `heard` the last minute in which anything came,
    `longest` its longest silence so far in posts that were to be expected meanwhile. `silent` says
    whether it is silent now, `told` whether an incident has named it since it last spoke.
    """

    watermark: int
    heard: int
    posts: float = 0.0
    longest: float = 0.0
    silent: bool = False
    told: bool = False


@dataclass(slots=True)
class Listening:
    """The sources of one watch by name."""

    sources: dict[str, Source] = field(default_factory=dict)

    def hear(
        self, posts: Iterable[ObservedPost], *, now: int, usual: Callable[[int, int], float]
    ) -> None:
        """Take in what came; `usual` says how many posts the watch has between two minutes.

        Removals, and edits that do not concern the watch, come from sources it may never hear.
        """
        for post in posts:
            if not (post.source and post.concerns) or post.change is Change.REMOVED:
                continue
            minute = min(minute_of(post.published), now)
            source = self.sources.setdefault(post.source, Source(minute, now))
            self._end_silence(source, now, usual)
            source.watermark = max(source.watermark, minute)
            source.heard = now
            source.posts += 1
        if len(self.sources) > MOST:
            kept = sorted(self.sources.items(), key=lambda item: _worth(item[1]), reverse=True)
            self.sources = dict(kept[:MOST])

    def _end_silence(self, source: Source, now: int, usual: Callable[[int, int], float]) -> None:
        if now - source.heard <= 1:
            return
        missed = _missed(source, self._of_all, now, usual)
        if not source.silent:  # an outage must not make the next one longer before it is noticed
            source.longest = max(source.longest, missed)
        source.silent = source.told = False

    def skip(self, minutes: int) -> None:
        """Let time pass in which nobody listened: no source is the more silent for it."""
        for source in self.sources.values():
            source.heard += minutes

    def rewind(self, now: int) -> None:
        """Go on from this minute: the clock was ahead of it."""
        for source in self.sources.values():
            source.heard = min(source.heard, now)
            source.watermark = min(source.watermark, now)

    def forget(self, names: Iterable[str]) -> None:
        """Follow these sources no longer, until they speak again."""
        for name in names:
            del self.sources[name]

    def fade(self, hours: float) -> None:
        """Let time pass."""
        kept = math.exp(-hours / _MEMORY_H)
        for source in self.sources.values():
            source.posts *= kept
            source.longest *= kept

    def silent(self, *, now: int, usual: Callable[[int, int], float]) -> list[tuple[str, float]]:
        """Return the sources that have gone silent, each with the posts that did not come."""
        found = []
        of_all = self._of_all
        for name, source in self.sources.items():
            if source.posts < _LEAST_POSTS:
                source.silent = False
                continue
            missed = _missed(source, of_all, now, usual)
            source.silent = missed >= _bound(source)
            if source.silent:
                found.append((name, missed))
        return found

    def late(
        self, posts: Iterable[ObservedPost], *, before: int, span: int, live: range
    ) -> list[int]:
        """Return the minutes to look back at, for posts published `before` the present window.

        Posts may come in either order: whatever came together stands in the window of `span`
        minutes that ends with a post, or in the one that begins with it. The latter reaches no
        further than what its source has told of.
        """
        ends: Counter[int] = Counter()
        for post in posts:
            minute = minute_of(post.published)
            if minute in live and minute < before:
                source = self.sources.get(post.source)
                told = minute if source is None else source.watermark
                ends.update({minute, max(minute, min(minute + span - 1, told))})
        most = sorted(ends, key=lambda end: (ends[end], end), reverse=True)
        return sorted(most[:_MOST_LOOKS])

    @property
    def _of_all(self) -> float:
        """How many posts all sources have brought."""
        return sum(one.posts for one in self.sources.values())


def _missed(source: Source, of_all: float, now: int, usual: Callable[[int, int], float]) -> float:
    return usual(source.heard, now) * source.posts / of_all if of_all else 0.0


def _bound(source: Source) -> float:
    return max(_LEAST_MISSED, _TIMES_LONGEST * source.longest)


def _worth(source: Source) -> tuple[float, int]:
    """Of what is known of a source up to where it counts, then how lately it spoke."""
    return min(source.posts, _LEAST_POSTS), source.heard
