"""Detector: many accounts say nearly the same at the same time."""

from collections import defaultdict

from vigie.detection.rarity import excess
from vigie.detection.signal import signal
from vigie.detection.sketch import bands
from vigie.detection.window import NO_TIME, Seen, Window
from vigie.domain.incident import AGAINST, Signal, SignalKind
from vigie.domain.watch import Measured, Threshold

_YOUNG_WEIGH = 2
"""An account less than 30 days old counts as so many: raids are run with new ones."""


class Raid:
    """Look for near copies of one text by different accounts within the window.

    `raid_once_in` leaves out what such a watch sees on many a day: posts that its usual opponents
    pass on.

    Copies by many hands in a short time are what coordinated campaigns share (D. Pacheco et al.
    (2021), « Uncovering coordinated networks on social media », ICWSM). Near copies share a band of
    their sketch (`vigie.detection.sketch`). Copies of thanks are no raid.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.recent import Detail
    >>> from vigie.detection.sketch import sketch
    >>> from vigie.detection.tally import Counts
    >>> from vigie.domain.incident import Nature
    >>> texts = [f"sourcebelle vole l'argent des dons, partagez {mark}" for mark in "!?."]
    >>> posts = [
    ...     Seen(Detail(str(n), 0.0, "", "", str(n), -1, False, sketch(text), ()), Nature.CRITICISM)
    ...     for n, text in enumerate(texts)
    ... ]
    >>> window = Window(Counts(posts=3, criticism=3), Expected(), newest=lambda: posts)
    >>> Raid().detect(window, Threshold(posts=3, raid=3), ease=1.0).count
    3
    >>> Raid().detect(window, Threshold(posts=3, raid=4), ease=1.0) is None
    True
    """

    measured = Measured.RAID

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold is about copies."""
        return threshold.raid is not None

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal, which counts the copies."""
        least = (threshold.raid or 0) * ease
        if threshold.raid is None or window.counts.against * _YOUNG_WEIGH < least:
            return None
        copies = most_copied(window.posts)
        if _accounts(copies) < least:
            return None
        once_in = window.day_in(Measured.RAID, self.excess(window, threshold), ease=ease)
        if once_in < (threshold.raid_once_in or NO_TIME):
            return None
        return signal(SignalKind.RAID, window, len(copies), 0.0, once_in=once_in)

    def excess(self, window: Window, _threshold: Threshold) -> float:
        """Return how far the accounts of the text most copied lie above none."""
        return excess(_accounts(most_copied(window.posts)), 0.0)


def most_copied(posts: list[Seen]) -> list[Seen]:
    """Return the posts against the watch that are near copies of one text by most accounts."""
    groups: dict[tuple[int, int], list[Seen]] = defaultdict(list)
    for post in posts:
        if post.nature in AGAINST:
            for band in enumerate(bands(post.detail.sketch)):
                groups[band].append(post)
    return max(groups.values(), key=_accounts, default=[])


def _accounts(posts: list[Seen]) -> int:
    young = {post.detail.author: post.detail.young for post in posts}
    return sum(_YOUNG_WEIGH if is_young else 1 for is_young in young.values())
