"""Detector: somebody whom very many follow speaks against the watch."""

from vigie.detection.signal import signal
from vigie.detection.window import Window
from vigie.domain.incident import AGAINST, Signal, SignalKind
from vigie.domain.watch import Threshold


class Reach:
    """Look for one post against the watch by an account with so many followers.

    One such post reaches more people than a thousand of others: followers are what a post can reach
    at once (M. Cha et al. (2010), « Measuring user influence in Twitter », ICWSM, indegree).

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.recent import Detail
    >>> from vigie.detection.tally import Counts
    >>> from vigie.detection.window import Seen
    >>> from vigie.domain.incident import Nature
    >>> post = Detail("x:1", 0.0, "t", "s", "star", 900_000, False, b"", ())
    >>> counts, posts = Counts(posts=1, criticism=1), [Seen(post, Nature.CRITICISM)]
    >>> window = Window(counts, Expected(), newest=lambda: posts)
    >>> Reach().detect(window, Threshold(posts=1, reach=500_000), ease=1.0).subject
    'star'
    >>> Reach().detect(window, Threshold(posts=1, reach=1_000_000), ease=1.0) is None
    True
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about followers."""
        return threshold.reach is not None

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal, which names the account's key and counts its posts."""
        least = (threshold.reach or 0) * ease
        if window.counts.against == 0:
            return None
        heard = [p.detail for p in window.posts if p.nature in AGAINST]
        loudest = max(heard, key=lambda detail: detail.followers, default=None)
        if loudest is None or threshold.reach is None or loudest.followers < least:
            return None
        theirs = sum(detail.author == loudest.author for detail in heard)
        return signal(SignalKind.REACH, window, theirs, 0.0, subject=loudest.author)
