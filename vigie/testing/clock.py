"""A clock that one moves by hand."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday morning, 09:00 in Paris."""


class ManualClock:
    """Stands still until it is told to move; sleeps take no time."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the present, UTC."""
        return self._now

    def seconds(self, duration: timedelta) -> float:
        """Return the duration in real seconds."""
        return duration.total_seconds()

    def set(self, moment: datetime) -> None:
        """Move to this moment."""
        self._now = moment

    def advance(self, **duration: float) -> datetime:
        """Move on by a timedelta given in words, such as `minutes=5`."""
        self._now += timedelta(**duration)
        return self._now
