"""What detection costs: assessments per second on one core, bytes per watch."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from vigie.detection.judgement import Judgement
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.watch import Watch
from vigie.replay.evaluation.library import the_watch
from vigie.replay.evaluation.model import classify
from vigie.replay.scenarios.texts import Texts
from vigie.replay.scenarios.traffic import Planned, Traffic, midnight
from vigie.testing.clock import ManualClock

_FIRST: Final = date(2026, 6, 1)
_BATCH: Final = 256
"""What one observation carries at most when posts come fast."""
_SEED: Final = 11
_CALM_M: Final = 240
"""Minutes of calm before the crisis, so that there is a normal."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Assessments that one core tallies and judges per second, in full batches: calm, in a crisis.

    Bytes in the table, keys included, of so many watches after some hours: the median, the 95th
    of 100, the largest.
    """

    per_second: float
    in_crisis: float
    watches: int
    median: int
    most: int
    largest: int


def measure_cost(*, watches: int = 1_000, hours: int = 4) -> Cost:
    """Measure speed on 20 busy watches, and the state of very many of all sizes."""
    sizes = _sizes(watches, hours)
    return Cost(
        per_second=judged_per_second(20, rounds=12),
        in_crisis=judged_in_crisis(minutes=40),
        watches=watches,
        median=int(np.median(sizes)),
        most=int(np.quantile(sizes, 0.95)),
        largest=int(max(sizes)),
    )


def judged_per_second(watches: int, *, rounds: int) -> float:
    """Return how many posts a second are tallied and judged, in full batches to each watch."""
    desk = _Desk(watches)
    spent = 0.0
    for batches in batches_of(watches, rounds=rounds):
        for watch, posts in zip(desk.watches, batches, strict=True):
            begun = time.perf_counter()
            desk.observe(watch, posts)
            spent += time.perf_counter() - begun
        desk.clock.advance(minutes=1)
    return watches * rounds * _BATCH / spent


def judged_in_crisis(*, minutes: int) -> float:
    """Return the same for a watch that gets a full batch a minute, half of it complaints."""
    desk = _Desk(1)
    (watch,) = desk.watches
    traffic = Traffic(Texts(the_watch(), classify), _SEED, 10_000)
    for minute in range(_CALM_M):
        desk.observe(watch, [_post(traffic, watch.id, minute)])
        desk.clock.advance(minutes=1)
    spent = 0.0
    for minute in range(_CALM_M, _CALM_M + minutes):
        posts = [_post(traffic, watch.id, minute) for _ in range(_BATCH // 2)]
        posts += [_post(traffic, watch.id, minute, "complaint") for _ in range(_BATCH // 2)]
        begun = time.perf_counter()
        desk.observe(watch, posts)
        spent += time.perf_counter() - begun
        desk.clock.advance(minutes=1)
    return minutes * _BATCH / spent


def batches_of(watches: int, *, rounds: int) -> Iterator[list[list[ObservedPost]]]:
    """Yield a full batch for each watch, minute after minute."""
    traffic = Traffic(Texts(the_watch(), classify), _SEED, 10_000)
    for minute in range(rounds):
        yield [
            [_post(traffic, f"watch-{n}", minute) for _ in range(_BATCH)] for n in range(watches)
        ]


def _sizes(watches: int, hours: int) -> list[int]:
    """Return the bytes of each watch; they have 10 to 10,000 posts a day."""
    desk = _Desk(watches)
    rng = np.random.default_rng(_SEED)
    per_day = 10 ** rng.uniform(1, 4, watches)
    traffic = Traffic(Texts(the_watch(), classify), _SEED, 1_000)
    for minute in range(0, hours * 60, 5):
        for watch, volume in zip(desk.watches, per_day, strict=True):
            count = rng.poisson(volume / 288)
            desk.observe(watch, [_post(traffic, watch.id, minute) for _ in range(count)])
        desk.clock.advance(minutes=5)
    sizes = dict.fromkeys((watch.id for watch in desk.watches), 0)
    for key, value in desk.table.items():
        sizes[key.partition("|")[0]] += len(key) + len(value)
    return list(sizes.values())


def _post(traffic: Traffic, watch: str, minute: int, role: str | None = None) -> ObservedPost:
    """Return a post of this minute, one of a calm day where no role is given."""
    at = midnight(_FIRST) + timedelta(minutes=minute + float(traffic.rng.random()))
    thread = f"{watch}-{traffic.rng.integers(5)}"
    return traffic.write(Planned(at, role or traffic.calm_role(), thread=thread))


class _Desk:
    """Many watches at one judgement."""

    def __init__(self, watches: int) -> None:
        self.watches = [replace(the_watch(), id=f"watch-{n}") for n in range(watches)]
        self.clock = ManualClock(midnight(_FIRST))
        self.table: dict[str, bytes] = {}
        self._judgement = Judgement(
            {watch.id: watch for watch in self.watches},
            self.clock,
            behind=timedelta(minutes=5),
            horizon=timedelta(hours=2),
        )

    def observe(self, watch: Watch, posts: list[ObservedPost]) -> None:
        """Hand over an observation."""
        now = self.clock.now()
        observation = Observation(watch=watch.id, received=now, posts=tuple(posts))
        self._judgement(observation, self.table)
