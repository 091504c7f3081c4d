"""Watches with a past of their own: habits, an earlier crisis, a beginning in mid-crisis."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final

from vigie.domain.incident import IncidentChange, Level
from vigie.domain.review import ReviewVerdict
from vigie.replay.evaluation.library import the_watch
from vigie.replay.evaluation.model import classify
from vigie.replay.scenarios.crises import HOUR, accusation, size_of
from vigie.replay.scenarios.habits import HABITS
from vigie.replay.scenarios.play import Stage
from vigie.replay.scenarios.texts import Texts
from vigie.replay.scenarios.traffic import DAY, Planned, Traffic, by_arrival, midnight
from vigie.testing.clock import ManualClock

WEEKS: Final = 8
_VOLUMES: Final = (30.0, 100.0, 300.0, 1_000.0)
_SEEDS: Final = range(2_000, 2_004)
_BEGINS: Final = date(2026, 6, 1)
_CALM_DAYS: Final = 14
_BETWEEN_DAYS: Final = 21


@dataclass(frozen=True, slots=True)
class Lasting:
    """A habit that begins after two calm weeks: pages and incidents in each week of it."""

    habit: str
    pages: tuple[int, ...]
    incidents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Twice:
    """Two crises of one size, three weeks apart; whether a person took the first one on."""

    taken: bool
    first: bool
    second: bool


@dataclass(frozen=True, slots=True)
class MidCrisis:
    """A watch created in mid-crisis: whether that was told, and the next one a week later."""

    first: bool
    second: bool


@dataclass(frozen=True, slots=True)
class Histories:
    """All of them."""

    lasting: list[Lasting]
    twice: list[Twice]
    mid_crisis: list[MidCrisis]


@dataclass(frozen=True, slots=True)
class Task:
    """One watch to play: a habit by its number, else two crises, else a beginning."""

    seed: int
    per_day: float
    habit: int | None = None
    taken: bool | None = None


TASKS: Final = (
    *(Task(7, volume, habit=n) for n, volume in product(range(len(HABITS)), _VOLUMES)),
    *(Task(s, v, taken=t) for s, v, t in product(_SEEDS, _VOLUMES[:3], (True, False))),
    *(Task(s, v) for s, v in product(_SEEDS, _VOLUMES)),
)


class _Life:
    """A watch from its first minute on, with a crisis now and then."""

    def __init__(self, task: Task) -> None:
        self.traffic = Traffic(Texts(the_watch(), classify), task.seed, task.per_day)
        self.start = midnight(_BEGINS)
        self.stage = Stage(the_watch(), ManualClock(self.start))
        self.planned: list[Planned] = []

    def calm(self, days: int, *, since: int = 0) -> None:
        """Plan calm days."""
        for n in range(since, since + days):
            self.planned += self.traffic.day(midnight(_BEGINS + timedelta(days=n)))

    def crisis(self, onset: datetime) -> None:
        """Plan a crisis, or as much of it as comes after the watch was created."""
        plan = accusation(self.traffic, onset, size_of(self.traffic.per_day))
        self.planned += [post for post in plan if post.at >= self.start]

    def play(self, until: datetime) -> None:
        """Play what is planned up to then."""
        now = [post for post in self.planned if post.at < until]
        self.planned = [post for post in self.planned if post.at >= until]
        self.stage.play(by_arrival(self.traffic, now), until=until)

    def paged(self, since: datetime) -> bool:
        """Say whether somebody was called since then."""
        return any(at >= since for at in _pages(self.stage))


def measure_history(task: Task) -> Lasting | Twice | MidCrisis:
    """Play one watch."""
    if task.habit is not None:
        return _lasting(task, task.habit)
    return _mid_crisis(task) if task.taken is None else _twice(task, taken=task.taken)


def _lasting(task: Task, number: int) -> Lasting:
    life, habit, days = _Life(task), HABITS[number], _CALM_DAYS + 7 * WEEKS
    life.calm(days)
    begins = life.start + _CALM_DAYS * DAY
    for n in range(_CALM_DAYS, days):
        life.planned += habit.plan(life.traffic, midnight(_BEGINS + timedelta(days=n)))
    life.play(life.start + days * DAY)
    opened = [e.at for e in life.stage.told if e.change is IncidentChange.OPENED]
    return Lasting(habit.name, _by_week(_pages(life.stage), begins), _by_week(opened, begins))


def _twice(task: Task, *, taken: bool) -> Twice:
    life = _Life(task)
    first = life.start + _CALM_DAYS * DAY + 10 * HOUR
    second = first + _BETWEEN_DAYS * DAY
    life.calm(_CALM_DAYS + _BETWEEN_DAYS + 2)
    life.crisis(first)
    life.crisis(second)
    life.play(first + 4 * HOUR)
    paged = life.paged(first)
    if taken:
        life.stage.answer(ReviewVerdict.ACKNOWLEDGE)
    life.play(second)
    life.play(second + 12 * HOUR)
    return Twice(taken, paged, life.paged(second))


def _mid_crisis(task: Task) -> MidCrisis:
    life = _Life(task)
    second = life.start + 7 * DAY + 10 * HOUR
    life.calm(9)
    life.crisis(life.start - HOUR)
    life.crisis(second)
    life.play(second)
    paged = life.paged(life.start)
    life.play(second + 12 * HOUR)
    return MidCrisis(paged, life.paged(second))


def _pages(stage: Stage) -> list[datetime]:
    """Return when each incident first called somebody."""
    calls = [event for event in stage.told if event.level >= Level.ORANGE]
    return list({event.number: event.at for event in reversed(calls)}.values())


def _by_week(moments: list[datetime], begins: datetime) -> tuple[int, ...]:
    weeks = [(at - begins) // (7 * DAY) for at in moments]
    return tuple(weeks.count(n) for n in range(WEEKS))


def gathered(found: list[Lasting | Twice | MidCrisis]) -> Histories:
    """Return them by kind."""
    return Histories(
        lasting=[one for one in found if isinstance(one, Lasting)],
        twice=[one for one in found if isinstance(one, Twice)],
        mid_crisis=[one for one in found if isinstance(one, MidCrisis)],
    )
