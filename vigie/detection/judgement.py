"""Count an observation, judge its watch, say what follows: the order of the steps.

It must not know where observations come from, what kind of table it writes to, nor who is told.
"""

import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from vigie.detection.backlog import Position
from vigie.detection.baseline import DAY_M
from vigie.detection.crisis import judge_crisis
from vigie.detection.entry import minute_of
from vigie.detection.levels import structures
from vigie.detection.look import Moments, note
from vigie.detection.memory import Memory, Table, recall
from vigie.detection.silence import judge_silence
from vigie.detection.standing import Finding
from vigie.detection.window import MINUTE, Window, minutes_of
from vigie.domain.incident import IncidentEvent, Level
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.watch import Watch
from vigie.errors import Misconfigured

logger = logging.getLogger(__name__)


class Clock(Protocol):
    """What is needed of `vigie.ports.Clock`; ports lie outside of what is pure."""

    def now(self) -> datetime:
        """Return the present, UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """What a board shows of a watch: its level and its window, as last looked at.

    `expected` posts is None until enough was learned to compare with.
    """

    level: Level
    since: datetime
    posts: int
    negatives: int
    toxic: int
    expected: float | None


class Judgement:
    """The tally and the verdict of every watch, kept in a table of bytes.

    Posts older than `horizon` are not counted; `behind` is how long ago posts may have arrived for
    the watch still to be at the present.

    Raises:
        Misconfigured: a window is longer than the horizon.
    """

    def __init__(
        self,
        watches: Mapping[str, Watch],
        clock: Clock,
        *,
        behind: timedelta,
        horizon: timedelta,
    ) -> None:
        for watch in watches.values():
            if max(watch.thresholds.windows) > horizon:
                message = f"watch {watch.id}: make detection.horizon at least as long as its window"
                raise Misconfigured(message)
        self._watches = watches
        self._clock = clock
        self._behind = behind
        self._horizon = horizon
        self._memories: dict[str, Memory] = {}
        self._figures: dict[str, Figures] = {}
        self._restated: set[str] = set()

    def __call__(self, observation: Observation, tallies: Table) -> list[IncidentEvent]:
        """Count the observation and return the steps that follow from it."""
        watch = self._watches.get(observation.watch)
        if watch is None:
            return []
        now = self._clock.now()
        memory = self._recall(watch, tallies, now)
        memory.advance(minute_of(now), horizon=self._horizon // MINUTE)
        new = memory.count(observation.posts, now=minute_of(now))
        moments = _moments(new, watch, memory, now)
        events = [
            *self._restate(observation, memory, now),
            *self._review(observation, watch, memory, now),
            *self._judge(observation, watch, memory, moments, now),
        ]
        _learn_unless_open(memory, watch, now)
        memory.save(tallies)
        self._figures[watch.id] = _figures(memory, moments.present[watch.thresholds.window])
        for event in events:
            logger.info("incident=%s change=%s level=%s", event.id, event.change, event.level.name)
        return events

    def figures(self, watch: str) -> Figures | None:
        """Return how the watch stood when last looked at; None since `forget()`."""
        return self._figures.get(watch)

    def cause(self, watch: str) -> AbstractSet[int]:
        """Return the hashes of the posts that the open incident of a watch rests on."""
        memory = self._memories.get(watch)
        return frozenset() if memory is None else memory.view.tally.cause

    def forget(self) -> None:
        """Drop what is held in memory: the tables were handed out anew."""
        self._memories.clear()
        self._figures.clear()
        self._restated.clear()

    def _recall(self, watch: Watch, tallies: Table, now: datetime) -> Memory:
        if watch.id not in self._memories:
            horizon = self._horizon // MINUTE
            self._memories[watch.id] = recall(watch, tallies, now=now, horizon=horizon)
        return self._memories[watch.id]

    def _restate(
        self, observation: Observation, memory: Memory, now: datetime
    ) -> list[IncidentEvent]:
        """Tell on the first tick what may have been lost before."""
        if observation.posts or observation.review or observation.watch in self._restated:
            return []
        self._restated.add(observation.watch)
        return memory.standing.restate(resolved_after=now - self._horizon)

    def _review(
        self, observation: Observation, watch: Watch, memory: Memory, now: datetime
    ) -> list[IncidentEvent]:
        if observation.review is None:
            return []
        steps = memory.standing.review(observation.review, watch, now=now)
        if memory.standing.level is Level.VERT:
            memory.view.tally.mark(frozenset())
        return steps

    def _judge(
        self,
        observation: Observation,
        watch: Watch,
        memory: Memory,
        moments: Moments,
        now: datetime,
    ) -> list[IncidentEvent]:
        backlog = memory.standing.backlog
        where = backlog.position(observation, now=now, behind=self._behind)
        if where is Position.BEHIND:
            return []
        _note(memory, watch, moments, now)
        crossed = observation.received if observation.posts else None
        finding = Finding(now, crossed=crossed, caught_up=where is Position.CAUGHT_UP)
        return [
            *judge_crisis(watch, memory, moments, finding),
            *judge_silence(watch, memory, now=now),
        ]


def _moments(new: Sequence[ObservedPost], watch: Watch, memory: Memory, now: datetime) -> Moments:
    """Look at the present, and at the past where new posts that came late have changed it.

    What is told again, edited or removed opens nothing, nor does a time whose incident is closed.
    """
    shortest = minutes_of(min(watch.thresholds.windows), now=minute_of(now))
    late = memory.listening.late(new, before=shortest.start, span=len(shortest), live=memory.live)
    last = memory.standing.crisis.last
    told_until = minute_of(last.at) if last and last.level is Level.VERT else 0
    after = tuple(minute for minute in late if minute > told_until)
    return Moments(memory.view, watch.thresholds, now.timestamp() / 60, after)


def _note(memory: Memory, watch: Watch, moments: Moments, now: datetime) -> None:
    """Remember how far above the usual the present is, to know how seldom that is."""
    minute = minute_of(now)
    note(memory.view, watch.thresholds, moments.present, at=minute)
    for measured, excess in structures(moments.present, watch.thresholds).items():
        memory.view.baseline.note(measured, DAY_M, excess, at=minute)


def _learn_unless_open(memory: Memory, watch: Watch, now: datetime) -> None:
    """Learn nothing while an incident is open, and afterwards what its lesson allows.

    The window that led to it is part of it.
    """
    baseline, standing, minute = memory.view.baseline, memory.standing, minute_of(now)
    if not standing.calm:
        longest = minutes_of(max(watch.thresholds.windows), now=minute)
        baseline.pause(longest.start, standing.lesson(since=now))
    elif paused := baseline.progress.paused:
        since = datetime.fromtimestamp(paused.start * 60, UTC)
        baseline.resume(minute, standing.lesson(since=since))
        memory.learned = True


def _figures(memory: Memory, window: Window) -> Figures:
    return Figures(
        level=memory.standing.level,
        since=memory.standing.since,
        posts=window.counts.posts,
        negatives=window.counts.negatives,
        toxic=window.counts.toxic,
        expected=window.expected.posts if window.expected.known else None,
    )
