"""An incident as far as telling people goes: how it stands, since when, and what they answered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from vigie.domain.incident import IncidentEvent, Level
from vigie.domain.review import Review, ReviewVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The newest step of an incident and what followed from it.

    `step` is the version of the step that last raised the level, `raised` when that was; what
    people answered before it no longer counts. `heard` is when the newest step reached us.
    """

    event: IncidentEvent
    step: int
    raised: datetime
    heard: datetime
    answers: tuple[Review, ...] = ()

    @classmethod
    def opened(cls, event: IncidentEvent, *, at: datetime) -> Self:
        """Return the case of an incident of which this is the first step we hear of."""
        return cls(event=event, step=event.version, raised=event.at, heard=at)

    def after(self, event: IncidentEvent, *, at: datetime) -> "Case":
        """Return the case after one more step; a repeat or an older step changes nothing."""
        if event.version <= self.event.version:
            return self
        newer = replace(self, event=event, heard=at)
        if event.level > self.event.level:
            return replace(newer, step=event.version, raised=event.at)
        return newer

    def answered(self, review: Review) -> "Case":
        """Return the case with a person's answer; a repeat changes nothing."""
        if any(review.id == known.id for known in self.answers):
            return self
        return replace(self, answers=(*self.answers, review))

    @property
    def closed(self) -> bool:
        """Whether the incident has ended."""
        return self.event.level is Level.VERT

    @property
    def current(self) -> tuple[Review, ...]:
        """The answers to the level as it was last raised, in the order in which they came."""
        return tuple(review for review in self.answers if review.at >= self.raised)

    @property
    def taken(self) -> Review | None:
        """The newest answer of somebody who takes it on and has not passed it on since."""
        takes = [word for word in self._last_words() if word.verdict is ReviewVerdict.ACKNOWLEDGE]
        return max(takes, key=lambda review: review.at, default=None)

    @property
    def passes(self) -> int:
        """How many people passed it on."""
        return sum(word.verdict is ReviewVerdict.PASS for word in self._last_words())

    def _last_words(self) -> Iterable[Review]:
        spoken = (ReviewVerdict.ACKNOWLEDGE, ReviewVerdict.PASS)
        return {
            review.reviewer: review for review in self.current if review.verdict in spoken
        }.values()
