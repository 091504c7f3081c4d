"""How far a figure can be trusted: bootstrap intervals of statistics, Wilson's of shares.

A statistic is written once, for weighted rows: with weights of one it is the figure itself, with
the counts of a draw with replacement it is one resample of it (Efron 1979). Thousands of resamples
are then a few matrix operations. Knows arrays only.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]
#: From weights (draws, rows) to a value per draw; NaN where a draw does not allow one.
Statistic = Callable[[Weights], NDArray[np.float64]]

RESAMPLES: Final = 1_000
_Z_95: Final = 1.96
_ENDS_95: Final = (2.5, 97.5)
#: Weights held in memory at a time, in numbers.
_BLOCK: Final = 4_000_000


class Estimate(msgspec.Struct, frozen=True):
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


class Share(msgspec.Struct, frozen=True):
    """How many of how many, and the ends of Wilson's 95 % interval, 0 to 1."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share, 0 to 1; NaN of nothing."""
        return self.hits / self.of if self.of else math.nan


def estimate(statistics: Sequence[Statistic], rows: int, seed: int) -> list[Estimate | None]:
    """Return the *statistics* of so many rows with percentile intervals of ``RESAMPLES`` draws.

    None where the rows do not allow a figure. Every interval is widened to hold its figure, which
    matters for calibration errors: chance only ever adds to them.
    """
    values = [float(one(np.ones((1, rows), np.float32))[0]) for one in statistics]
    drawn: list[list[NDArray[np.float64]]] = [[] for _ in statistics]
    for weights in _draws(rows, seed):
        for parts, one in zip(drawn, statistics, strict=True):
            parts.append(one(weights))
    return [
        _interval(value, np.concatenate(parts)) for value, parts in zip(values, drawn, strict=True)
    ]


def _draws(rows: int, seed: int) -> Iterator[Weights]:
    """Yield how often each row is drawn, in blocks (draws, rows)."""
    chance = np.random.default_rng(seed)
    height = max(1, _BLOCK // max(rows, 1))
    for begin in range(0, RESAMPLES, height):
        draws = min(height, RESAMPLES - begin)
        picked = chance.integers(0, rows, (draws, rows)) + rows * np.arange(draws)[:, None]
        counts = np.bincount(picked.ravel(), minlength=draws * rows)
        yield counts.reshape(draws, rows).astype(np.float32)


def _interval(value: float, drawn: NDArray[np.float64]) -> Estimate | None:
    if math.isnan(value):
        return None
    low, high = np.nanpercentile(drawn, _ENDS_95)
    return Estimate(value, min(float(low), value), max(float(high), value))


def share(hits: int, of: int) -> Share:
    """Return *hits* of *of* with its interval."""
    return Share(hits, of, *wilson(hits, of))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval for a share (Wilson 1927); (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    part, spread = hits / of, _Z_95**2 / of
    centre = (part + spread / 2) / (1 + spread)
    half = _Z_95 * math.sqrt(part * (1 - part) / of + spread / (4 * of)) / (1 + spread)
    # At the ends the formula gives 0 and 1 but for rounding.
    return centre - half if hits else 0.0, centre + half if hits < of else 1.0
