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
_LEAST_MISSING: Final = 20.0
"""Posts that were to be expected and did not come, about."""
_A_POST: Final = 20.0
"""What one post takes off: a source that brings less than a twentieth is found sooner or later."""
_STRAY: Final = 0.5
"""How much of that while it is silent: a single post ends no silence."""
_TIMES_SOME: Final = 3.0
"""So many times as much must be missing where some posts do come: sources are that uneven."""
_WEEK_M: Final = 7 * 24 * 60
"""Before a week was heard the hours of the day are little known: any post says that it is heard."""
_MOST_LOOKS: Final = 8
"""Back for one observation: the moments at which most late posts are seen."""
_TIMES_LONGEST: Final = 3.0
"""Counts come in bursts: a silence must be so many times the longest that was none."""
_AGAIN: Final = 1.35
_LASTED: Final = 1.2
"""After a silence the next one must be so many times the bound, but no longer than so many times as
long as it was."""


@dataclass(slots=True)
class Source:
    """What one source has brought, and what it owes.

    `watermark` is the latest minute it has told of. `missing` grows with each post that was to be
    expected and falls with each that comes, never below 0; since it was last 0, at minute `since`,
    `came` posts were heard and `due` were to be expected. `highest` is the most that was missing
    meanwhile, `longest` the most that ever was in a time that was no silence. This is counted up to
    `foreseen`. `silent` says whether it is silent now, `told` whether an incident has
    named it since.
    """

    watermark: int
    since: int
    foreseen: float
    posts: float = 0.0
    missing: float = 0.0
    due: float = 0.0
    came: int = 0
    highest: float = 0.0
    longest: float = 0.0
    silent: bool = False
    told: bool = False

    @property
    def bound(self) -> float:
        """How much must be missing for a silence."""
        least = _LEAST_MISSING * (_TIMES_SOME if self.came else 1.0)
        return max(least, _TIMES_LONGEST * self.longest)

    def wait(self, foreseen: float, share: float) -> None:
        """Let it owe its share of what was foreseen meanwhile."""
        due = (foreseen - self.foreseen) * share
        self.foreseen = foreseen
        self.due += due
        self.missing = min(self.missing + due, self.bound)
        if self.posts < _LEAST_POSTS:
            self.missing = 0.0
        self.silent = self.silent or self.missing >= self.bound

    def hear(self, now: int, *, worth: float) -> None:
        """Take in one post, which takes off what it is worth."""
        self.posts += 1
        self.came += 1
        self.highest = max(self.highest, self.missing)
        self.missing = max(0.0, self.missing - worth * (_STRAY if self.silent else 1.0))
        if self.missing == 0.0:
            self.longest = max(self.longest, self._learned())
            self._begin(now)

    def _learned(self) -> float:
        """Return how much may be missing from now on without a silence, three times as much is one.

        An outage makes the next one a little longer before it is noticed, a habit in the end as
        long as it lasts.
        """
        if not self.silent:
            return self.highest
        return min(_LASTED * self.due, _AGAIN * self.highest) / _TIMES_LONGEST

    def _begin(self, now: int) -> None:
        self.since, self.missing, self.due, self.came, self.highest = now, 0.0, 0.0, 0, 0.0
        self.silent = self.told = False


@dataclass(slots=True)
class Listening:
    """The sources of one watch by name, and all of them together.

    That a source goes quiet is told by Page's test (E. S. Page (1954), « Continuous inspection
    schemes », Biometrika 41). `foreseen` are the posts that the watch was to have so far, from the
    minute `begun` up to `until`: by what was normal then, so that what is not heard becomes no less
    by being learned.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    all: Source = field(default_factory=lambda: Source(0, 0, 0.0))
    foreseen: float = 0.0
    begun: int = 0
    until: int | None = None

    def wait(self, now: int, usual: Callable[[int, int], float]) -> None:
        """Let time pass; `usual` says how many posts the watch has between two minutes."""
        if self.until is None:
            self.begun = self.until = self.all.since = now
        if now > self.until:
            self.foreseen += usual(self.until, now)
            self.until = now

    def hear(self, posts: Iterable[ObservedPost], *, now: int) -> None:
        """Take in what came.

        Removals, and edits that do not concern the watch, come from sources it may never hear.
        """
        worth = _A_POST if now - self.begun >= _WEEK_M else math.inf
        for post in posts:
            if not (post.source and post.concerns) or post.change is Change.REMOVED:
                continue
            minute = min(minute_of(post.published), now)
            if post.source not in self.sources:
                self.sources[post.source] = Source(minute, now, self.foreseen)
            source = self.sources[post.source]
            source.wait(self.foreseen, self._share(source))
            source.hear(now, worth=worth)
            source.watermark = max(source.watermark, minute)
            self.all.wait(self.foreseen, 1.0)
            self.all.hear(now, worth=worth)
        if len(self.sources) > MOST:
            kept = sorted(self.sources.items(), key=lambda item: _worth(item[1]), reverse=True)
            self.sources = dict(kept[:MOST])

    def skip(self, minutes: int) -> None:
        """Let time pass in which nobody listened: no source is the more silent for it."""
        if self.until is not None:
            self.until += minutes

    def rewind(self, now: int) -> None:
        """Go on from this minute: the clock was ahead of it."""
        self.until = now
        self.begun = min(self.begun, now)
        for source in (self.all, *self.sources.values()):
            source.since = min(source.since, now)
            source.watermark = min(source.watermark, now)

    def forget(self, names: Iterable[str]) -> None:
        """Follow these sources no longer, until they speak again."""
        for name in names:
            del self.sources[name]

    def fade(self, hours: float) -> None:
        """Let time pass."""
        kept = math.exp(-hours / _MEMORY_H)
        for source in (self.all, *self.sources.values()):
            source.posts *= kept
            source.longest *= kept

    def silent(self) -> dict[str, Source]:
        """Return the sources that have gone silent by name; where none is heard, all as one: ""."""
        self.all.wait(self.foreseen, 1.0)
        if self.all.silent:
            return {"": self.all}
        for source in self.sources.values():
            source.wait(self.foreseen, self._share(source))
        return {name: source for name, source in self.sources.items() if source.silent}

    def _share(self, source: Source) -> float:
        """Return which share of the posts it brings."""
        return source.posts / self.all.posts if self.all.posts else 0.0

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


def _worth(source: Source) -> tuple[float, int]:
    """Of what is known of a source up to where it counts, then how lately it spoke."""
    return min(source.posts, _LEAST_POSTS), source.since
