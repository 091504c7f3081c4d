"""Plays the scenario library: calm weeks from a watch's first minute, then events on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from config.load import levels_of
from config.settings import shipped_levels
from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Nature, SignalKind
from vigie.domain.watch import MatchRule, Thresholds, Watch
from vigie.replay.scenarios.crises import CRISES, HOUR, OTHERS, Scenario
from vigie.replay.scenarios.play import Arrivals, Stage, without
from vigie.replay.scenarios.texts import Classify, Texts
from vigie.replay.scenarios.traffic import Traffic, by_arrival, midnight
from vigie.testing.clock import ManualClock

WEEKS: Final = 4
"""Of calm a watch lives through, its first minute included, before anything happens to it."""
CRISES_EACH: Final = 2
_DEAF_HOURS: Final = 14 * 24
_ANY_DAY: Final = date(2026, 6, 1)
_SEVEN_A_DAY: Final = 7.0


@dataclass(frozen=True, slots=True)
class Calm:
    """What a calm watch told in its weeks; `pages` are the days of incidents that call somebody."""

    pages: tuple[float, ...]
    incidents: int
    silences: int


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one event.

    `delay` is the time from its onset to the first page, `after` how many of its posts had come by
    then, `incident` the largest level and `nature` what it was told to be, None where nothing was.
    `cause` is how many posts were stated as the cause, `of` how many the event had, `again` whether
    there was an alarm without those.
    """

    scenario: str
    paged: bool
    delay: timedelta | None
    after: int
    level: Level
    nature: Nature | None
    cause: int
    of: int
    again: bool


@dataclass(frozen=True, slots=True)
class Lived:
    """One watch of the library; `deaf` is how long nothing came until that was told."""

    seed: int
    per_day: float
    calm: Calm
    deaf: timedelta | None
    played: tuple[Played, ...]


def the_watch() -> Watch:
    """Return a watch by the rules that ship."""
    return Watch(
        id="sourcebelle",
        name="Sourcebelle",
        match=(
            MatchRule(words=("sourcebelle",)),
            MatchRule(sources=frozenset({"page", "search"})),
        ),
        thresholds=Thresholds(levels=levels_of(shipped_levels())),
    )


def live(seed: int, classify: Classify) -> Lived:
    """Let one watch live; everything follows from the seed."""
    rng = np.random.default_rng(seed)
    per_day = _SEVEN_A_DAY if seed % 6 == 0 else float(10 ** rng.uniform(1, 4))
    watch = the_watch()
    traffic = Traffic(Texts(watch, classify), seed, per_day)
    chosen = _chosen(seed)
    eventful = next((one.day for one in chosen if one.day), _ANY_DAY + timedelta(days=seed % 7))
    days = [midnight(eventful + timedelta(days=n)) for n in range(-7 * WEEKS, 2)]
    start, end = days[0], days[7 * WEEKS]
    arrivals = by_arrival(traffic, [post for day in days for post in traffic.day(day)])
    stage = Stage(watch, ManualClock(start))
    stage.play([one for one in arrivals if one[0] < end], until=end)
    calm = _calm(stage.told, start.timestamp())
    later = [one for one in arrivals if one[0] >= end]
    return Lived(
        seed,
        per_day,
        calm,
        _deaf(stage),
        tuple(_play(scenario, stage, traffic, later, per_day) for scenario in chosen),
    )


def _chosen(seed: int) -> Sequence[Scenario]:
    """Return some of the crises and one other event, so that all come equally often."""
    first = seed * CRISES_EACH
    crises = [CRISES[(first + n) % len(CRISES)] for n in range(CRISES_EACH)]
    return [*crises, OTHERS[seed % len(OTHERS)]]


def _calm(told: Sequence[IncidentEvent], start: float) -> Calm:
    crises = [event for event in told if not _of_silence(event)]
    pages = {event.number: event for event in crises if event.level >= Level.ORANGE}
    return Calm(
        pages=tuple((event.opened.timestamp() - start) / 86_400 for event in pages.values()),
        incidents=len({event.number for event in crises}),
        silences=len({event.number for event in told if _of_silence(event)}),
    )


def _deaf(calm: Stage) -> timedelta | None:
    """Let nothing come any more, and return after how long that is told."""
    stage, cut = calm.copy(), calm.clock.now()
    for hours in range(1, _DEAF_HOURS + 1):
        stage.play((), until=cut + hours * HOUR)
        told = [event.at for event in stage.told if event.at > cut and _of_all(event)]
        if told:
            return told[0] - cut
    return None


def _of_all(event: IncidentEvent) -> bool:
    return any(s.kind is SignalKind.SILENCE and not s.subject for s in event.signals)


def _play(
    scenario: Scenario, calm: Stage, traffic: Traffic, later: Arrivals, per_day: float
) -> Played:
    rng = traffic.rng
    hour = rng.uniform(7, 22) if scenario.hour is None else scenario.hour + rng.random()
    onset = calm.clock.now() + hour * HOUR
    until = onset + scenario.hours * HOUR
    event = by_arrival(traffic, scenario.plan(traffic, onset, scenario.size(per_day)))
    both = sorted([*event, *(one for one in later if one[0] < until)], key=lambda one: one[0])
    stage = calm.copy()
    stage.play(both, until=until)
    told = [one for one in stage.told if one.at >= onset and _rises(one)]
    pages = [one for one in told if one.level >= Level.ORANGE]
    first = min(pages, key=lambda one: one.at, default=None)
    replayed = calm.copy()
    replayed.play(without(both, stage.cause), until=until)
    speaks = first or max(told, key=lambda one: one.level, default=None)
    return Played(
        scenario=scenario.name,
        paged=bool(pages),
        delay=None if first is None else first.at - onset,
        after=0 if first is None else sum(at <= first.at for at, _ in event),
        level=max((one.level for one in told), default=Level.VERT),
        nature=None if speaks is None else speaks.nature,
        cause=len(stage.cause),
        of=len(event),
        again=any(one.at >= onset and _rises(one) for one in replayed.told),
    )


def _rises(event: IncidentEvent) -> bool:
    rising = (IncidentChange.OPENED, IncidentChange.ESCALATED)
    return event.change in rising and not _of_silence(event)


def _of_silence(event: IncidentEvent) -> bool:
    return any(signal.kind is SignalKind.SILENCE for signal in event.signals)
