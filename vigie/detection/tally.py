"""What a watch has counted, by the minute posts were published.

A post has one entry, in the minute it was first told of; edits and removals find it there,
whatever time they name themselves.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from vigie.detection.entry import (
    CAUSE,
    NEGATIVE,
    TOXIC,
    counts,
    entry_of,
    latest,
    minute_of,
    nature,
    post_hash,
)
from vigie.detection.pages import Page, Pages
from vigie.domain.incident import Nature
from vigie.domain.observation import ObservedPost

PAGE_ENTRIES: Final = 128
"""A page is rewritten whole: 1.3 kB at most, at 10 bytes an entry (18 once edited)."""
MOST_A_MINUTE: Final = 4_096
"""Posts of one minute that are told apart, 41 kB; more are not counted. A watch with 68 posts a
second is at the height of a crisis, and its memory must not grow with it."""


@dataclass(slots=True)
class Counts:
    """How many posts there are, how many of them negative or toxic, and how many of each nature."""

    posts: int = 0
    negatives: int = 0
    toxic: int = 0
    support: int = 0
    information: int = 0
    criticism: int = 0
    attacks: int = 0
    faults: int = 0

    @property
    def against(self) -> int:
        """Posts against the watch: criticism and attacks."""
        return self.criticism + self.attacks

    def include(self, entry: int, times: int = 1) -> None:
        """Add the entry; -1 times takes it out again."""
        if not counts(entry):
            return
        self.posts += times
        self.negatives += times * bool(entry & NEGATIVE)
        self.toxic += times * bool(entry & TOXIC)
        match nature(entry):
            case Nature.SUPPORT:
                self.support += times
            case Nature.INFORMATION:
                self.information += times
            case Nature.CRITICISM:
                self.criticism += times
            case Nature.ATTACK:
                self.attacks += times
            case Nature.FAULT:
                self.faults += times

    def add(self, other: "Counts") -> None:
        """Add the counts of another span of time."""
        self.posts += other.posts
        self.negatives += other.negatives
        self.toxic += other.toxic
        self.support += other.support
        self.information += other.information
        self.criticism += other.criticism
        self.attacks += other.attacks
        self.faults += other.faults


NOTHING: Final = Counts()
"""The counts of a minute without posts; never changed."""


@dataclass(slots=True)
class Minute:
    """What one minute holds, and what of it no open incident rests on."""

    all: Counts = field(default_factory=Counts)
    rest: Counts = field(default_factory=Counts)

    def include(self, entry: int, times: int = 1) -> None:
        """Add the entry; -1 times takes it out again."""
        self.all.include(entry, times)
        if not entry & CAUSE:
            self.rest.include(entry, times)


class Tally:
    """The live minutes of one watch; `cause` are hashes of the posts an open incident rests on."""

    def __init__(self, pages: Iterable[Page[int]] = ()) -> None:
        self.pages = Pages[int](PAGE_ENTRIES, pages)
        self.cause: set[int] = set()
        self._minutes: dict[int, Minute] = {}
        for minute in self.pages.minutes():
            for key, entry in self.pages.at(minute):
                self._of(minute).include(entry)
                if entry & CAUSE:
                    self.cause.add(key)

    def count(self, post: ObservedPost, *, live: range) -> int | None:
        """Bring the post's entry up to date; return its hash if that changed anything.

        A new post from before the `live` minutes is ignored. One that says it is from after them
        has a wrong clock: it is there, so it counts in the last of them.
        """
        key, entry = post_hash(post.id), entry_of(post)
        found = self.pages.find(key)
        if found is not None:
            minute, old = found
            return key if self._replace(key, minute, old, latest(old, entry)) else None
        minute = min(minute_of(post.published), live[-1])
        if minute in live and self.pages.held(minute) < MOST_A_MINUTE:
            self.pages.append(minute, key, entry)
            self._of(minute).include(entry)
            return key
        return None

    def mark(self, cause: AbstractSet[int]) -> None:
        """Let these posts, and no others, be the cause."""
        for key in cause ^ self.cause:
            found = self.pages.find(key)
            if found is not None:
                self._replace(key, *found, found[1] ^ CAUSE)
        self.cause = set(cause)

    def _replace(self, key: int, minute: int, old: int, new: int) -> bool:
        if new == old:
            return False
        self.pages.update(key, new)
        self._of(minute).include(old, -1)
        self._of(minute).include(new)
        return True

    def _of(self, minute: int) -> Minute:
        return self._minutes.setdefault(minute, Minute())

    def at(self, minute: int) -> Counts:
        """Return the counts of one minute."""
        found = self._minutes.get(minute)
        return NOTHING if found is None else found.all

    def over(self, minutes: range, *, rest: bool = False) -> Counts:
        """Return the counts of several minutes together; with `rest`, without the cause."""
        total = Counts()
        for minute in minutes:
            found = self._minutes.get(minute)
            if found is not None:
                total.add(found.rest if rest else found.all)
        return total

    def find(self, post_id: str) -> tuple[int, int] | None:
        """Return the minute a post counts in and its entry; None for a post not counted."""
        return self.entry(post_hash(post_id))

    def entry(self, key: int) -> tuple[int, int] | None:
        """Return the minute and the entry of a post's hash; None for a post not counted."""
        found = self.pages.find(key)
        return found if found is not None and counts(found[1]) else None

    def rest(self, minutes: range) -> Iterator[tuple[int, int]]:
        """Yield the hash and the entry of every post in these minutes that is not of the cause."""
        for minute in minutes:
            for key, entry in self.pages.at(minute):
                if counts(entry) and not entry & CAUSE:
                    yield key, entry

    def drop_before(self, earliest: int) -> None:
        """Forget the minutes before this one."""
        for minute in [m for m in self.pages.minutes() if m < earliest]:
            self.cause.difference_update(key for key, _ in self.pages.at(minute))
            self.pages.drop(minute)
            self._minutes.pop(minute, None)
