"""A look at a watch: its windows at one moment, with or without some of its posts."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial

from vigie.detection.baseline import DAY_M, Baseline, Normal
from vigie.detection.entry import nature
from vigie.detection.recent import Recent
from vigie.detection.tally import Counts, Tally
from vigie.detection.vocabulary import Vocabulary
from vigie.detection.window import Seen, Window, minutes_of
from vigie.domain.watch import Measured, Thresholds

Look = Mapping[timedelta, Window]
"""A window of each length that the thresholds ask for, all of which end at one moment."""


@dataclass(frozen=True, slots=True)
class View:
    """What windows are made of."""

    tally: Tally
    recent: Recent
    baseline: Baseline
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Moments:
    """When a watch is looked at: the present, and moments that late posts have changed.

    `now` is in minutes since 1970, fractions count; `late` are whole ones, which are over.
    """

    view: View
    thresholds: Thresholds
    now: float
    late: tuple[int, ...] = ()

    @cached_property
    def looks(self) -> list[Look]:
        """What is seen at each of them."""
        return [self.present, *(self._look(*end) for end in self._ends()[1:])]

    @cached_property
    def present(self) -> Look:
        """What is seen now."""
        return self._look(*self._ends()[0])

    def rest(self, without: AbstractSet[int] = frozenset()) -> list[Look]:
        """Return what would be seen without the posts of the cause, and without these."""
        return [self._look(*end, rest=True, without=without) for end in self._ends()]

    def _look(
        self,
        last: int,
        end: float,
        *,
        rest: bool = False,
        without: AbstractSet[int] = frozenset(),
    ) -> Look:
        view = self.view
        look: dict[timedelta, Window] = {}
        for length in self.thresholds.windows:
            minutes = minutes_of(length, now=last)
            counts = view.tally.over(minutes, rest=rest)
            _leave_out(view.tally, counts, minutes, without)
            newest = partial(self._newest, minutes, rest, without)
            look[length] = self._window(minutes, length, end, counts, newest)
        return look

    def _newest(
        self,
        minutes: range,
        rest: bool,  # noqa: FBT001 - bound by partial
        without: AbstractSet[int],
    ) -> list[Seen]:
        cause = self.view.tally.cause if rest else frozenset()
        return [
            seen
            for minute, key, seen in self._seen
            if minute in minutes and key not in without and key not in cause
        ]

    @cached_property
    def _seen(self) -> list[tuple[int, int, Seen]]:
        """The newest posts with minute and hash; each is looked at many times over."""
        view = self.view
        return [
            (minute, key, Seen(detail, nature(counted[1])))
            for minute in view.recent.pages.minutes()
            for key, detail in view.recent.pages.at(minute)
            if (counted := view.tally.entry(key)) is not None
        ]

    @cached_property
    def _normals(self) -> dict[timedelta, Normal]:
        """What is normal for each length of window, by all that came before the present one."""
        return {
            length: self.view.baseline.normal_at(
                self.view.tally.over, before=minutes_of(length, now=int(self.now)).start
            )
            for length in self.thresholds.windows
        }

    def minutes(self, length: timedelta) -> Iterator[range]:
        """Yield the minutes of the windows of this length."""
        return (minutes_of(length, now=last) for last, _ in self._ends())

    def _ends(self) -> list[tuple[int, float]]:
        """Return the last minute of each moment, and when exactly it ends."""
        return [(int(self.now), self.now), *((minute, minute + 1.0) for minute in self.late)]

    def _window(
        self,
        minutes: range,
        length: timedelta,
        end: float,
        counts: Counts,
        newest: Callable[[], list[Seen]],
    ) -> Window:
        normal, calendar = self._normals[length], self.view.baseline.calendar

        def rarity(measured: Measured, excess: float) -> float:
            return normal.rarity(measured, DAY_M if measured.structural else len(minutes), excess)

        return Window(
            counts=counts,
            expected=normal.expected(calendar, minutes.start, end),
            floor=normal.expected(calendar, minutes.start, end, floor=True),
            length=length,
            rarity=rarity,
            newest=newest,
            vocabulary=self.view.vocabulary,
        )


def note(view: View, thresholds: Thresholds, seen: Look, *, at: int) -> None:
    """Remember how far above the normal the windows were, to know how rare that is."""
    for length, window in seen.items():
        for measured in thresholds.measured(length) if window.expected.known else ():
            minutes = len(minutes_of(length, now=at))
            view.baseline.note(measured, minutes, window.excess(measured), at=at)


def _leave_out(tally: Tally, counts: Counts, minutes: range, posts: AbstractSet[int]) -> None:
    for key in posts:
        found = tally.entry(key)
        if found is not None and found[0] in minutes:
            counts.include(found[1], -1)
