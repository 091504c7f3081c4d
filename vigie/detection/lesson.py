"""What may be learned of a time: all of it, its height once, or nothing."""

from dataclasses import dataclass
from enum import IntEnum


class Lesson(IntEnum):
    """What becomes normal of a span of time, the strictest last."""

    USUAL = 0
    """All: nobody was called, or a person said that it was a false alarm."""
    ONCE = 1
    """That so much was seen, once: somebody was called, and nobody has said what it was."""
    UNHEARD = 2
    """Nothing: a source was silent, or nobody was watching."""
    TAKEN = 3
    """Nothing: a person took it on."""


@dataclass(slots=True)
class Span:
    """Minutes from `start` to `end`, which is excluded (None: still lasting), and their lesson."""

    start: int
    end: int | None
    lesson: Lesson

    def touches(self, minutes: range) -> bool:
        """Say whether any of these minutes lies within."""
        return self.start < minutes.stop and (self.end is None or minutes.start < self.end)
