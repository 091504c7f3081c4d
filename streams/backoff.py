"""How long to wait between tries, in real seconds."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that double from `first` to `longest` and never end."""

    first: float = 0.2
    longest: float = 10.0

    def __iter__(self) -> Iterator[float]:
        """Yield pauses without end."""
        pause = self.first
        while True:
            yield pause
            pause = min(2 * pause, self.longest)
