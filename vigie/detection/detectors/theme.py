"""Detector: a word that the watch's posts do not usually hold."""

import math
from collections import Counter

from vigie.detection.rarity import excess
from vigie.detection.signal import signal
from vigie.detection.vocabulary import Vocabulary
from vigie.detection.window import NO_TIME, Seen, Window
from vigie.domain.incident import AGAINST, Signal, SignalKind
from vigie.domain.watch import Measured, Threshold

_ENOUGH_POSTS = 100
"""Before so many were read, any word is new."""
_SURE = math.log(1e6)
"""By chance a usual word comes so often once in a million windows at most; hundreds are tried."""


class Theme:
    """Compare how many posts hold a word with how many usually do.

    The bound is Chernoff's on a Poisson count of that mean (H. Chernoff (1952), « A measure of
    asymptotic efficiency for tests of a hypothesis based on the sum of observations », Annals of
    Mathematical Statistics 23), so it never says too much. The word must be held by posts of as
    many accounts, since one account can repeat it. Where the threshold asks for posts
    against the watch too, only those are read. `theme_once_in` leaves out what comes every week: a
    newsletter of which some complain.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.recent import Detail
    >>> from vigie.detection.tally import Counts
    >>> from vigie.detection.window import Seen
    >>> from vigie.domain.incident import Nature
    >>> posts = [
    ...     Seen(Detail(str(n), 0, "", "", str(n), -1, False, b"", ("plainte",)), Nature.OTHER)
    ...     for n in range(8)
    ... ]
    >>> usual = Vocabulary(posts=500.0)
    >>> window = Window(Counts(posts=8), Expected(), newest=lambda: posts, vocabulary=usual)
    >>> Theme().detect(window, Threshold(posts=8, theme=6), ease=1.0).subject
    'plainte'
    """

    measured = Measured.THEME

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about new words."""
        return threshold.theme is not None

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal, which names the word that stands out most."""
        if threshold.theme is None or window.vocabulary.posts < _ENOUGH_POSTS:
            return None
        posts = _read(window, threshold)
        for term, accounts in new_terms(posts, window.vocabulary, sure=_SURE * ease):
            if accounts >= threshold.theme * ease:
                usual = len(posts) * window.vocabulary.share(term)
                once_in = window.day_in(Measured.THEME, excess(accounts, usual), ease=ease)
                if once_in < (threshold.theme_once_in or NO_TIME):
                    continue
                return signal(
                    SignalKind.THEME, window, accounts, usual, once_in=once_in, subject=term
                )
        return None

    def excess(self, window: Window, threshold: Threshold) -> float:
        """Return how far the accounts that say a new word lie above the usual; the highest."""
        posts, least = _read(window, threshold), threshold.theme or 0
        found = new_terms(posts, window.vocabulary)
        return max(
            (
                excess(accounts, len(posts) * window.vocabulary.share(term))
                for term, accounts in found
                if accounts >= least
            ),
            default=0.0,
        )


def _read(window: Window, threshold: Threshold) -> list[Seen]:
    """Return the posts whose words count."""
    if threshold.against is None:
        return window.posts
    return [post for post in window.posts if post.nature in AGAINST]


def new_terms(
    posts: list[Seen], usual: Vocabulary, *, sure: float = _SURE
) -> list[tuple[str, int]]:
    """Return the words that stand out, most surprising first, with how many accounts say them."""
    said = {(post.detail.author, term) for post in posts for term in post.detail.terms}
    accounts = Counter(term for _, term in said)
    found = (
        (surprise(count, len(posts) * usual.share(term)), term, count)
        for term, count in accounts.items()
    )
    return [(term, count) for bound, term, count in sorted(found, reverse=True) if bound >= sure]


def surprise(count: int, usual: float) -> float:
    """Return Chernoff's bound on how seldom a Poisson count of this mean is as high, as -ln P."""
    return count * math.log(count / usual) - count + usual if count > usual else 0.0
