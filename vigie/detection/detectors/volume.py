"""Detector: more posts than normal."""

from vigie.detection.signal import signal
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.watch import Measured, Threshold


class Volume:
    """Compare the number of posts with what is normal for the hour, and with how it varies.

    `volume_once_in` is a test by how often so high an excess was seen, looked at all the time
    (`vigie.detection.rarity`); `volume_ratio` is a plain ratio. `posts` keeps both from speaking of
    3 against 1.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.tally import Counts
    >>> window = Window(Counts(posts=40), Expected(posts=10.0, known=True))
    >>> Volume().detect(window, Threshold(posts=20, volume_ratio=3), ease=1.0).expected
    10.0
    >>> Volume().detect(window, Threshold(posts=20, volume_ratio=5), ease=1.0) is None
    True
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about volume; one that names only `posts` is."""
        t = threshold
        about_volume = t.volume_ratio is not None or t.volume_once_in is not None
        counts = (t.negatives, t.against, t.against_once_in)
        shares = (t.negative_share, t.toxic_share, t.against_share)
        structure = (t.thread_once_in, t.reach, t.raid, t.theme)
        return about_volume or all(one is None for one in counts + shares + structure)

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal when the conditions hold; never without a known normal."""
        posts, expected, once_in = window.counts.posts, window.expected, None
        if threshold.volume_ratio is not None and not (
            expected.known and posts >= threshold.volume_ratio * ease * expected.posts
        ):
            return None
        if threshold.volume_once_in is not None:
            once_in = window.once_in(Measured.VOLUME, ease=ease)
            if once_in < threshold.volume_once_in:
                return None
        return signal(SignalKind.VOLUME, window, posts, expected.posts, once_in=once_in)
