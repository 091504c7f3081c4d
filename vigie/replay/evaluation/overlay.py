"""A real stream laid over the calm of a watch: many posts, and none of them about us."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vigie.domain.incident import IncidentEvent, Level, Nature, SignalKind
from vigie.domain.post import Kind
from vigie.pipeline import seen_by
from vigie.replay.crisislex import read_collection
from vigie.replay.evaluation.library import the_watch
from vigie.replay.evaluation.model import classify
from vigie.replay.scenarios.play import Arrival, Arrivals, Stage
from vigie.replay.scenarios.texts import Texts, assessed
from vigie.replay.scenarios.traffic import Traffic, by_arrival, midnight
from vigie.testing.clock import ManualClock

_CALM_DAYS: Final = 21
_QUARTER: Final = timedelta(minutes=15)
_VOLUMES: Final = (7.0, 20.0, 60.0)
_SEEDS: Final = range(3_000, 3_008)


@dataclass(frozen=True, slots=True)
class Laid:
    """What one watch told of the stream.

    `nature` is that of the first incident with a volume signal, `first` how long after the stream's
    first post it opened; both None where there was none. `pages` are all incidents that call
    somebody while the stream lasts, `without` those of the same calm alone.
    """

    per_day: float
    nature: Nature | None
    first: timedelta | None
    pages: int
    without: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """A stream of so many posts in so many days, laid over several watches.

    `fullest` is how many of them its fullest quarter of an hour holds.
    """

    posts: int
    days: float
    fullest: int
    laid: list[Laid]


def measure_overlay(folder: Path) -> Overlay:
    """Play three calm weeks of each watch, then go on with the stream on top, and without it."""
    stream = read_stream(folder)
    quarters = Counter((at - stream[0][0]) // _QUARTER for at, _ in stream)
    return Overlay(
        posts=len(stream),
        days=(stream[-1][0] - stream[0][0]) / timedelta(days=1),
        fullest=max(quarters.values()),
        laid=[lay(stream, per_day, seed) for per_day in _VOLUMES for seed in _SEEDS],
    )


def lay(stream: Arrivals, per_day: float, seed: int) -> Laid:
    """Lay the stream over one watch."""
    begins, ends = stream[0][0], stream[-1][0]
    first = midnight(begins.date() - timedelta(days=_CALM_DAYS))
    watch = the_watch()
    traffic = Traffic(Texts(watch, classify), seed, per_day)
    days = [first + timedelta(days=n) for n in range(_CALM_DAYS + (ends - begins).days + 2)]
    calm = by_arrival(traffic, [post for day in days for post in traffic.day(day)])
    stage = Stage(watch, ManualClock(first))
    stage.play([one for one in calm if one[0] < begins], until=begins)
    rest = [one for one in calm if begins <= one[0] <= ends]
    both = sorted([*rest, *stream], key=lambda one: one[0])
    told = list(_told(stage.copy(), both, since=begins, until=ends))
    bursts = [e for e in told if any(s.kind is SignalKind.VOLUME for s in e.signals)]
    return Laid(
        per_day=per_day,
        nature=bursts[0].nature if bursts else None,
        first=bursts[0].at - begins if bursts else None,
        pages=_pages(told),
        without=_pages(_told(stage, rest, since=begins, until=ends)),
    )


def _told(
    stage: Stage, arrivals: Arrivals, *, since: datetime, until: datetime
) -> Iterator[IncidentEvent]:
    stage.play(arrivals, until=until)
    return (event for event in stage.told if event.at >= since)


def _pages(told: Iterable[IncidentEvent]) -> int:
    return len({event.number for event in told if event.level >= Level.ORANGE})


def read_stream(folder: Path) -> Arrivals:
    """Return the posts of a collection as they were published, each assessed.

    Raises:
        Misconfigured: the folder holds no such collection.
    """
    lines = read_collection(folder).lines
    texts = [line.text for line in lines]
    watch = the_watch()
    arrivals: list[Arrival] = []
    for line, text, scores in zip(lines, texts, classify(texts), strict=True):
        ((_, post),) = seen_by((watch,), assessed(text, scores, Kind.MENTION))
        seen = replace(
            post,
            id=f"x:{line.id}",
            published=line.published,
            changed=line.published,
            thread=line.conversation,
            author=line.author,
            source="search",
        )
        arrivals.append((line.published, seen))
    return arrivals
