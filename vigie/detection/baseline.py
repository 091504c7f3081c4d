"""What is normal for a watch: how much at this hour, how much of each kind, how rare more is.

It must not know levels: who judges says when it may not learn.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vigie.detection.entry import minute_of
from vigie.detection.rarity import Tail, kept_over
from vigie.detection.rhythm import KNOWN_AFTER, Rhythm, hour_of_week
from vigie.detection.shares import Shares
from vigie.detection.tally import Counts
from vigie.domain.watch import Marker

SLOT: Final = 15
"""Minutes that are learned together; an hour has a whole number of them."""
MINIMUM_HISTORY: Final = timedelta(hours=1)
"""Before so much was learned there is no normal to compare with."""
LONGEST_PAUSE: Final = timedelta(minutes=5)
"""When nothing, not even a tick, came for longer, nobody was counting."""

_MINUTE: Final = timedelta(minutes=1)
_HOUR_M: Final = 60
_KNOWN_M: Final = KNOWN_AFTER // _MINUTE


@dataclass(frozen=True, slots=True)
class Expected:
    """What a normal window holds; `known` is False while too little was learned to compare."""

    posts: float = 0.0
    negatives: float = 0.0
    toxic: float = 0.0
    against: float = 0.0
    known: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A watch's own time: its zone, and when more than usual is to be expected."""

    zone: ZoneInfo
    markers: tuple[Marker, ...] = ()

    def hour_of_week(self, minute: int) -> int:
        """Return the hour of the week that the clock on the wall shows."""
        return hour_of_week(datetime.fromtimestamp(minute * 60, self.zone))

    def times(self, minute: int) -> float:
        """Return how many times the usual a marker foresees for this minute."""
        moment = datetime.fromtimestamp(minute * 60, UTC)
        return max((m.times for m in self.markers if m.begins <= moment < m.ends), default=1.0)

    def ordinary(self, minutes: range) -> bool:
        """Say whether no marker foresees anything for these minutes."""
        return not any(
            m.begins.timestamp() < minutes.stop * 60 and minutes.start * 60 < m.ends.timestamp()
            for m in self.markers
        )

    def parts(self, start: int, end: float) -> Iterator[tuple[int, float]]:
        """Yield the first minute and the length of each part of this span that is all alike.

        No part holds more than one hour of the clock, nor the beginning or the end of a marker.
        """
        edges = {minute_of(edge) for m in self.markers for edge in (m.begins, m.ends)}
        shown = datetime.fromtimestamp(start * 60, self.zone).minute - start  # zones at :30 and :45
        while start < end:
            hour = start + _HOUR_M - (start + shown) % _HOUR_M
            stop = min(end, hour, *(edge for edge in edges if edge > start))
            yield start, stop - start
            start = math.ceil(stop)


@dataclass(slots=True)
class Blocks:
    """The highest excess in each block of time that is not yet learned.

    A window is looked at all the time, so what is learned is the highest of a whole block of the
    window's length: how rare an excess is holds then for a whole block of looking.
    `held` is the highest of a time that may not be learned; it counts as one block afterwards.
    """

    minutes: int
    highest: dict[int, float] = field(default_factory=dict)
    held: float | None = None

    def note(self, minute: int, excess: float) -> None:
        """Remember what was seen when looking at this minute."""
        block = minute // self.minutes
        self.highest[block] = max(excess, self.highest.get(block, excess))

    def rewind(self, now: int) -> None:
        """Forget what was seen after this minute."""
        block = now // self.minutes
        self.highest = {at: excess for at, excess in self.highest.items() if at <= block}

    def fold(self, until: int, tail: Tail, *, normal: Callable[[range], bool]) -> None:
        """Let the tail learn the blocks that end before this minute."""
        for block in sorted(self.highest):
            minutes = range(block * self.minutes, (block + 1) * self.minutes)
            if minutes.stop > until:
                return
            highest = self.highest.pop(block)
            if not normal(minutes):
                self.held = highest if self.held is None else max(highest, self.held)
                continue
            tail.learn(highest, kept=kept_over(self.minutes * _MINUTE))
            if self.held is not None:
                tail.learn(self.held, kept=1.0)
                self.held = None


@dataclass(slots=True)
class Normal:
    """What was learned: changes once a slot.

    `minutes` is how many were learned, `marked` how many of them in a time that a marker foresaw.
    """

    minutes: int = 0
    marked: int = 0
    rhythm: Rhythm = field(default_factory=Rhythm)
    shares: Shares = field(default_factory=Shares)
    tails: dict[str, Tail] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether enough was learned to compare with."""
        return self.minutes * _MINUTE >= MINIMUM_HISTORY

    def expected(
        self, calendar: Calendar, start: int, end: float, *, floor: bool = False
    ) -> Expected:
        """Return what is normal from minute `start` to `end`.

        With `floor`, as counts are judged by it: never less than the level of all hours.
        """
        posts = 0.0
        for minute, minutes in calendar.parts(start, end):
            hour = calendar.hour_of_week(minute)
            rate = self.rhythm.judged(hour) if floor else self.rhythm.expected(hour)
            posts += rate * calendar.times(minute) * minutes / _HOUR_M
        return Expected(
            posts=posts,
            negatives=posts * self.shares.of("negatives"),
            toxic=posts * self.shares.of("toxic"),
            against=posts * self.shares.of("against"),
            known=self.known,
        )

    def rarity(self, measured: str, minutes: int, excess: float) -> float:
        """Return -log10 of the share of blocks of so many minutes with so high an excess."""
        return self.tail(f"{measured}:{minutes}").rarity(excess) if self.known else 0.0

    def tail(self, key: str) -> Tail:
        """Return the tail of what was measured; a new one is cautious."""
        return self.tails.setdefault(key, Tail.cautious())

    def copy(self) -> "Normal":
        """Return one that learns apart; the tails stay the same."""
        return replace(self, rhythm=self.rhythm.copy(), shares=self.shares.copy())


@dataclass(slots=True)
class Progress:
    """How far the past is learned.

    `until` is the first minute not yet learned, `seen` the last one somebody watched. `unlearned`
    are spans of minutes (end excluded, None = still lasting) that were a crisis or that nobody
    watched. `blocks` are by what they measure.
    """

    until: int
    seen: int
    unlearned: list[tuple[int, int | None]] = field(default_factory=list)
    blocks: dict[str, Blocks] = field(default_factory=dict)

    @property
    def paused(self) -> bool:
        """Whether nothing is learned at present."""
        return bool(self.unlearned) and self.unlearned[-1][1] is None

    def normal(self, minutes: range) -> bool:
        """Say whether all these minutes may be learned."""
        return not any(
            start < minutes.stop and (end is None or minutes.start < end)
            for start, end in self.unlearned
        )


@dataclass(slots=True)
class Baseline:
    """The past of one watch: what was learned of it, and how far."""

    calendar: Calendar
    progress: Progress
    normal: Normal = field(default_factory=Normal)

    def fold(self, counts_over: Callable[[range], Counts], *, earliest: int) -> None:
        """Learn the slots before `earliest` for good."""
        began = self.progress.until
        self.learn_slots(counts_over, before=earliest)
        if self.progress.until > began:
            self._learn_blocks()

    def notice(self, now: int) -> int:
        """Note that somebody is watching now; return for how many minutes nobody was.

        Minutes that went by while nobody was counting are unknown, not empty.
        """
        progress = self.progress
        gap = now - progress.seen
        if gap * _MINUTE <= LONGEST_PAUSE:
            gap = 0
        elif not progress.paused:
            progress.unlearned.append((progress.seen + 1, now))
        progress.seen = max(progress.seen, now)
        return gap

    def rewind(self, now: int, *, until: int) -> None:
        """Go on from this minute: the clock was ahead of it. What was learned stays."""
        progress = self.progress
        progress.seen = now
        progress.until = min(progress.until, until)
        progress.unlearned = [
            (start, None if end is None else min(end, now))
            for start, end in progress.unlearned
            if start < now
        ]
        for blocks in progress.blocks.values():
            blocks.rewind(now)

    def learn_slots(self, counts_over: Callable[[range], Counts], *, before: int) -> None:
        """Learn how much there was in each slot that ends before this minute."""
        progress = self.progress
        while (stop := progress.until + SLOT - progress.until % SLOT) <= before:
            self._learn(range(progress.until, stop), counts_over)
            progress.until = stop

    def ordinary(self, minutes: range) -> bool:
        """Say whether all these minutes may be learned: watched, calm, and in no marker.

        A watch that begins within a marker learns from it until it has known a day without one.
        """
        if not self.progress.normal(minutes):
            return False
        unmarked = self.normal.minutes - self.normal.marked
        return unmarked < _KNOWN_M or self.calendar.ordinary(minutes)

    def _learn(self, slot: range, counts_over: Callable[[range], Counts]) -> None:
        if not self.ordinary(slot):
            return
        counts, hours = counts_over(slot), len(slot) / _HOUR_M
        posts = counts.posts / self.calendar.times(slot.start)
        self.normal.rhythm.learn(self.calendar.hour_of_week(slot.start), posts, hours)
        self.normal.shares.learn(counts, hours)
        self.normal.minutes += len(slot)
        if not self.calendar.ordinary(slot):
            self.normal.marked += len(slot)

    def _learn_blocks(self) -> None:
        progress = self.progress
        for measured, blocks in progress.blocks.items():
            blocks.fold(progress.until, self.normal.tail(measured), normal=self.ordinary)
        longest = max((blocks.minutes for blocks in progress.blocks.values()), default=0)
        open_since = progress.until - longest
        progress.unlearned = [s for s in progress.unlearned if s[1] is None or s[1] > open_since]

    def normal_at(self, counts_over: Callable[[range], Counts], *, before: int) -> Normal:
        """Return what is normal by all that came before this minute.

        On the first day what is too fresh to be learned for good counts too: there is little else.
        """
        if self.normal.minutes * _MINUTE >= KNOWN_AFTER:
            return self.normal
        fresh = Baseline(self.calendar, replace(self.progress), self.normal.copy())
        fresh.learn_slots(counts_over, before=before)
        return fresh.normal

    def note(self, measured: str, minutes: int, excess: float, *, at: int) -> None:
        """Remember how high the excess was when looking at this minute."""
        key = f"{measured}:{minutes}"
        self.progress.blocks.setdefault(key, Blocks(minutes)).note(at, excess)

    def pause(self, since: int) -> None:
        """Learn nothing from this minute on."""
        unlearned = self.progress.unlearned
        if self.progress.paused:
            return
        if unlearned and (unlearned[-1][1] or 0) >= since:
            since = min(since, unlearned.pop()[0])
        unlearned.append((since, None))

    def resume(self, at: int) -> None:
        """Learn again from this minute on."""
        if self.progress.paused:
            unlearned = self.progress.unlearned
            unlearned[-1] = (unlearned[-1][0], at)
