"""How long to wait before the next try: longer each time, and not the same for everybody."""

import hashlib
from datetime import timedelta

FIRST = timedelta(seconds=2)
"""A connection that broke is usually back within seconds, and an alert is urgent."""
LONGEST = timedelta(minutes=1)
"""A gateway that comes back after hours must not find us asleep, and alerts are few."""


def pause(notification_id: str, attempts: int, *, asked: timedelta | None = None) -> timedelta:
    """Return the wait after this many tries: exponential, spread over its upper half by the id.

    The spread is a hash, so a replay waits the same. Never shorter than the other side `asked`.
    """
    doublings = min(max(attempts - 1, 0), 16)
    whole = min(FIRST * (1 << doublings), LONGEST)
    digest = hashlib.sha256(f"{notification_id}#{attempts}".encode()).digest()
    spread = int.from_bytes(digest[:8]) / 2**64
    wait = whole * (0.5 + 0.5 * spread)
    return max(wait, asked) if asked else wait
