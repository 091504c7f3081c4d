"""What is known of one watch, and how it is kept in a table of bytes.

Keys are `<watch>|standing`, `<watch>|baseline`, `<watch>|evidence` and, for the pages of a minute,
`<watch>|<minute>|<number>` with numbers from 0 without a gap: the pages are their own index, so
a crash between two writes leaves nothing that contradicts them.
"""

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, takewhile
from typing import TypeVar

import msgspec

from vigie.detection.baseline import Baseline
from vigie.detection.entry import minute_of
from vigie.detection.evidence import Candidates, consider
from vigie.detection.standing import Standing
from vigie.detection.tally import Page, Tally
from vigie.domain.observation import ObservedPost

Table = MutableMapping[str, bytes]

_encode = msgspec.msgpack.Encoder().encode
_decode_standing = msgspec.msgpack.Decoder(Standing).decode
_decode_baseline = msgspec.msgpack.Decoder(Baseline).decode
_decode_candidates = msgspec.msgpack.Decoder(Candidates).decode
_decode_entries = msgspec.msgpack.Decoder(dict[int, int]).decode

T = TypeVar("T")


@dataclass(slots=True)
class Memory:
    """Everything about one watch; the table can rebuild it at any moment.

    `live` are the minutes that posts may still be counted in, `cleared` is the minute before which
    the table holds no page, `written` what it holds of the three small entries.
    """

    watch: str
    tally: Tally
    baseline: Baseline
    candidates: Candidates
    standing: Standing
    live: range
    cleared: int
    written: dict[str, bytes] = field(default_factory=dict)

    def advance(self, now: int, *, horizon: int) -> None:
        """Move on to this minute: fold into the baseline what is older than `horizon` minutes."""
        self.live = _live(now, horizon)
        self.baseline.fold(self.tally.at, earliest=self.live.start, now=now)
        self.tally.drop_before(self.live.start)

    def count(self, posts: tuple[ObservedPost, ...]) -> None:
        """Count the posts."""
        for post in posts:
            self.tally.count(post, live=self.live)
        if posts:
            self.candidates = consider(self.candidates, posts, self.tally)

    def save(self, table: Table) -> None:
        """Write what has changed, then delete the pages of minutes that were folded."""
        for page in self.tally.changed.values():
            table[_page_key(self.watch, page.minute, page.number)] = _encode(page.entries)
        self.tally.changed.clear()
        self._write(table, "baseline", _encode(self.baseline))
        self._write(table, "evidence", _encode(self.candidates))
        self._write(table, "standing", _encode(self.standing))
        for minute in range(self.cleared, self.live.start):
            for key in reversed(list(_page_keys(self.watch, minute, table))):
                del table[key]
        self.cleared = max(self.cleared, self.live.start)

    def _write(self, table: Table, name: str, payload: bytes) -> None:
        if self.written.get(name) != payload:
            table[f"{self.watch}|{name}"] = payload
            self.written[name] = payload


def recall(watch: str, table: Table, *, now: datetime, horizon: int) -> Memory:
    """Rebuild the memory of a watch from the table; an unknown watch begins now."""
    minute = minute_of(now)
    baseline = _read(table, f"{watch}|baseline", _decode_baseline) or Baseline(minute, minute)
    live = _live(baseline.seen, horizon)
    pages = _pages(watch, range(live.start, max(live.stop, minute + horizon + 1)), table)
    return Memory(
        watch=watch,
        tally=Tally(pages),
        baseline=baseline,
        candidates=_read(table, f"{watch}|evidence", _decode_candidates) or {},
        standing=_read(table, f"{watch}|standing", _decode_standing) or Standing(begun=now),
        live=live,
        # A crash may have come before the deletions of the last calls: look one horizon further.
        cleared=live.start - horizon,
    )


def _read(table: Table, key: str, decode: Callable[[bytes], T]) -> T | None:
    payload = table.get(key)
    return None if payload is None else decode(payload)


def _live(minute: int, horizon: int) -> range:
    """Return the minutes counted in; as far ahead as back, so that no clock error fills a disk."""
    return range(minute - horizon, minute + horizon + 1)


def _page_key(watch: str, minute: int, number: int) -> str:
    return f"{watch}|{minute}|{number}"


def _page_keys(watch: str, minute: int, table: Table) -> Iterator[str]:
    keys = (_page_key(watch, minute, number) for number in count())
    return takewhile(table.__contains__, keys)


def _pages(watch: str, minutes: range, table: Table) -> Iterator[Page]:
    for minute in minutes:
        for number, key in enumerate(_page_keys(watch, minute, table)):
            yield Page(minute, number, _decode_entries(table[key]))
