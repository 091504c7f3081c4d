"""A source that falls silent is an alarm of its own, not calm: « écoute coupée »."""

from datetime import datetime, timedelta

from vigie.detection.entry import minute_of
from vigie.detection.listening import Source
from vigie.detection.memory import Memory
from vigie.detection.standing import Finding
from vigie.domain.incident import IncidentEvent, Level, Signal, SignalKind
from vigie.domain.watch import Watch


def judge_silence(watch: Watch, memory: Memory, *, now: datetime) -> list[IncidentEvent]:
    """Open an incident when a source brings far less than it should, resolve it when all speak.

    A further source that falls silent is news: the incident is resolved, and with the next
    observation one that names all of them is opened. A silence that has lasted for `settle` is how
    things are: its sources are forgotten. Not one of all sources together: that is never how things
    are.
    """
    standing, listening, thresholds = memory.standing, memory.listening, watch.thresholds
    line = standing.silence
    silent = {} if thresholds.silence is Level.VERT else listening.silent()
    if line.level and line.last and now - line.last.since >= thresholds.settle:
        listening.forget([name for name in silent if name])
        silent = {name: source for name, source in silent.items() if not name}
    fresh = [name for name, source in silent.items() if not source.told]
    if not silent or (fresh and line.level):
        return standing.move(line, watch, Level.VERT, Finding(now))
    if not fresh:
        return []
    for source in silent.values():
        source.told = True
    signals = tuple(_signal(name, source, now=now) for name, source in silent.items())
    return standing.move(line, watch, thresholds.silence, Finding(now, signals))


def _signal(name: str, source: Source, *, now: datetime) -> Signal:
    """Return the statement that so few posts came in so many minutes."""
    return Signal(
        kind=SignalKind.SILENCE,
        count=source.came,
        n=0,
        expected=source.due,
        low=0.0,
        high=1.0,
        window_s=timedelta(minutes=minute_of(now) - source.since).total_seconds(),
        subject=name,
    )
