"""Which incidents are told on which channels, and at which hours: pure."""

from dataclasses import dataclass
from datetime import time

from vigie.domain.incident import IncidentEvent, Level, SignalKind
from vigie.domain.notification import Channel
from vigie.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class WakingHours:
    """From `start` to before `end` by the local clock; equal ends mean the whole day."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "WakingHours":
        """Read hours written as 08:00-21:00.

        Raises:
            Misconfigured: these are not two times of the day.
        """
        try:
            start, end = (time.fromisoformat(part) for part in text.split("-"))
        except ValueError as error:
            message = f"write waking hours such as 08:00-21:00, not {text!r}"
            raise Misconfigured(message) from error
        return cls(start, end)

    def include(self, local: time) -> bool:
        """Say whether people are awake at this local time; hours may pass midnight."""
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """From `level` on, the first `people` recipients that can be told are told on `channels`.

    `waking_only` names the channels that stay quiet outside waking hours. `watches` and `signals`
    narrow the route to incidents of these watches, with a signal of one of these kinds; empty: all.
    """

    level: Level
    channels: tuple[Channel, ...]
    people: int = 1
    waking_only: tuple[Channel, ...] = ()
    watches: frozenset[str] = frozenset()
    signals: frozenset[SignalKind] = frozenset()

    def concerns(self, event: IncidentEvent) -> bool:
        """Say whether the incident, as it stands, takes this route."""
        kinds = {signal.kind for signal in event.signals}
        return (
            event.level >= self.level
            and (not self.watches or event.watch in self.watches)
            and (not self.signals or not self.signals.isdisjoint(kinds))
        )

    def open(self, channel: Channel, *, awake: bool) -> bool:
        """Say whether the channel may be used at this hour."""
        return channel in self.channels and (awake or channel not in self.waking_only)
