"""A watch, a clock moved by hand, a dict for the table, and a desk that feeds them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from vigie.detection.judgement import Judgement
from vigie.domain.incident import IncidentEvent, Level
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.post import Change
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.domain.watch import MatchRule, Threshold, Thresholds, Watch
from vigie.testing.clock import ManualClock

LEVELS: Mapping[Level, tuple[Threshold, ...]] = {
    Level.JAUNE: (
        Threshold(posts=10, negatives=8, negative_share=0.3),
        Threshold(posts=20, volume_ratio=3),
    ),
    Level.ORANGE: (Threshold(posts=15, negatives=15, negative_share=0.35, volume_ratio=2),),
    Level.ROUGE: (Threshold(posts=30, negatives=30, negative_share=0.4, volume_ratio=3),),
}


def a_watch(levels: Mapping[Level, tuple[Threshold, ...]] = LEVELS, **changes: object) -> Watch:
    """Return the watch « eau » with these levels."""
    thresholds = Thresholds(levels=dict(levels), **changes)  # type: ignore[arg-type]
    return Watch(
        id="eau",
        name="Campagne Eau",
        match=(MatchRule(words=("eau",)),),
        thresholds=thresholds,
        version="v1",
    )


class Desk:
    """One watch at work: a judgement, its table and its clock; `told` are all events so far."""

    def __init__(self, watch: Watch, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.table: dict[str, bytes] = {}
        self.told: list[IncidentEvent] = []
        self._number = 0
        self.restart(watch)

    def restart(self, watch: Watch) -> None:
        """Begin again with what the table holds, and with these rules."""
        self.watch = watch
        self.judgement = Judgement(
            {watch.id: watch},
            self.clock,
            behind=timedelta(minutes=5),
            horizon=timedelta(hours=2),
        )

    def observe(self, observation: Observation) -> list[IncidentEvent]:
        """Hand over one observation."""
        events = self.judgement(observation, self.table)
        self.told += events
        return events

    def tick(self) -> list[IncidentEvent]:
        """Let time be noticed."""
        return self.observe(Observation(watch=self.watch.id, received=self.clock.now()))

    def hear(self, *posts: ObservedPost, received: datetime | None = None) -> list[IncidentEvent]:
        """Hand over posts that have just arrived, or did at `received`."""
        at = received or self.clock.now()
        return self.observe(Observation(watch=self.watch.id, received=at, posts=posts))

    def posts(
        self,
        count: int,
        *,
        published: datetime | None = None,
        **fields: Any,  # noqa: ANN401 - any field
    ) -> Sequence[ObservedPost]:
        """Return so many new posts, published now or then, with these fields."""
        at = published or self.clock.now()
        first, self._number = self._number, self._number + count
        return [
            ObservedPost(f"practice:{first + i}", Change.CREATED, at, at, **fields)
            for i in range(count)
        ]

    def live(self, minutes: int, *, posts: int = 0, negatives: int = 0) -> None:
        """Let minutes pass with so many posts in each, `negatives` of them negative."""
        for _ in range(minutes):
            self.hear(*self.posts(posts - negatives), *self.posts(negatives, negative=True))
            self.clock.advance(minutes=1)
            self.tick()

    def review(self, verdict: ReviewVerdict, **changes: str) -> list[IncidentEvent]:
        """Hand over a person's word on the last incident told of."""
        now = self.clock.now()
        self._number += 1
        about = {"id": f"review-{self._number}", "subject_id": self.told[-1].incident_id} | changes
        review = Review(
            subject=Subject.INCIDENT,
            key=self.watch.id,
            verdict=verdict,
            reviewer="camille",
            at=now,
            **about,
        )
        return self.observe(Observation(watch=self.watch.id, received=now, review=review))

    @property
    def level(self) -> Level:
        """The level as a board shows it."""
        figures = self.judgement.figures(self.watch.id)
        assert figures is not None
        return figures.level

    def steps(self) -> list[tuple[str, Level]]:
        """Return what was told, in short."""
        return [(event.change.value, event.level) for event in self.told]


@pytest.fixture
def desk() -> Desk:
    """Return a desk for the watch with the default levels."""
    return Desk(a_watch())


@pytest.fixture
def open_desk() -> Callable[..., Desk]:
    """Return what opens a desk for a watch with other levels, window, hold or ease."""
    return lambda *levels, **changes: Desk(a_watch(*levels, **changes))


@pytest.fixture(scope="session")
def open_desk_pair() -> Callable[..., tuple[Desk, Desk]]:
    """Return what opens two desks that have seen the same, after a calm hour and a half if warm."""

    def opened(*, warm: bool) -> tuple[Desk, Desk]:
        pair = Desk(a_watch()), Desk(a_watch())
        for desk in pair:
            desk.live(90 if warm else 0, posts=1)
        return pair

    return opened
