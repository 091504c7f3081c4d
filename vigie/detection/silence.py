"""A source that falls silent is an alarm of its own, not calm: « écoute coupée »."""

from datetime import datetime, timedelta

from vigie.detection.entry import minute_of
from vigie.detection.memory import Memory
from vigie.detection.standing import Finding
from vigie.domain.incident import IncidentEvent, Level, Signal, SignalKind
from vigie.domain.watch import Watch


def judge_silence(watch: Watch, memory: Memory, *, now: datetime) -> list[IncidentEvent]:
    """Open an incident when a source brings far less than it should, resolve it when all speak.

    A further source that falls silent is news: the incident is resolved, and with the next
    observation one that names all of them is opened. A silence that has lasted for `settle` is how
    things are: its sources are forgotten.
    """
    standing, listening, thresholds = memory.standing, memory.listening, watch.thresholds
    line, silent = standing.silence, _silent(watch, memory, now=now)
    if line.level and line.last and now - line.last.since >= thresholds.settle:
        listening.forget(silent)
        silent = {}
    fresh = [name for name in silent if not listening.sources[name].told]
    if not silent or (fresh and line.level):
        return standing.move(line, watch, Level.VERT, Finding(now))
    if not fresh:
        return []
    for name in silent:
        listening.sources[name].told = True
    minute = minute_of(now)
    signals = tuple(
        _signal(name, missed, minute - listening.sources[name].heard)
        for name, missed in silent.items()
    )
    return standing.move(line, watch, thresholds.silence, Finding(now, signals))


def _silent(watch: Watch, memory: Memory, *, now: datetime) -> dict[str, float]:
    if watch.thresholds.silence is Level.VERT:
        return {}
    return dict(memory.listening.silent(now=minute_of(now), usual=memory.usual))


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
