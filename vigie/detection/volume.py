"""Detector: far more posts than normal."""

from vigie.detection.interval import wilson
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.watch import Threshold


class Volume:
    """Compare the number of posts with the baseline's expectation.

    A plain ratio; the minimum number of posts keeps it from speaking of 3 against 1.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.tally import Counts
    >>> window = Window(Counts(posts=40), Expected(10.0, 2.0, 0.0, known=True))
    >>> Volume().detect(window, Threshold(posts=20, volume_ratio=3), ease=1.0).expected
    10.0
    >>> Volume().detect(window, Threshold(posts=20, volume_ratio=5), ease=1.0) is None
    True
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about volume; one that names only `posts` is."""
        others = (threshold.negatives, threshold.negative_share, threshold.toxic_share)
        return threshold.volume_ratio is not None or others == (None, None, None)

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal when the volume condition holds; never without a known normal."""
        posts, expected = window.counts.posts, window.expected
        if threshold.volume_ratio is not None and not (
            expected.known and posts >= threshold.volume_ratio * ease * expected.posts
        ):
            return None
        low, high = wilson(posts, posts)
        return Signal(SignalKind.VOLUME, posts, posts, expected.posts, low, high)
