"""Detector: one conversation runs away."""

from vigie.detection.signal import signal
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.watch import Measured, Threshold


class Thread:
    """Ask how often the busiest conversation of a window has had so many posts.

    Its velocity is what spreads: J. Cheng et al. (2014), « Can cascades be predicted? », WWW, found
    the speed of the first replies the best sign. Source of the test: `vigie.detection.rarity`.

    >>> from datetime import timedelta
    >>> Thread().asked(Threshold(posts=8, thread_once_in=timedelta(days=28)))
    True
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about one conversation."""
        return threshold.thread_once_in is not None

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal, which names the conversation; it has `posts` posts at least."""
        name, posts = window.busiest
        if threshold.thread_once_in is None or len(posts) < threshold.posts * ease:
            return None
        once_in = window.once_in(Measured.THREAD, ease=ease)
        if once_in < threshold.thread_once_in:
            return None
        expected = window.expected.posts
        return signal(
            SignalKind.THREAD, window, len(posts), expected, once_in=once_in, subject=name
        )
