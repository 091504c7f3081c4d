"""What most of what is unusual in a window does: the nature of a signal."""

from collections.abc import Sequence
from typing import Final

from vigie.detection.window import Window
from vigie.domain.incident import Nature, Signal, SignalKind

_OF_POSTS_AGAINST: Final = (SignalKind.AGAINST, SignalKind.REACH, SignalKind.RAID)
_LEAST_SHARE: Final = 0.4
"""Of what is above the normal one nature must make up so much to stand for all of it."""


def prevailing(window: Window, signals: Sequence[Signal] = ()) -> Nature:
    """Return the nature of the posts above the normal; OTHER where none prevails.

    Signals that count posts against the watch say so themselves. Those are an attack when most of
    them abuse somebody.

    >>> from vigie.detection.baseline import Expected
    >>> from vigie.detection.tally import Counts
    >>> prevailing(Window(Counts(posts=30, information=25, criticism=5), Expected(posts=6.0))).value
    'information'
    """
    counts = window.counts
    if any(signal.kind in _OF_POSTS_AGAINST for signal in signals):
        return _against(window)
    against = counts.against - window.expected.against
    above = {
        Nature.CRITICISM: against,
        Nature.INFORMATION: float(counts.information),
        Nature.SUPPORT: float(counts.support),
        Nature.FAULT: float(counts.faults),
    }
    nature = max(above, key=lambda one: above[one])
    if above[nature] <= 0 or above[nature] < _LEAST_SHARE * _above(window):
        return Nature.OTHER
    return _against(window) if nature is Nature.CRITICISM else nature


def _against(window: Window) -> Nature:
    attacked = window.counts.attacks > window.counts.criticism
    return Nature.ATTACK if attacked else Nature.CRITICISM


def _above(window: Window) -> float:
    return max(window.counts.posts - window.expected.posts, 0.0)
