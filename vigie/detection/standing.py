"""How a watch stands: its open incidents and each step of their lives as an event.

A crisis and a silence each have a line of their own; their incidents share one row of numbers. An
incident is its last step: whatever a later step needs is in there.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from vigie.detection.backlog import Backlog
from vigie.detection.lesson import Lesson
from vigie.domain.incident import Cause, IncidentChange, IncidentEvent, Level, Nature, Signal
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.domain.watch import Watch

_REVIEWS_KEPT = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """What a level rests on at one moment; `crossed` as in IncidentEvent."""

    at: datetime
    signals: tuple[Signal, ...] = ()
    nature: Nature = Nature.OTHER
    cause: Cause | None = None
    evidence: tuple[str, ...] = ()
    crossed: datetime | None = None
    caught_up: bool = False


@dataclass(slots=True)
class Line:
    """One row of incidents, of which the last may be open.

    `last` is the last step told, `highest` the level its incident has had, `refuted` whether a
    person said that it was none. `muted` is the level a person has closed and that must lapse
    before it may open again.
    """

    last: IncidentEvent | None = None
    highest: Level = Level.VERT
    refuted: bool = False
    muted: Level = Level.VERT

    @property
    def level(self) -> Level:
        """The level now."""
        return Level.VERT if self.last is None else self.last.level

    @property
    def lesson(self) -> Lesson:
        """What its last incident allows to be learned of its time, by all that is known so far."""
        if self.refuted or self.highest < Level.ORANGE:
            return Lesson.USUAL
        if self.last is not None and self.last.acknowledged_by:
            return Lesson.TAKEN
        return Lesson.ONCE

    def step(self, event: IncidentEvent) -> list[IncidentEvent]:
        """Take one step."""
        opened = event.change is IncidentChange.OPENED
        self.refuted = self.refuted and not opened
        self.highest = event.level if opened else max(event.level, self.highest)
        self.last = event
        return [event]

    def speaks_of(self, incident_id: str) -> bool:
        """Say whether this incident is the one that is open."""
        return (
            self.last is not None
            and self.level is not Level.VERT
            and self.last.incident_id == incident_id
        )

    def close(self, watch: Watch, finding: Finding) -> list[IncidentEvent]:
        """Resolve what is open, and keep its level from opening again before it has lapsed."""
        if self.last is None or self.level is Level.VERT:
            return []
        self.muted = self.level
        return self.step(_stepped(self.last, watch, Level.VERT, finding))


@dataclass(slots=True)
class Standing:
    """What must survive of the judgements of a watch.

    `number` is that of the last incident opened, `lapsed` since when the conditions of a level have
    not held, `reviews` those already handled.
    """

    begun: datetime
    number: int = 0
    crisis: Line = field(default_factory=Line)
    silence: Line = field(default_factory=Line)
    lapsed: dict[Level, datetime] = field(default_factory=dict)
    backlog: Backlog = field(default_factory=Backlog)
    reviews: list[str] = field(default_factory=list)

    @property
    def calm(self) -> bool:
        """Whether no incident is open."""
        return max(self.crisis.level, self.silence.level) is Level.VERT

    @property
    def level(self) -> Level:
        """The level of the crisis now."""
        return self.crisis.level

    @property
    def since(self) -> datetime:
        """When the level began."""
        return self.begun if self.crisis.last is None else self.crisis.last.since

    def lesson(self, *, since: datetime) -> Lesson:
        """Return what the incidents that lasted at some time `since` then allow to be learned."""
        lessons = [Lesson.USUAL]
        if _lasted(self.crisis, since):
            lessons.append(self.crisis.lesson)
        if _lasted(self.silence, since):
            lessons.append(Lesson.UNHEARD)
        return max(lessons)

    def rewind(self) -> None:
        """Wait anew for what was waited for: the clock was ahead."""
        self.lapsed = {}
        self.backlog = Backlog()

    def move(self, line: Line, watch: Watch, level: Level, finding: Finding) -> list[IncidentEvent]:
        """Take one of the lines to this level; return the step, if it is one."""
        if level is line.level:
            return []
        if line.last is None or line.level is Level.VERT:
            self.number += 1
            return line.step(_opened(watch, self.number, level, finding))
        return line.step(_stepped(line.last, watch, level, finding))

    def review(self, review: Review, watch: Watch, *, now: datetime) -> list[IncidentEvent]:
        """Take a person's word on an open incident; on any other, or told again, ignore it."""
        if review.subject is not Subject.INCIDENT or review.id in self.reviews:
            return []
        for line in (self.crisis, self.silence):
            if line.last is not None and line.speaks_of(review.subject_id):
                self.reviews = [*self.reviews, review.id][-_REVIEWS_KEPT:]
                return _heard(line, line.last, review, watch, now=now)
        return []

    def restate(self, *, resolved_after: datetime) -> list[IncidentEvent]:
        """Tell the last steps again, since a crash may have kept them from being told.

        An open incident is restated; one that was resolved lately repeats its resolution.
        """
        lasts = (line.last for line in (self.crisis, self.silence))
        return [
            last if last.level is Level.VERT else replace(last, change=IncidentChange.RESTATED)
            for last in lasts
            if last is not None and (last.level is not Level.VERT or last.at > resolved_after)
        ]


def _lasted(line: Line, since: datetime) -> bool:
    return line.last is not None and (line.level is not Level.VERT or line.last.at >= since)


def _heard(
    line: Line, last: IncidentEvent, review: Review, watch: Watch, *, now: datetime
) -> list[IncidentEvent]:
    if review.verdict is ReviewVerdict.ACKNOWLEDGE:
        return line.step(_acknowledged(last, review, now=now))
    if review.verdict in (ReviewVerdict.FALSE_ALARM, ReviewVerdict.CLOSE):
        line.refuted = review.verdict is ReviewVerdict.FALSE_ALARM
        return line.close(watch, Finding(now, evidence=last.evidence))
    return []


def _opened(watch: Watch, number: int, level: Level, finding: Finding) -> IncidentEvent:
    return IncidentEvent(
        watch=watch.id,
        number=number,
        version=1,
        change=IncidentChange.OPENED,
        level=level,
        previous=Level.VERT,
        at=finding.at,
        opened=finding.at,
        since=finding.at,
        signals=finding.signals,
        nature=finding.nature,
        cause=finding.cause,
        evidence=finding.evidence,
        crossed=finding.crossed,
        caught_up=finding.caught_up,
        rule_version=watch.version,
    )


def _stepped(last: IncidentEvent, watch: Watch, level: Level, finding: Finding) -> IncidentEvent:
    change = IncidentChange.ESCALATED if level > last.level else IncidentChange.EASED
    return replace(
        last,
        version=last.version + 1,
        change=IncidentChange.RESOLVED if level is Level.VERT else change,
        level=level,
        previous=last.level,
        at=finding.at,
        since=finding.at,
        signals=finding.signals,
        nature=finding.nature if finding.signals else last.nature,
        cause=finding.cause,
        evidence=finding.evidence,
        crossed=finding.crossed,
        rule_version=watch.version,
    )


def _acknowledged(last: IncidentEvent, review: Review, *, now: datetime) -> IncidentEvent:
    return replace(
        last,
        version=last.version + 1,
        change=IncidentChange.ACKNOWLEDGED,
        previous=last.level,
        at=now,
        acknowledged_by=review.reviewer,
    )
