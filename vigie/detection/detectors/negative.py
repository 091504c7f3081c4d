"""Detector: many negative posts, or a large share of them."""

from vigie.detection.interval import wilson
from vigie.detection.signal import signal
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.watch import Threshold


class Negative:
    """Compare the number of negative posts, and the lower 95 % bound of their share.

    Source of the bound: `vigie.detection.interval.wilson`.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.tally import Counts
    >>> window = Window(Counts(posts=20, negatives=14), Expected(posts=10.0, known=True))
    >>> found = Negative().detect(window, Threshold(posts=10, negative_share=0.4), ease=1.0)
    >>> found.count, found.n, round(found.low, 2), round(found.high, 2)
    (14, 20, 0.48, 0.85)
    >>> Negative().detect(window, Threshold(posts=10, negatives=15), ease=1.0) is None
    True
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about negative posts."""
        return (threshold.negatives, threshold.negative_share) != (None, None)

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal when the conditions on negative posts hold."""
        count = window.counts.negatives
        low, _ = wilson(count, window.counts.posts)
        if threshold.negatives is not None and count < threshold.negatives * ease:
            return None
        if threshold.negative_share is not None and low < threshold.negative_share * ease:
            return None
        return signal(SignalKind.NEGATIVE, window, count, window.expected.negatives)
