"""Detector: a large share of toxic posts."""

from vigie.detection.interval import wilson
from vigie.detection.signal import signal
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.watch import Threshold


class Toxic:
    """Compare the lower 95 % bound of the share of toxic posts.

    Source of the bound: `vigie.detection.interval.wilson`.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.tally import Counts
    >>> window = Window(Counts(posts=20, toxic=8), Expected(posts=10.0, known=True))
    >>> Toxic().detect(window, Threshold(posts=10, toxic_share=0.2), ease=1.0).count
    8
    >>> Toxic().detect(window, Threshold(posts=10, toxic_share=0.4), ease=1.0) is None
    True
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about toxic posts."""
        return threshold.toxic_share is not None

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal when the condition on toxic posts holds."""
        count = window.counts.toxic
        low, _ = wilson(count, window.counts.posts)
        if threshold.toxic_share is None or low < threshold.toxic_share * ease:
            return None
        return signal(SignalKind.TOXIC, window, count, window.expected.toxic)
