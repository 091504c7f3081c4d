"""How a detector states what it found: the count, its n, the normal, the interval."""

from datetime import timedelta

from vigie.detection.interval import wilson
from vigie.detection.window import Window
from vigie.domain.incident import Signal, SignalKind


def signal(  # noqa: PLR0913 - each is one figure of the statement
    kind: SignalKind,
    window: Window,
    count: int,
    expected: float,
    *,
    once_in: timedelta | None = None,
    subject: str = "",
) -> Signal:
    """Return the statement that `count` posts of the window stand against `expected`."""
    posts = window.counts.posts
    low, high = wilson(min(count, posts), posts)
    return Signal(
        kind=kind,
        count=count,
        n=posts,
        expected=expected,
        low=low,
        high=high,
        attacks=min(window.counts.attacks, count),
        window_s=window.length.total_seconds(),
        once_in_s=None if once_in is None else once_in.total_seconds(),
        subject=subject,
    )
