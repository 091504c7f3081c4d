"""A real stream laid over the calm of a watch: many posts, and none of them about us."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from vigie.domain.incident import Level, Nature, SignalKind
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
_PER_DAY: Final = 60.0
_SEED: Final = 6


@dataclass(frozen=True, slots=True)
class Overlay:
    """What was told of the stream: the natures of incidents with a volume signal, how high it rose.

    `first` is how long after the first post the first of them opened. There were so many posts, in
    so many days.
    """

    posts: int
    days: float
    natures: dict[Nature, int]
    first: timedelta | None
    highest: Level


def measure_overlay(folder: Path) -> Overlay:
    """Play three calm weeks of 60 posts a day, then go on with the stream on top."""
    watch = the_watch()
    traffic = Traffic(Texts(watch, classify), _SEED, _PER_DAY)
    stream = _stream(folder)
    begins, ends = stream[0][0], stream[-1][0]
    first = midnight(begins.date() - timedelta(days=_CALM_DAYS))
    days = [first + timedelta(days=n) for n in range(_CALM_DAYS + (ends - begins).days + 2)]
    calm = by_arrival(traffic, [post for day in days for post in traffic.day(day)])
    stage = Stage(watch, ManualClock(first))
    both = sorted([*calm, *stream], key=lambda one: one[0])
    stage.play([one for one in both if one[0] <= ends], until=ends)
    told = [event for event in stage.told if event.at >= begins]
    bursts = [e for e in told if any(s.kind is SignalKind.VOLUME for s in e.signals)]
    natures = Counter({event.number: event.nature for event in reversed(bursts)}.values())
    return Overlay(
        posts=len(stream),
        days=(ends - begins) / timedelta(days=1),
        natures=dict(natures),
        first=bursts[0].at - begins if bursts else None,
        highest=max((event.level for event in bursts), default=Level.VERT),
    )


def _stream(folder: Path) -> Arrivals:
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
