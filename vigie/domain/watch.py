"""A watch (veille): a named subject, which posts belong to it, and when it is a crisis."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from vigie.domain.incident import Level
from vigie.domain.post import Post


def fold(text: str) -> str:
    """Return the text without case and accents, for matching words as people type them."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _words(terms: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(fold(term)) for term in terms)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


@dataclass(frozen=True)
class MatchRule:
    """All conditions that are given must hold; a rule without any condition is refused.

    `sources` are source ids; `words` need one of them in the text, `without` none of them.
    Words are whole words or phrases, compared without case and accents.
    """

    sources: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @cached_property
    def _wanted(self) -> re.Pattern[str]:
        return _words(self.words)

    @cached_property
    def _unwanted(self) -> re.Pattern[str]:
        return _words(self.without)

    def matches(self, source: str, folded_text: str) -> bool:
        """Say whether a post of this source with this folded text belongs to the watch."""
        if self.sources and source not in self.sources:
            return False
        if self.words and not self._wanted.search(folded_text):
            return False
        return not (self.without and self._unwanted.search(folded_text))


class Measured(StrEnum):
    """What a window is compared by with all windows before it."""

    VOLUME = "volume"
    AGAINST = "against"
    THREAD = "thread"
    REACH = "reach"
    RAID = "raid"
    THEME = "theme"

    @property
    def structural(self) -> bool:
        """Whether it is no count of a window, but something most windows have nothing of."""
        return self in {Measured.REACH, Measured.RAID, Measured.THEME}


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """What must hold together within the window for one level; None is not asked.

    Counts are posts; `against` are criticism and attacks. A share is compared with the lower bound
    of its 95 % interval, `volume_ratio` with the posts of a normal window. `volume_once_in`,
    `against_once_in` and `thread_once_in` ask for a window such as comes once in so long: by all
    posts, by those against, by those in one conversation. `reach` are followers of the author of
    one post, `raid` accounts with near copies of one text, `theme` posts with a term that is new;
    with `..._once_in`, such a one as comes on one day in so many. `first_day` asks that less than a
    day was learned of the watch. `window` is this threshold's own, where it has one.
    """

    posts: int
    negatives: int | None = None
    negative_share: float | None = None
    toxic_share: float | None = None
    volume_ratio: float | None = None
    volume_once_in: timedelta | None = None
    against: int | None = None
    against_once_in: timedelta | None = None
    against_share: float | None = None
    thread_once_in: timedelta | None = None
    reach: int | None = None
    reach_once_in: timedelta | None = None
    raid: int | None = None
    raid_once_in: timedelta | None = None
    theme: int | None = None
    theme_once_in: timedelta | None = None
    first_day: bool = False
    window: timedelta | None = None

    @property
    def measured(self) -> dict[Measured, timedelta | None]:
        """What must come once in so long."""
        return {
            Measured.VOLUME: self.volume_once_in,
            Measured.AGAINST: self.against_once_in,
            Measured.THREAD: self.thread_once_in,
            Measured.REACH: self.reach_once_in,
            Measured.RAID: self.raid_once_in,
            Measured.THEME: self.theme_once_in,
        }

    @cached_property
    def however_often(self) -> "Threshold":
        """The same, of structures that may come every day."""
        return replace(self, reach_once_in=None, raid_once_in=None, theme_once_in=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A time in which more than usual is to be expected: a campaign, a broadcast.

    `times` is how many times the usual; nothing is learned meanwhile.
    """

    name: str
    begins: datetime
    ends: datetime
    times: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When each level begins, over which window, and how slowly it ends.

    A level rises at once and falls when its conditions, eased by the factor `ease`, have not
    held for `hold`. A level that has not changed for `settle` is the new normal: the incident is
    resolved and the present is learned. `silence` is the level of a source that has gone silent,
    VERT for none.
    """

    levels: dict[Level, tuple[Threshold, ...]]
    window: timedelta = timedelta(minutes=15)
    hold: timedelta = timedelta(minutes=10)
    ease: float = 0.7
    settle: timedelta = timedelta(hours=48)
    silence: Level = Level.JAUNE

    @property
    def windows(self) -> tuple[timedelta, ...]:
        """All windows that are looked at, the watch's own first."""
        asked = (t.window or self.window for level in self.levels.values() for t in level)
        return tuple(dict.fromkeys((self.window, *asked)))

    def measured(self, window: timedelta) -> tuple[Measured, ...]:
        """What is compared over this window; of a watch's own at least all posts and those against.

        What nobody asks for yet is learned too, so that a rule can be armed tomorrow.
        """
        asked = (t for level in self.levels.values() for t in level)
        found = [
            measured
            for threshold in asked
            if (threshold.window or self.window) == window
            for measured, once_in in threshold.measured.items()
            if once_in is not None and not measured.structural
        ]
        always = (Measured.VOLUME, Measured.AGAINST) if window == self.window else ()
        return tuple(dict.fromkeys((*always, *found)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One subject with its own eyes, thresholds and people."""

    id: str
    name: str
    match: tuple[MatchRule, ...]
    thresholds: Thresholds
    recipients: tuple[str, ...] = ()
    time_zone: str = "Europe/Paris"
    calendar: tuple[Marker, ...] = ()
    version: str = field(default="", compare=False)


def names(watch: Watch, text: str) -> bool:
    """Say whether the text names the watch: its name or one of its words, and none it excludes."""
    folded = fold(text)
    named = _words((watch.name, *(word for rule in watch.match for word in rule.words)))
    without = [word for rule in watch.match for word in rule.without]
    return bool(named.search(folded)) and not (without and _words(without).search(folded))


def matching(watches: Iterable[Watch], post: Post) -> list[Watch]:
    """Return the watches that the post belongs to; the text is folded once for all of them."""
    folded = fold(post.text)
    return [w for w in watches if any(rule.matches(post.source, folded) for rule in w.match)]
