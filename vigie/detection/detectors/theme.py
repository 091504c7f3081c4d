"""Detector: a word that the watch's posts do not usually hold."""

import math
from collections import Counter

from vigie.detection.signal import signal
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.watch import Threshold

_SURE = math.log(1e6)
"""By chance a usual word comes so often once in a million windows at most; hundreds are tried."""


class Theme:
    """Compare how many posts hold a word with how many usually do.

    The bound is Chernoff's on a Poisson count of that mean (H. Chernoff (1952), « A measure of
    asymptotic efficiency for tests of a hypothesis based on the sum of observations », Annals of
    Mathematical Statistics 23), so it never says too much. The word must be held by posts of as
    many accounts, since one account can repeat it.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.recent import Detail
    >>> from vigie.detection.tally import Counts
    >>> from vigie.detection.window import Seen
    >>> from vigie.domain.incident import Nature
    >>> posts = [
    ...     Seen(Detail(str(n), 0, "", "", str(n), -1, False, b"", ("plainte",)), Nature.OTHER)
    ...     for n in range(8)
    ... ]
    >>> window = Window(Counts(posts=8), Expected(), newest=lambda: posts)
    >>> Theme().detect(window, Threshold(posts=8, theme=6), ease=1.0).subject
    'plainte'
    """

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about new words."""
        return threshold.theme is not None

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal, which names the word that stands out most."""
        if threshold.theme is None:
            return None
        for term, posts in new_terms(window):
            if posts >= threshold.theme * ease:
                usual = len(window.posts) * window.vocabulary.share(term)
                return signal(SignalKind.THEME, window, posts, usual, subject=term)
        return None


def new_terms(window: Window) -> list[tuple[str, int]]:
    """Return the words that stand out, most surprising first, with how many accounts say them."""
    said = {(post.detail.author, term) for post in window.posts for term in post.detail.terms}
    accounts = Counter(term for _, term in said)
    n = len(window.posts)
    found = (
        (surprise(posts, n * window.vocabulary.share(term)), term, posts)
        for term, posts in accounts.items()
    )
    return [(term, posts) for sure, term, posts in sorted(found, reverse=True) if sure >= _SURE]


def surprise(count: int, usual: float) -> float:
    """Return Chernoff's bound on how seldom a Poisson count of this mean is as high, as -ln P."""
    return count * math.log(count / usual) - count + usual if count > usual else 0.0
