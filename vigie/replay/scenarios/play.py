"""Plays traffic to the judgement, minute by minute, and writes down what it told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from vigie.detection.entry import post_hash
from vigie.detection.judgement import Judgement
from vigie.domain.incident import IncidentEvent
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.domain.watch import Watch
from vigie.testing.clock import ManualClock

_MINUTE: Final = timedelta(minutes=1)
_TICK: Final = 5
"""Minutes without posts in which nobody looks: as long as counts as watching."""
_HORIZON: Final = timedelta(hours=2)
_BEHIND: Final = timedelta(minutes=5)

Arrival = tuple[datetime, ObservedPost | None]
Arrivals = Sequence[Arrival]
"""When something comes, and what; None where there is only time to look."""


@dataclass(slots=True)
class Stage:
    """A watch at work on a clock of its own."""

    watch: Watch
    clock: ManualClock
    table: dict[str, bytes] = field(default_factory=dict)
    told: list[IncidentEvent] = field(default_factory=list)
    cause: set[int] = field(default_factory=set)
    judgement: Judgement = field(init=False)

    def __post_init__(self) -> None:
        self.judgement = Judgement(
            {self.watch.id: self.watch}, self.clock, behind=_BEHIND, horizon=_HORIZON
        )

    def copy(self) -> "Stage":
        """Return a second one that stands where this one does."""
        return Stage(self.watch, ManualClock(self.clock.now()), dict(self.table))

    def play(self, arrivals: Arrivals, *, until: datetime) -> None:
        """Let the posts arrive, and time pass until then."""
        for minute, group in groupby(arrivals, key=_minute):
            self._wait(minute)
            self.clock.set(minute + _MINUTE * 0.9)
            self._observe(tuple(post for _, post in group if post is not None))
        self._wait(until)

    def answer(self, verdict: ReviewVerdict) -> None:
        """Let a person say something of the last incident, if there was one."""
        if not self.told:
            return
        now = self.clock.now()
        review = Review(
            id=f"answer-{now.isoformat()}",
            subject=Subject.INCIDENT,
            subject_id=self.told[-1].incident_id,
            key=self.watch.id,
            verdict=verdict,
            reviewer="alix",
            at=now,
        )
        observation = Observation(watch=self.watch.id, received=now, review=review)
        self.told += self.judgement(observation, self.table)

    def _wait(self, until: datetime) -> None:
        while self.clock.now() + _TICK * _MINUTE < until:
            self.clock.set(self.clock.now() + _TICK * _MINUTE)
            self._observe(())

    def _observe(self, posts: tuple[ObservedPost, ...]) -> None:
        now = self.clock.now()
        observation = Observation(watch=self.watch.id, received=now, posts=posts)
        self.told += self.judgement(observation, self.table)
        self.cause |= self.judgement.cause(self.watch.id)


def _minute(arrival: Arrival) -> datetime:
    return arrival[0].replace(second=0, microsecond=0)


def without(arrivals: Arrivals, cause: Iterable[int]) -> Arrivals:
    """Return the same looks without the posts of the cause."""
    gone = set(cause)
    return [
        (at, None if post is None or post_hash(post.id) in gone else post) for at, post in arrivals
    ]
