"""What was measured, and what tables and chart say of it. Pure: it runs and prints nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, median

import numpy as np

from tests.bench.classifier.contenders import Contender, Goal, Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One contender under one load for a moment.

    `calls` are the seconds of each call, `spared` how many texts the cache of duplicates answered,
    `others_cores` how many cores everything else on the machine took meanwhile.
    """

    contender: Contender
    load: Load
    round: int
    calls: tuple[float, ...]
    spared: int = 0
    others_cores: float = 0.0

    @property
    def comments(self) -> int:
        """How many were answered."""
        return self.load.batch * len(self.calls)

    @property
    def rate(self) -> float:
        """Comments per second."""
        return self.comments / sum(self.calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The processes of one contender.

    `starts` are the seconds from the start of each to its first answer, `peak_bytes` is the most
    memory that the last one held (resident), `pieces` how many its tokeniser makes of a comment.
    """

    contender: Contender
    starts: tuple[float, ...]
    peak_bytes: int
    pieces: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contender under one load; `of_default` is a ratio, `p50` and `p95` are seconds a call."""

    contender: Contender
    best: float
    median: float
    of_default: float | None
    p50: float
    p95: float
    spared: float
    others_cores: float


class Verdict(StrEnum):
    """What became of a goal."""

    MET = "met"
    AT_BEST = "in the best round only"
    MISSED = "not met"


def rows(turns: Sequence[Turn], load: Load) -> list[Row]:
    """Return a row for each contender that was measured under `load`, in the order of names."""
    found = [turn for turn in turns if turn.load == load]
    measured = {turn.contender for turn in found}
    return [_row(contender, found) for contender in Contender if contender in measured]


def _row(contender: Contender, turns: Sequence[Turn]) -> Row:
    own = [turn for turn in turns if turn.contender is contender]
    rates = [turn.rate for turn in own]
    calls = [seconds for turn in own for seconds in turn.calls]
    p50, p95 = np.percentile(calls, (50, 95)).tolist()
    return Row(
        contender=contender,
        best=max(rates),
        median=median(rates),
        of_default=_of_default(own, turns),
        p50=p50,
        p95=p95,
        spared=sum(turn.spared for turn in own) / sum(turn.comments for turn in own),
        others_cores=median(turn.others_cores for turn in own),
    )


def _of_default(own: Iterable[Turn], turns: Iterable[Turn]) -> float | None:
    """Return the median of the ratios within a round: both have seen the same machine."""
    default = {turn.round: turn.rate for turn in turns if turn.contender is Contender.DEFAULT}
    ratios = [turn.rate / default[turn.round] for turn in own if turn.round in default]
    return median(ratios) if ratios else None


def verdict(row: Row, goal: Goal) -> Verdict:
    """Return what became of `goal` by the contender's row under its load."""
    if row.median >= goal.rate:
        return Verdict.MET
    return Verdict.AT_BEST if row.best >= goal.rate else Verdict.MISSED


def others_cores(turns: Iterable[Turn]) -> float:
    """Return how many cores programs outside the bench took, on average over the turns."""
    return fmean(turn.others_cores for turn in turns)
