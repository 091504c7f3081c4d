"""Clocks: the real one, and one that runs faster so that every process of a drill agrees."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the present, UTC."""
        return datetime.now(UTC)

    def seconds(self, duration: timedelta) -> float:
        """Return the duration in real seconds."""
        return duration.total_seconds()


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """Time that passes `speed` times faster than real time since the real moment `origin`.

    At `origin` both clocks agree; two processes with the same origin and speed always agree.
    """

    origin: datetime
    speed: float

    def now(self) -> datetime:
        """Return the scaled present, UTC."""
        return self.origin + (datetime.now(UTC) - self.origin) * self.speed

    def seconds(self, duration: timedelta) -> float:
        """Return how many real seconds the scaled duration takes."""
        return duration.total_seconds() / self.speed
