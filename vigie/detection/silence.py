"""A source that falls silent is an alarm of its own, not calm: « écoute coupée »."""

from datetime import datetime, timedelta

from vigie.detection.entry import minute_of
from vigie.detection.memory import Memory
from vigie.detection.standing import Finding
from vigie.domain.incident import IncidentEvent, Level, Signal, SignalKind
from vigie.domain.watch import Watch


def judge_silence(watch: Watch, memory: Memory, *, now: datetime) -> list[IncidentEvent]:
    """Open an incident when a source brings far less than it should, resolve it when all speak."""
    if watch.thresholds.silence is Level.VERT:
        return []
    line, minute = memory.standing.silence, minute_of(now)
    silent = memory.listening.silent(now=minute, usual=memory.usual)
    if not silent:
        line.muted = Level.VERT
        return memory.standing.move(line, watch, Level.VERT, Finding(now))
    if line.muted:
        return []
    signals = tuple(
        _signal(source, missed, minute - memory.listening.sources[source].heard)
        for source, missed in silent
    )
    return memory.standing.move(line, watch, watch.thresholds.silence, Finding(now, signals))


def _signal(source: str, missed: float, minutes: int) -> Signal:
    """Return the statement that nothing came in so many minutes."""
    return Signal(
        kind=SignalKind.SILENCE,
        count=0,
        n=0,
        expected=missed,
        low=0.0,
        high=1.0,
        window_s=timedelta(minutes=minutes).total_seconds(),
        subject=source,
    )
