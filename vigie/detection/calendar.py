"""A watch's own time: the hour that its clock shows, and when more than usual is foreseen."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from vigie.detection.entry import minute_of
from vigie.detection.rhythm import hour_of_week
from vigie.domain.watch import Marker

_HOUR_M: Final = 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """A watch's own time: its zone, and when more than usual is to be expected."""

    zone: ZoneInfo
    markers: tuple[Marker, ...] = ()

    def hour_of_week(self, minute: int) -> int:
        """Return the hour of the week that the clock on the wall shows."""
        return hour_of_week(datetime.fromtimestamp(minute * 60, self.zone))

    def times(self, minute: int) -> float:
        """Return how many times the usual a marker foresees for this minute."""
        moment = datetime.fromtimestamp(minute * 60, UTC)
        return max((m.times for m in self.markers if m.begins <= moment < m.ends), default=1.0)

    def ordinary(self, minutes: range) -> bool:
        """Say whether no marker foresees anything for these minutes."""
        return not any(
            m.begins.timestamp() < minutes.stop * 60 and minutes.start * 60 < m.ends.timestamp()
            for m in self.markers
        )

    def parts(self, start: int, end: float) -> Iterator[tuple[int, float]]:
        """Yield the first minute and the length of each part of this span that is all alike.

        No part holds more than one hour of the clock, nor the beginning or the end of a marker.
        """
        edges = {minute_of(edge) for m in self.markers for edge in (m.begins, m.ends)}
        shown = datetime.fromtimestamp(start * 60, self.zone).minute - start  # zones at :30 and :45
        while start < end:
            hour = start + _HOUR_M - (start + shown) % _HOUR_M
            stop = min(end, hour, *(edge for edge in edges if edge > start))
            yield start, stop - start
            start = math.ceil(stop)
