"""What is known of the newest posts beyond their counts: where they stand, by whom, what they say.

No text and no handle: keys, words of a theme, and a sketch by which copies are told.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from vigie.detection.pages import Page, Pages
from vigie.domain.observation import ObservedPost

PAGE_ENTRIES: Final = 8
"""A page is rewritten whole: 1.5 kB at most."""
MOST: Final = 1_000
"""Posts that are kept, 190 kB at most; the oldest minutes go first."""
MOST_A_MINUTE: Final = 250
"""Of one minute only its first, so that the newest minutes stay."""
_LARGE: Final = 10_000
"""Accounts with so many followers are seldom, and each of their posts matters: twice as many."""


class Detail(NamedTuple):
    """One post; `published` in seconds since 1970, `followers` -1 where nobody said."""

    id: str
    published: float
    thread: str
    source: str
    author: str
    followers: int
    young: bool
    sketch: bytes
    terms: tuple[str, ...]


class Recent:
    """Details by post hash, in the minute the tally counts the post in."""

    def __init__(self, pages: Iterable[Page[Detail]] = ()) -> None:
        self.pages = Pages[Detail](PAGE_ENTRIES, pages)

    def keep(self, minute: int, key: int, post: ObservedPost) -> None:
        """Keep what is known of the post with this hash, which counts in this minute."""
        detail = _detail(post)
        found = self.pages.find(key)
        if found is None:
            most = 2 * MOST_A_MINUTE if detail.followers >= _LARGE else MOST_A_MINUTE
            if self.pages.held(minute) < most:
                self.pages.append(minute, key, detail)
        elif found[1] != detail:
            self.pages.update(key, detail)

    def find(self, key: int) -> Detail | None:
        """Return what is known of the post with this hash."""
        found = self.pages.find(key)
        return None if found is None else found[1]

    def leaving(self, earliest: int) -> list[int]:
        """Return the minutes to drop: those before the earliest, and the oldest beyond MOST."""
        gone, left = [], len(self.pages)
        for minute in self.pages.minutes():
            if minute >= earliest and left <= MOST:
                break
            gone.append(minute)
            left -= self.pages.held(minute)
        return gone


def _detail(post: ObservedPost) -> Detail:
    return Detail(
        id=post.id,
        published=post.published.timestamp(),
        thread=post.thread,
        source=post.source,
        author=post.author,
        followers=-1 if post.followers is None else post.followers,
        young=post.young,
        sketch=post.sketch,
        terms=post.terms,
    )
