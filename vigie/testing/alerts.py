"""An incident and the people around it, with everything defaulted."""

from dataclasses import replace
from typing import Any

from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Signal, SignalKind
from vigie.domain.notification import Channel, Notification, NotifyReason, Person
from vigie.domain.watch import MatchRule, Threshold, Thresholds, Watch
from vigie.testing.clock import START

NEGATIVES = Signal(SignalKind.NEGATIVE, count=128, n=300, expected=21.0, low=0.372, high=0.484)
"""The example of the handbook: 128 negatives where 21 are normal."""


def an_incident(**changes: Any) -> IncidentEvent:  # noqa: ANN401 - any field of IncidentEvent
    """Return the opening of incident 184 of the watch `eau` at ROUGE."""
    event = IncidentEvent(
        watch="eau",
        number=184,
        version=1,
        change=IncidentChange.OPENED,
        level=Level.ROUGE,
        previous=Level.VERT,
        at=START,
        opened=START,
        since=START,
        signals=(NEGATIVES,),
        crossed=START,
        rule_version="7f3a",
    )
    return replace(event, **changes)


def a_person(**changes: Any) -> Person:  # noqa: ANN401 - any field of Person
    """Return Alix, who reads French and has both addresses."""
    person = Person(
        id="alix",
        name="Alix Fontaine",
        email="alix@sourcebelle.example",
        phone="+33600000001",
    )
    return replace(person, **changes)


def a_watch(**changes: Any) -> Watch:  # noqa: ANN401 - any field of Watch
    """Return the watch `eau` of Sourcebelle with Alix on its rota."""
    watch = Watch(
        id="eau",
        name="Campagne Eau",
        match=(MatchRule(words=("eau",)),),
        thresholds=Thresholds(levels={Level.ROUGE: (Threshold(posts=10, negatives=20),)}),
        recipients=("alix",),
    )
    return replace(watch, **changes)


def a_notification(**changes: Any) -> Notification:  # noqa: ANN401 - any field of Notification
    """Return the text message to Alix about incident 184."""
    notification = Notification(
        id="eau-184:ROUGE:alix:sms",
        person="alix",
        channel=Channel.SMS,
        reason=NotifyReason.LEVEL_RAISED,
        created=START,
        event=an_incident(),
    )
    return replace(notification, **changes)
