"""Detector: many posts against the watch, as never or seldom before."""

from vigie.detection.interval import wilson
from vigie.detection.signal import signal
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.watch import Measured, Threshold


class Against:
    """Count criticism and attacks, and ask how often so many are seen, looked at all the time.

    An emergency in the world and a wave of thanks are not against the watch, however many they are.
    `against_share` is a share of the posts that are no thanks: those must not hide the others.
    Source of the test: `vigie.detection.rarity`.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.tally import Counts
    >>> window = Window(Counts(posts=20, criticism=7, attacks=2), Expected(known=True))
    >>> found = Against().detect(window, Threshold(posts=10, against=8), ease=1.0)
    >>> found.count, found.attacks
    (9, 2)
    >>> Against().detect(window, Threshold(posts=10, against=10), ease=1.0) is None
    True
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about posts against the watch."""
        asked = (threshold.against, threshold.against_once_in, threshold.against_share)
        return asked != (None, None, None)

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal when the conditions hold; never rare without a known normal."""
        count, once_in = window.counts.against, None
        if threshold.against is not None and count < threshold.against * ease:
            return None
        low, _ = wilson(count, window.counts.posts - window.counts.support)
        if threshold.against_share is not None and low < threshold.against_share * ease:
            return None
        if threshold.against_once_in is not None:
            once_in = window.once_in(Measured.AGAINST, ease=ease)
            if once_in < threshold.against_once_in:
                return None
        expected = window.expected.against
        return signal(SignalKind.AGAINST, window, count, expected, once_in=once_in)
