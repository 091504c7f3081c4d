"""Who is measured on what, by name. Pure: it knows no library and opens nothing."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Contender(StrEnum):
    """What is measured; the value is its name on the command line."""

    DEFAULT = "default"
    FAST = "fast"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    MINILM = "minilm"
    PIPELINE = "pipeline"
    WHOLE = "whole"

    @property
    def label(self) -> str:
        """How tables and chart call it."""
        return _LABELS[self]

    @property
    def ours(self) -> bool:
        """Whether it is what Vigie runs with, and not what it is compared to."""
        return self in {Contender.DEFAULT, Contender.FAST, Contender.WHOLE}

    @property
    def loads(self) -> "tuple[Load, ...]":
        """What it is given."""
        return MIXED if self is Contender.WHOLE else FIXED


_LABELS: Final = {
    Contender.DEFAULT: "Vigie, ORT int8",
    Contender.FAST: "Vigie fast, ORT int8",
    Contender.FLOAT32: "torch float32",
    Contender.BFLOAT16: "torch bfloat16",
    Contender.MINILM: "MiniLM-L6, ORT int8",
    Contender.PIPELINE: "HF pipeline, one by one",
    Contender.WHOLE: "Vigie, whole classifier",
}


@dataclass(frozen=True, slots=True)
class Load:
    """What one call gets: so many texts, all of so many pieces, or of mixed real lengths (None).

    `copies` is the share of the texts that were asked before.
    """

    batch: int
    pieces: int | None = None
    copies: float = 0.0

    @property
    def label(self) -> str:
        """How tables and chart call it."""
        if self.pieces is None:
            return f"batch {self.batch}, mixed lengths, {100 * self.copies:.0f} % copies"
        return f"batch {self.batch}, {self.pieces} pieces"


FIXED: Final = tuple(Load(batch, pieces) for pieces in (24, 64) for batch in (32, 1))
MIXED: Final = tuple(Load(64, copies=copies) for copies in (0.0, 0.5))


@dataclass(frozen=True, slots=True)
class Goal:
    """The comments/s that somebody wants of a contender."""

    contender: Contender
    load: Load
    rate: float


GOALS: Final = (
    Goal(Contender.DEFAULT, Load(32, 24), 380),
    Goal(Contender.DEFAULT, Load(1, 24), 190),
    Goal(Contender.FAST, Load(32, 24), 750),
)
