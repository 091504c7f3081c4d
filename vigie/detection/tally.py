"""Posts of one watch by the minute they were published, in pages small enough to write often.

A post has one entry, in the minute it was first told of; edits and removals find it there,
whatever time they name themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from vigie.detection.entry import (
    ATTACK,
    NEGATIVE,
    TOXIC,
    counts,
    entry_of,
    latest,
    minute_of,
    post_hash,
)
from vigie.domain.observation import ObservedPost

PAGE_ENTRIES = 128
"""A page is rewritten whole: 1.3 kB at most, at 10 bytes an entry (18 once edited)."""


@dataclass(slots=True)
class Counts:
    """How many posts there are, how many of them negative, toxic, attacks on the watch."""

    posts: int = 0
    negatives: int = 0
    toxic: int = 0
    attacks: int = 0

    def include(self, entry: int, times: int = 1) -> None:
        """Add the entry; -1 times takes it out again."""
        if counts(entry):
            self.posts += times
            self.negatives += times * bool(entry & NEGATIVE)
            self.toxic += times * bool(entry & TOXIC)
            self.attacks += times * bool(entry & ATTACK)

    def add(self, other: "Counts") -> None:
        """Add the counts of another span of time."""
        self.posts += other.posts
        self.negatives += other.negatives
        self.toxic += other.toxic
        self.attacks += other.attacks


NOTHING = Counts()
"""The counts of a minute without posts; never changed."""


@dataclass(slots=True)
class Page:
    """Entries by post hash; `number` counts the pages of the minute from 0."""

    minute: int
    number: int
    entries: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Minute:
    """The pages of one minute and what they sum up to."""

    counts: Counts = field(default_factory=Counts)
    pages: list[Page] = field(default_factory=list)


class Tally:
    """The live minutes of one watch; `changed` holds the pages not yet written."""

    def __init__(self, pages: Iterable[Page] = ()) -> None:
        self.changed: dict[tuple[int, int], Page] = {}
        self._minutes: dict[int, Minute] = {}
        self._page_of: dict[int, Page] = {}
        for page in pages:
            self._load(page)

    def _load(self, page: Page) -> None:
        minute = self._minutes.setdefault(page.minute, Minute())
        minute.pages.append(page)
        for key, entry in page.entries.items():
            self._page_of[key] = page
            minute.counts.include(entry)

    def count(self, post: ObservedPost, *, live: range) -> None:
        """Bring the post's entry up to date; a new post outside the `live` minutes is ignored."""
        key, entry = post_hash(post.id), entry_of(post)
        page = self._page_of.get(key)
        if page is not None:
            self._update(page, key, entry)
            return
        minute = minute_of(post.published)
        if minute in live:
            self._append(minute, key, entry)

    def _update(self, page: Page, key: int, entry: int) -> None:
        old = page.entries[key]
        new = latest(old, entry)
        if new == old:
            return
        page.entries[key] = new
        minute = self._minutes[page.minute]
        minute.counts.include(old, -1)
        minute.counts.include(new)
        self.changed[page.minute, page.number] = page

    def _append(self, number: int, key: int, entry: int) -> None:
        minute = self._minutes.setdefault(number, Minute())
        if not minute.pages or len(minute.pages[-1].entries) >= PAGE_ENTRIES:
            minute.pages.append(Page(number, len(minute.pages)))
        page = minute.pages[-1]
        page.entries[key] = entry
        self._page_of[key] = page
        minute.counts.include(entry)
        self.changed[number, page.number] = page

    def at(self, minute: int) -> Counts:
        """Return the counts of one minute."""
        found = self._minutes.get(minute)
        return NOTHING if found is None else found.counts

    def over(self, minutes: range) -> Counts:
        """Return the counts of several minutes together."""
        total = Counts()
        for minute in minutes:
            total.add(self.at(minute))
        return total

    def find(self, post_id: str) -> tuple[int, int] | None:
        """Return the minute a post counts in and its entry; None for a post not counted."""
        key = post_hash(post_id)
        page = self._page_of.get(key)
        if page is None or not counts(page.entries[key]):
            return None
        return page.minute, page.entries[key]

    def drop_before(self, earliest: int) -> None:
        """Forget the minutes before this one."""
        for number in [minute for minute in self._minutes if minute < earliest]:
            for page in self._minutes.pop(number).pages:
                self.changed.pop((number, page.number), None)
                for key in page.entries:
                    del self._page_of[key]
