"""95 % intervals of what was measured: Wilson's for shares, bootstrap for the rest."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from vigie.detection.interval import wilson

_RESAMPLES: Final = 1_000
_SEED: Final = 1

Statistic = Callable[[np.ndarray], float]


def share(count: int, n: int) -> str:
    """Return « 41 of 42 (98 %, 88–100) »."""
    if n == 0:
        return "–"
    low, high = wilson(count, n)
    return f"{count} of {n} ({100 * count / n:.0f} %, {100 * low:.0f}–{100 * high:.0f})"


def figure(values: Sequence[float], statistic: Statistic, *, digits: int = 0) -> str:
    """Return the statistic with its bootstrap interval: « 17 [15–19] »."""
    if not values:
        return "–"
    found = np.asarray(values, float)
    rng = np.random.default_rng(_SEED)
    drawn = rng.choice(found, (_RESAMPLES, len(found)))
    low, high = np.quantile([statistic(one) for one in drawn], (0.025, 0.975))
    return f"{statistic(found):.{digits}f} [{low:.{digits}f}–{high:.{digits}f}]"


def median(values: np.ndarray) -> float:
    """Return the median."""
    return float(np.median(values))


def ninth(values: np.ndarray) -> float:
    """Return what nine of ten lie below."""
    return float(np.quantile(values, 0.9))


def mean(values: np.ndarray) -> float:
    """Return the mean."""
    return float(np.mean(values))
