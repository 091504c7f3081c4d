"""Values by minute and key, in pages small enough to be written often.

Knows neither what the values are nor where pages are kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Page(Generic[T]):
    """Values by key; `number` counts the pages of the minute from 0."""

    minute: int
    number: int
    entries: dict[int, T] = field(default_factory=dict)


class Pages(Generic[T]):
    """The pages of one watch, at most `size` values each; `changed` are those not yet written."""

    def __init__(self, size: int, pages: Iterable[Page[T]] = ()) -> None:
        self.changed: dict[tuple[int, int], Page[T]] = {}
        self._size = size
        self._minutes: dict[int, list[Page[T]]] = {}
        self._page_of: dict[int, Page[T]] = {}
        for page in pages:
            self._minutes.setdefault(page.minute, []).append(page)
            self._page_of.update(dict.fromkeys(page.entries, page))

    def __len__(self) -> int:
        return len(self._page_of)

    def find(self, key: int) -> tuple[int, T] | None:
        """Return the minute and the value; None for a key that is not here."""
        page = self._page_of.get(key)
        return None if page is None else (page.minute, page.entries[key])

    def update(self, key: int, value: T) -> None:
        """Give a key that is here another value."""
        page = self._page_of[key]
        page.entries[key] = value
        self.changed[page.minute, page.number] = page

    def append(self, minute: int, key: int, value: T) -> None:
        """Add a key that is not here."""
        pages = self._minutes.setdefault(minute, [])
        if not pages or len(pages[-1].entries) >= self._size:
            pages.append(Page(minute, len(pages)))
        page = pages[-1]
        page.entries[key] = value
        self._page_of[key] = page
        self.changed[minute, page.number] = page

    def at(self, minute: int) -> Iterator[tuple[int, T]]:
        """Yield the keys and values of one minute, in the order they came."""
        for page in self._minutes.get(minute, ()):
            yield from page.entries.items()

    def held(self, minute: int) -> int:
        """Return how many values one minute has."""
        pages = self._minutes.get(minute)
        return (len(pages) - 1) * self._size + len(pages[-1].entries) if pages else 0

    def minutes(self) -> list[int]:
        """Return the minutes that hold anything, the earliest first."""
        return sorted(self._minutes)

    def drop(self, minute: int) -> None:
        """Forget a minute."""
        for page in self._minutes.pop(minute, ()):
            self.changed.pop((minute, page.number), None)
            for key in page.entries:
                del self._page_of[key]
