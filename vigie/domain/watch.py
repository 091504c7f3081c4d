"""A watch (veille): a named subject, which posts belong to it, and when it is a crisis."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What must hold together within the window for one level.

    Counts are posts; `negative_share` and `toxic_share` are compared with the lower bound of
    the share's 95 % interval; `volume_ratio` is posts against the baseline's expectation.
    A condition that is None is not asked.
    """

    posts: int
    negatives: int | None = None
    negative_share: float | None = None
    toxic_share: float | None = None
    volume_ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When each level begins, over which window, and how slowly it ends.

    A level rises at once and falls when its conditions, eased by the factor `ease`, have not
    held for `hold`.
    """

    levels: dict[Level, tuple[Threshold, ...]]
    window: timedelta = timedelta(minutes=15)
    hold: timedelta = timedelta(minutes=10)
    ease: float = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One subject with its own eyes, thresholds and people."""

    id: str
    name: str
    match: tuple[MatchRule, ...]
    thresholds: Thresholds
    recipients: tuple[str, ...] = ()
    time_zone: str = "Europe/Paris"
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
