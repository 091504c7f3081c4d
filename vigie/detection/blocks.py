"""What was seen of one measure, block of time by block of time, on its way to being learned."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from vigie.detection.lesson import Lesson
from vigie.detection.rarity import Tail, kept_over
from vigie.domain.watch import Measured

_MINUTE: Final = timedelta(minutes=1)
_MOST_HELD: Final = 48
"""Of a longer incident the highest blocks; twelve hours of quarters."""

LessonOf = Callable[[range], Lesson]


@dataclass(slots=True)
class Blocks:
    """The highest excess in each block of time that is not yet learned.

    A window is looked at all the time, so what is learned is the highest of a whole block of the
    window's length: how rare an excess is holds then for a whole block of looking. `held` are the
    highest of an incident, which wait for its lesson.
    """

    measured: Measured
    minutes: int
    highest: dict[int, float] = field(default_factory=dict)
    held: list[float] = field(default_factory=list)

    def note(self, minute: int, excess: float) -> None:
        """Remember what was seen when looking at this minute."""
        block = minute // self.minutes
        self.highest[block] = max(excess, self.highest.get(block, excess))

    def rewind(self, now: int) -> None:
        """Forget what was seen after this minute."""
        block = now // self.minutes
        self.highest = {at: excess for at, excess in self.highest.items() if at <= block}

    def fold(self, until: int, tail: Tail, *, lesson: LessonOf) -> None:
        """Let the tail learn the blocks that end before this minute.

        What makes incidents by itself is learned of theirs too, unless a person took them on.
        """
        if self.measured.structural:
            for highest, taught in self._over(until, lesson):
                if taught is not Lesson.TAKEN:
                    self._learn(highest, tail)
            return
        for highest, taught in self._over(until, lesson):
            if taught is Lesson.ONCE:
                self.held = sorted([*self.held, highest], reverse=True)[:_MOST_HELD]
            if taught is not Lesson.USUAL:
                continue
            self._learn(highest, tail)
            if self.held:  # incidents come, however seldom: a threshold that forgot would creep
                tail.learn(self.held[0], kept=1.0)
                self.held = []

    def settle(self, lesson: Lesson, tail: Tail) -> None:
        """The incident is over: let what is held of it be learned as it taught.

        What it teaches once waits for the first block that is calm.
        """
        if lesson is Lesson.USUAL:
            for highest in self.held:
                self._learn(highest, tail)
        if lesson is not Lesson.ONCE:
            self.held = []

    def _over(self, until: int, lesson: LessonOf) -> list[tuple[float, Lesson]]:
        """Take out the blocks that have ended, oldest first."""
        ended = [block for block in sorted(self.highest) if (block + 1) * self.minutes <= until]
        spans = (range(block * self.minutes, (block + 1) * self.minutes) for block in ended)
        taught = [lesson(minutes) for minutes in spans]
        return [(self.highest.pop(block), one) for block, one in zip(ended, taught, strict=True)]

    def _learn(self, highest: float, tail: Tail) -> None:
        tail.learn(highest, kept=kept_over(self.minutes * _MINUTE))
