"""Hide thresholds from the scores of negatives: at most 2 false alarms in 1,000, or cautious.

Pure arithmetic on scores. A threshold is chosen on dev, so its own false-alarm figures are a
little too good; the interval is stated beside them.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers.manifest import Threshold

FloatArray = NDArray[np.float32]

#: False alarms aimed at, as a share of the negatives.
FALSE_ALARMS: Final = 0.002
#: With fewer labelled negatives than this a head has no threshold at all and hides nothing.
MIN_NEGATIVES: Final = 40
#: Where dev cannot support the rate: how far above the highest negative, as a share of what is
#: left up to 1.
CAUTION: Final = 0.25
_Z_95: Final = 1.96


def choose_threshold(labelled: FloatArray, plain: FloatArray) -> Threshold | None:
    """Return the threshold for scores of *labelled* negatives and of *plain* everyday sentences.

    Both must hold it: at or above it lie at most ``FALSE_ALARMS`` of either, and none at all of
    a set too small to measure that rate. None where too few negatives are labelled.
    """
    if len(labelled) < MIN_NEGATIVES:
        return None
    value = max(cut(labelled), cut(plain) if len(plain) else 0.0)
    alarms = _reaching(labelled, value)
    return Threshold(
        value=value,
        supported=supports_rate(len(labelled)),
        negatives=len(labelled),
        false_alarms=alarms,
        upper_rate=round(upper_end(alarms, len(labelled)), 5),
        plain_negatives=len(plain),
        plain_false_alarms=_reaching(plain, value),
    )


def _reaching(scores: FloatArray, value: float) -> int:
    """Count the scores at or above *value*, compared as the caller of the engine will."""
    return int((scores.astype(np.float64) >= value).sum())


def supports_rate(negatives: int) -> bool:
    """Say whether so many negatives can show the rate aimed at (one false alarm allowed)."""
    return math.floor(negatives * FALSE_ALARMS) >= 1


def cut(negatives: FloatArray) -> float:
    """Return the lowest score that keeps the rate aimed at on *negatives* (at least one)."""
    descending = np.sort(negatives)[::-1]
    if supports_rate(len(negatives)):
        return _just_above(descending[math.floor(len(negatives) * FALSE_ALARMS)])
    highest = float(descending[0])
    return max(highest + CAUTION * (1.0 - highest), _just_above(descending[0]))


def _just_above(score: np.float32) -> float:
    """Return the next number that a score can be: the engine's are float32."""
    return float(np.nextafter(score, np.float32(np.inf)))


def upper_end(hits: int, of: int) -> float:
    """Return the upper end of Wilson's 95 % interval for *hits* of *of*."""
    return wilson(hits, of)[1]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval for a share (Wilson 1927); (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, _Z_95**2 / of
    centre = (share + spread / 2) / (1 + spread)
    half = _Z_95 * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
