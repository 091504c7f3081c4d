"""The score of the Numenta Anomaly Benchmark: early detections count most, false ones cost.

Knows rows, windows and thresholds, neither files nor detectors. Written from A. Lavin & S. Ahmad
(2015), « Evaluating real-time anomaly detection algorithms – the Numenta Anomaly Benchmark »,
section III: a window is worth what its first detection is worth, a sigmoid of where that lies; a
missed window costs as much as the best detection brings; every detection outside of windows costs,
less just behind one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_PROBATION_SHARE: Final = 0.15
_PROBATION_ROWS: Final = 750
_STEEPNESS: Final = 5.0
"""So steep is the fall from the worth of an early detection to that of a late one."""
_FAR: Final = 3.0
"""So many window lengths behind a window a detection is as wrong as any."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a false detection and a missed window cost; the best detection brings 1."""

    name: str
    false: float
    missed: float = 1.0


STANDARD: Final = Profile("standard", 0.11)
LOW_FALSE_POSITIVES: Final = Profile("low false positives", 0.22)


@dataclass(frozen=True, slots=True)
class Series:
    """The scores of a series, 0 to 1 a row, and its labelled windows: ranges of rows, in order."""

    scores: Sequence[float]
    windows: tuple[range, ...]

    @property
    def probation(self) -> int:
        """Rows at the beginning in which no detection counts."""
        return min(math.floor(_PROBATION_SHARE * len(self.scores)), _PROBATION_ROWS)

    def detections(self, threshold: float) -> Iterator[int]:
        """Yield the rows at or above the threshold, behind the probation."""
        for row in range(self.probation, len(self.scores)):
            if self.scores[row] >= threshold:
                yield row


@dataclass(frozen=True, slots=True)
class Result:
    """The score, 0 for a detector that says nothing and 100 for a perfect one, and its counts.

    `found` of `windows` had a detection; `false` are detections outside of all.
    """

    score: float
    found: int
    windows: int
    false: int


def benchmark(corpus: Sequence[Series], threshold: float, profile: Profile) -> Result:
    """Return the score of one threshold on all series together."""
    points, found, false = 0.0, 0, 0
    for series in corpus:
        best: dict[int, float] = {}
        for row in series.detections(threshold):
            window = _window_of(row, series.windows)
            if window is None:
                false += 1
                points -= profile.false * _wrongness(row, series.windows)
            elif window not in best:  # the first detection of a window is its best
                best[window] = _worth(row, series.windows[window])
        found += len(best)
        points += sum(best.values()) - profile.missed * (len(series.windows) - len(best))
    windows = sum(len(series.windows) for series in corpus)
    null, perfect = -profile.missed * windows, float(windows)
    return Result(100 * (points - null) / (perfect - null), found, windows, false)


def optimum(corpus: Sequence[Series], profile: Profile) -> tuple[float, Result]:
    """Return the threshold that is best on these very series, as the benchmark reports it."""
    scores = sorted({score for series in corpus for score in series.scores})
    between = ((low + high) / 2 for low, high in pairwise(scores))
    results = ((t, benchmark(corpus, t, profile)) for t in (*between, 1.1) if t > 0)
    return max(results, key=lambda found: found[1].score)


def _window_of(row: int, windows: Sequence[range]) -> int | None:
    return next((number for number, window in enumerate(windows) if row in window), None)


def _sigmoid(position: float) -> float:
    """Return the worth at this position: 1 far before 0, 0 at it, -1 far behind."""
    return 2 / (1 + math.exp(_STEEPNESS * position)) - 1


def _worth(row: int, window: range) -> float:
    """Return what a detection brings: 1 in the first row of its window, nearly 0 in the last."""
    return _sigmoid(-(window.stop - row) / len(window)) / _sigmoid(-1)


def _wrongness(row: int, windows: Sequence[range]) -> float:
    """Return how wrong a detection outside is: 1, less just behind a window."""
    last = max(
        (window for window in windows if window.stop <= row),
        key=lambda window: window.stop,
        default=None,
    )
    if last is None:
        return 1.0
    position = (row - last.stop + 1) / (len(last) - 1)
    return 1.0 if position > _FAR else -_sigmoid(position)
