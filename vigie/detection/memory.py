"""What is known of one watch, and how it is kept in a table of bytes.

Keys are `<watch>|<record>` for each of RECORDS, `<watch>|<minute>|<number>` for the pages of its
tally and `<watch>|posts|<minute>|<number>` for those of its newest posts, with numbers from 0
without a gap: the pages are their own index, so a crash between two writes leaves nothing that
contradicts them.
"""

from array import array
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, takewhile
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from vigie.detection.baseline import LONGEST_PAUSE, SLOT, Baseline, Normal, Progress
from vigie.detection.calendar import Calendar
from vigie.detection.cells import Cells, from_bytes
from vigie.detection.entry import minute_of
from vigie.detection.listening import Listening
from vigie.detection.look import View
from vigie.detection.pages import Page, Pages
from vigie.detection.recent import Detail, Recent
from vigie.detection.standing import Standing
from vigie.detection.tally import Tally
from vigie.detection.vocabulary import Vocabulary
from vigie.detection.window import MINUTE
from vigie.domain.observation import ObservedPost
from vigie.domain.watch import Watch

Table = MutableMapping[str, bytes]
T = TypeVar("T")

_HOUR_M: Final = 60


def _pack(value: object) -> bytes:
    if isinstance(value, array):
        return value.tobytes()
    raise NotImplementedError


def _unpack(kind: type, value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    if kind is not Cells:
        raise NotImplementedError
    return from_bytes(value)


_encode = msgspec.msgpack.Encoder(enc_hook=_pack).encode
_decode_entries = msgspec.msgpack.Decoder(dict[int, int]).decode
_decode_details = msgspec.msgpack.Decoder(dict[int, Detail]).decode


@dataclass(slots=True)
class Memory:
    """Everything about one watch; the table can rebuild it at any moment.

    `live` are the minutes that posts may still be counted in, `cleared` is the minute before which
    the table holds no page, `gone` are minutes whose newest posts it still holds. `written` is what
    it holds of the records, `learned` whether the large ones have changed.
    """

    watch: str
    view: View
    listening: Listening
    standing: Standing
    live: range
    cleared: int
    written: dict[str, bytes] = field(default_factory=dict)
    learned: bool = True
    gone: list[int] = field(default_factory=list)

    def advance(self, now: int, *, horizon: int) -> None:
        """Move on to this minute: learn what is older than `horizon` minutes, and forget it."""
        self.live = _live(now, horizon)
        baseline, tally, recent = self.view.baseline, self.view.tally, self.view.recent
        if (baseline.progress.seen - now) * MINUTE > LONGEST_PAUSE:
            self._rewind(now)
        self.listening.skip(baseline.notice(now))
        self.listening.wait(now, self._usual)
        began = baseline.progress.until
        baseline.fold(tally.over, earliest=self.live.start)
        slots = (baseline.progress.until - began) / SLOT
        if slots:
            self.learned = True
            self.view.vocabulary.fade(slots * SLOT / _HOUR_M)
            self.listening.fade(slots * SLOT / _HOUR_M)
        # Not minute by minute: what is learned is written, and all words are one record.
        for minute in recent.leaving(self.oldest):
            self._learn_words(minute)
            recent.pages.drop(minute)
            self.gone.append(minute)
            self.learned = True
        # Last, since it knows which posts still counted.
        tally.drop_before(self.oldest)

    def _rewind(self, now: int) -> None:
        """The clock was ahead: nothing may wait for it to be there again."""
        self.view.baseline.rewind(now, until=self.live.start)
        self.listening.rewind(now)
        self.standing.rewind()
        self.cleared = min(self.cleared, self.oldest)

    @property
    def oldest(self) -> int:
        """The first minute that is still needed: to count in, or to learn."""
        return min(self.live.start, self.view.baseline.progress.until)

    def _learn_words(self, minute: int) -> None:
        if not self.view.baseline.ordinary(range(minute, minute + 1)):
            return
        for key, detail in self.view.recent.pages.at(minute):
            if self.view.tally.entry(key) is not None:
                self.view.vocabulary.learn(detail.terms)

    def count(self, posts: tuple[ObservedPost, ...], *, now: int) -> list[ObservedPost]:
        """Count the posts, keep what is known of those that count; return those that are new."""
        tally, recent = self.view.tally, self.view.recent
        new = []
        for post in posts:
            known = tally.find(post.id) is not None
            key = tally.count(post, live=self.live)
            if key is not None and (found := tally.entry(key)):
                recent.keep(found[0], key, post)
                if not known:
                    new.append(post)
        self.listening.hear(posts, now=now)
        return new

    def _usual(self, start: int, end: int) -> float:
        """Return how many posts the watch normally has between two minutes; 0 if unknown."""
        baseline = self.view.baseline
        return baseline.normal.usual(baseline.calendar, start, end)

    def save(self, table: Table) -> None:
        """Write what has changed, then delete the pages of minutes that are over."""
        # First, since a late post may have come to a minute whose posts were just let go.
        for minute in self.gone:
            _delete_pages(table, _posts_of(self.watch), minute)
        self.gone.clear()
        _write_pages(table, self.watch, self.view.tally.pages)
        _write_pages(table, _posts_of(self.watch), self.view.recent.pages)
        self._write(table, "progress", self.view.baseline.progress)
        self._write(table, "listening", self.listening)
        if self.learned:
            self._write(table, "normal", self.view.baseline.normal)
            self._write(table, "vocabulary", self.view.vocabulary)
            self.learned = False
        self._write(table, "standing", self.standing)
        for minute in range(self.cleared, self.oldest):
            _delete_pages(table, _posts_of(self.watch), minute)
            _delete_pages(table, self.watch, minute)
        self.cleared = max(self.cleared, self.oldest)

    def _write(self, table: Table, record: str, value: object) -> None:
        payload = _encode(value)
        if self.written.get(record) != payload:
            table[f"{self.watch}|{record}"] = payload
            self.written[record] = payload


def recall(watch: Watch, table: Table, *, now: datetime, horizon: int) -> Memory:
    """Rebuild the memory of a watch from the table; an unknown watch begins now."""
    minute = minute_of(now)
    progress = _read(table, watch, "progress", Progress) or Progress(minute, minute)
    normal = _read(table, watch, "normal", Normal) or Normal()
    live = _live(progress.seen, horizon)
    # The clock may have been set back meanwhile.
    minutes = range(min(live.start, progress.until, minute - horizon), max(live.stop, minute + 1))
    return Memory(
        watch=watch.id,
        view=View(
            tally=Tally(_pages(table, watch.id, minutes, _decode_entries)),
            recent=Recent(_pages(table, _posts_of(watch.id), minutes, _decode_details)),
            baseline=Baseline(calendar_of(watch), progress, normal),
            vocabulary=_read(table, watch, "vocabulary", Vocabulary) or Vocabulary(),
        ),
        listening=_read(table, watch, "listening", Listening) or Listening(),
        standing=_read(table, watch, "standing", Standing) or Standing(begun=now),
        live=live,
        # A crash may have come before the deletions of the last calls: look one horizon further.
        cleared=minutes.start - horizon,
    )


def calendar_of(watch: Watch) -> Calendar:
    """Return the watch's own time."""
    return Calendar(ZoneInfo(watch.time_zone), watch.calendar)


def _read(table: Table, watch: Watch, record: str, kind: type[T]) -> T | None:
    payload = table.get(f"{watch.id}|{record}")
    if payload is None:
        return None
    return msgspec.msgpack.decode(payload, type=kind, dec_hook=_unpack)


def _live(minute: int, horizon: int) -> range:
    """Return the minutes counted in."""
    return range(minute - horizon, minute + 1)


def _posts_of(watch: str) -> str:
    return f"{watch}|posts"


def _write_pages(table: Table, prefix: str, pages: Pages[Any]) -> None:
    for page in pages.changed.values():
        table[f"{prefix}|{page.minute}|{page.number}"] = _encode(page.entries)
    pages.changed.clear()


def _page_keys(table: Table, prefix: str, minute: int) -> Iterator[str]:
    keys = (f"{prefix}|{minute}|{number}" for number in count())
    return takewhile(table.__contains__, keys)


def _delete_pages(table: Table, prefix: str, minute: int) -> None:
    for key in reversed(list(_page_keys(table, prefix, minute))):
        del table[key]


def _pages(table: Table, prefix: str, minutes: range, decode: Any) -> Iterator[Page[Any]]:  # noqa: ANN401 - of either kind
    for minute in minutes:
        for number, key in enumerate(_page_keys(table, prefix, minute)):
            yield Page(minute, number, decode(table[key]))
