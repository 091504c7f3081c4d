"""What is normal for a watch: how much at this hour, how much of each kind, how rare more is.

It must not know levels: who judges says when it may not learn.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from vigie.detection.blocks import Blocks
from vigie.detection.calendar import Calendar
from vigie.detection.lesson import Lesson, Span
from vigie.detection.rarity import Tail
from vigie.detection.rhythm import KNOWN_AFTER, Rhythm
from vigie.detection.shares import Shares
from vigie.detection.tally import Counts
from vigie.domain.watch import Measured

SLOT: Final = 15
"""Minutes that are learned together; an hour has a whole number of them."""
MINIMUM_HISTORY: Final = timedelta(hours=1)
"""Before so much was learned there is no normal to compare with."""
DAY_M: Final = 24 * 60
"""Minutes of a day: by days is counted how often copies, a large account, a new word are seen."""
LONGEST_PAUSE: Final = timedelta(minutes=5)
"""When nothing, not even a tick, came for longer, nobody was counting."""

_MINUTE: Final = timedelta(minutes=1)
_HOUR_M: Final = 60
_KNOWN_M: Final = KNOWN_AFTER // _MINUTE


@dataclass(frozen=True, slots=True)
class Expected:
    """What a normal window holds.

    `known` is False while too little was learned to compare, `familiar` until that was a day.
    """

    posts: float = 0.0
    negatives: float = 0.0
    toxic: float = 0.0
    against: float = 0.0
    known: bool = False
    familiar: bool = False


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

        With `floor`, as counts are judged by it: small hours have less than that of the level.
        """
        rhythm = self.rhythm
        of_all = rhythm.judged if floor else rhythm.expected
        of_against = rhythm.judged_against if floor else rhythm.expected
        posts = hostile = 0.0
        for minute, minutes in calendar.parts(start, end):
            hour, times = calendar.hour_of_week(minute), calendar.times(minute)
            posts += of_all(hour) * times * minutes / _HOUR_M
            hostile += of_against(hour) * times * minutes / _HOUR_M
        return Expected(
            posts=posts,
            negatives=posts * self.shares.of("negatives"),
            toxic=posts * self.shares.of("toxic"),
            against=hostile * self.shares.of("against"),
            known=self.known,
            familiar=self.minutes * _MINUTE >= KNOWN_AFTER,
        )

    def usual(self, calendar: Calendar, start: int, end: int) -> float:
        """Return how many posts come from minute `start` to `end`; 0 while too little is known."""
        if not self.known:
            return 0.0
        held, times, hour = self.rhythm.held, calendar.times, calendar.hour_of_week
        parts = calendar.parts(start, end)
        return sum(held(hour(minute)) * times(minute) * part / _HOUR_M for minute, part in parts)

    def rarity(self, measured: Measured, minutes: int, excess: float) -> float:
        """Return -log10 of the share of blocks of so many minutes with so high an excess."""
        return self.tail(measured, minutes).rarity(excess)

    def tail(self, measured: Measured, minutes: int) -> Tail:
        """Return the tail of what was measured."""
        new = Tail.unseen if measured.structural else Tail.cautious
        return self.tails.setdefault(f"{measured}:{minutes}", new())

    def copy(self) -> "Normal":
        """Return one that learns apart; the tails stay the same."""
        return replace(self, rhythm=self.rhythm.copy(), shares=self.shares.copy())


@dataclass(slots=True)
class Progress:
    """How far the past is learned.

    `until` is the first minute not yet learned, `seen` the last one somebody watched. `unlearned`
    are spans that were an incident or that nobody watched. `blocks` are by what they measure.
    """

    until: int
    seen: int
    unlearned: list[Span] = field(default_factory=list)
    blocks: dict[str, Blocks] = field(default_factory=dict)

    @property
    def paused(self) -> Span | None:
        """The span in which nothing is learned at present, if any."""
        last = self.unlearned[-1] if self.unlearned else None
        return last if last and last.end is None else None

    def normal(self, minutes: range) -> bool:
        """Say whether all these minutes may be learned."""
        return not any(span.touches(minutes) for span in self.unlearned)


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
            progress.unlearned.append(Span(progress.seen + 1, now, Lesson.UNHEARD))
        progress.seen = max(progress.seen, now)
        return gap

    def rewind(self, now: int, *, until: int) -> None:
        """Go on from this minute: the clock was ahead of it. What was learned stays."""
        progress = self.progress
        progress.seen = now
        progress.until = min(progress.until, until)
        progress.unlearned = [
            replace(span, end=None if span.end is None else min(span.end, now))
            for span in progress.unlearned
            if span.start < now
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
        for blocks in progress.blocks.values():
            tail = self.normal.tail(blocks.measured, blocks.minutes)
            blocks.fold(progress.until, tail, lesson=self._lesson)
        longest = max((blocks.minutes for blocks in progress.blocks.values()), default=0)
        open_since = progress.until - longest
        progress.unlearned = [
            span for span in progress.unlearned if span.end is None or span.end > open_since
        ]

    def _lesson(self, minutes: range) -> Lesson:
        """Return the strictest lesson of these minutes; an incident that lasts has yet to end."""
        spans = [span for span in self.progress.unlearned if span.touches(minutes)]
        lessons = [max(span.lesson, Lesson.ONCE) for span in spans]
        usual = Lesson.USUAL if self.ordinary(minutes) else Lesson.ONCE
        return max(lessons, default=usual)

    def normal_at(self, counts_over: Callable[[range], Counts], *, before: int) -> Normal:
        """Return what is normal by all that came before this minute.

        On the first day what is too fresh to be learned for good counts too: there is little else.
        """
        if self.normal.minutes * _MINUTE >= KNOWN_AFTER:
            return self.normal
        fresh = Baseline(self.calendar, replace(self.progress), self.normal.copy())
        fresh.learn_slots(counts_over, before=before)
        return fresh.normal

    def note(self, measured: Measured, minutes: int, excess: float, *, at: int) -> None:
        """Remember how high the excess was when looking at this minute."""
        key = f"{measured}:{minutes}"
        self.progress.blocks.setdefault(key, Blocks(measured, minutes)).note(at, excess)

    def pause(self, since: int, lesson: Lesson) -> None:
        """Learn nothing from this minute on; the lesson is what it looks like so far."""
        if paused := self.progress.paused:
            paused.lesson = lesson
        else:
            self.progress.unlearned.append(Span(since, None, lesson))

    def resume(self, at: int, lesson: Lesson) -> None:
        """Learn again from this minute on, and of the incident what its lesson allows."""
        unlearned, paused = self.progress.unlearned, self.progress.paused
        if paused is None:
            return
        unlearned.pop()
        before = unlearned[-1] if unlearned else None
        if before and before.lesson is lesson and (before.end or at) >= paused.start:
            before.end = at  # a level that comes and goes leaves one span
        elif lesson is not Lesson.USUAL:
            unlearned.append(replace(paused, end=at, lesson=lesson))
        for blocks in self.progress.blocks.values():
            blocks.settle(lesson, self.normal.tail(blocks.measured, blocks.minutes))
