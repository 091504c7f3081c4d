"""How a watch stands: the incident that is open, if any, and each step of its life as an event.

An incident is its last step: whatever a later step needs is in there.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Signal
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.domain.watch import Watch

_REVIEWS_KEPT = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """What a level rests on at one moment; `crossed` as in IncidentEvent."""

    at: datetime
    signals: tuple[Signal, ...] = ()
    evidence: tuple[str, ...] = ()
    crossed: datetime | None = None
    caught_up: bool = False


@dataclass(slots=True)
class Standing:
    """What must survive of the judgements of a watch.

    `last` is the last step told, `lapsed` since when the conditions of a level have not held,
    `muted` the level a person has closed and that must lapse before it may open again,
    `behind_at` when the last late post came, `reviews` those already handled.
    """

    begun: datetime
    last: IncidentEvent | None = None
    lapsed: dict[Level, datetime] = field(default_factory=dict)
    muted: Level = Level.VERT
    behind_at: datetime | None = None
    reviews: list[str] = field(default_factory=list)

    @property
    def level(self) -> Level:
        """The level now."""
        return Level.VERT if self.last is None else self.last.level

    @property
    def since(self) -> datetime:
        """When the level began."""
        return self.begun if self.last is None else self.last.since

    def move(self, watch: Watch, level: Level, finding: Finding) -> list[IncidentEvent]:
        """Go to this level; return the step, if it is one."""
        if level is self.level:
            return []
        if self.last is None or self.last.level is Level.VERT:
            self.last = self._opened(watch, level, finding)
        else:
            self.last = _stepped(self.last, watch, level, finding)
        return [self.last]

    def _opened(self, watch: Watch, level: Level, finding: Finding) -> IncidentEvent:
        return IncidentEvent(
            watch=watch.id,
            number=1 if self.last is None else self.last.number + 1,
            version=1,
            change=IncidentChange.OPENED,
            level=level,
            previous=Level.VERT,
            at=finding.at,
            opened=finding.at,
            since=finding.at,
            signals=finding.signals,
            evidence=finding.evidence,
            crossed=finding.crossed,
            caught_up=finding.caught_up,
            rule_version=watch.version,
        )

    def review(self, review: Review, watch: Watch, *, now: datetime) -> list[IncidentEvent]:
        """Take a person's word on the open incident; on any other, or told again, ignore it."""
        if review.subject is not Subject.INCIDENT or review.id in self.reviews:
            return []
        if self.last is None or self.level is Level.VERT:
            return []
        if review.subject_id != self.last.incident_id:
            return []
        self.reviews = [*self.reviews, review.id][-_REVIEWS_KEPT:]
        if review.verdict is ReviewVerdict.ACKNOWLEDGE:
            self.last = _acknowledged(self.last, review, now=now)
            return [self.last]
        if review.verdict in (ReviewVerdict.FALSE_ALARM, ReviewVerdict.CLOSE):
            self.muted = self.level
            return self.move(watch, Level.VERT, Finding(now, evidence=self.last.evidence))
        return []

    def restate(self, *, resolved_after: datetime) -> list[IncidentEvent]:
        """Tell the last step again, since a crash may have kept it from being told.

        An open incident is restated; one that was resolved lately repeats its resolution.
        """
        if self.last is None:
            return []
        if self.last.level is not Level.VERT:
            return [replace(self.last, change=IncidentChange.RESTATED)]
        return [self.last] if self.last.at > resolved_after else []


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
