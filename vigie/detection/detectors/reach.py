"""Detector: somebody whom very many follow speaks against the watch."""

from vigie.detection.rarity import excess
from vigie.detection.recent import Detail
from vigie.detection.signal import signal
from vigie.detection.window import NO_TIME, Seen, Window
from vigie.domain.incident import AGAINST, Signal, SignalKind
from vigie.domain.watch import Measured, Threshold


class Reach:
    """Look for one post against the watch by an account with so many followers.

    One such post reaches more people than a thousand of others: followers are what a post can reach
    at once (M. Cha et al. (2010), « Measuring user influence in Twitter », ICWSM, indegree).
    `reach_once_in` leaves out the newspaper that finds fault every other day.

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

    measured = Measured.REACH

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about followers."""
        return threshold.reach is not None

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal, which names the account's key and counts its posts."""
        if threshold.reach is None or window.counts.against == 0:
            return None
        loudest = _loudest(window)
        if loudest is None or loudest.followers < threshold.reach * ease:
            return None
        once_in = window.day_in(Measured.REACH, self.excess(window, threshold), ease=ease)
        if once_in < (threshold.reach_once_in or NO_TIME):
            return None
        theirs = sum(post.detail.author == loudest.author for post in _against(window))
        subject = loudest.author
        return signal(SignalKind.REACH, window, theirs, 0.0, once_in=once_in, subject=subject)

    def excess(self, window: Window, _threshold: Threshold) -> float:
        """Return how far the thousands of followers of the largest account lie above none."""
        loudest = _loudest(window)
        return 0.0 if loudest is None else excess(loudest.followers / 1000, 0.0)


def _against(window: Window) -> list[Seen]:
    return [post for post in window.posts if post.nature in AGAINST]


def _loudest(window: Window) -> Detail | None:
    details = (post.detail for post in _against(window))
    return max(details, key=lambda detail: detail.followers, default=None)
