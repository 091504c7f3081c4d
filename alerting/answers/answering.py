"""From an answer to a review: who may answer what, and why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from alerting.answers import replies
from alerting.answers.links import Links
from vigie.domain.case import Case
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import PAGES, Channel, Delivery, DeliveryState, Notification, Person
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.errors import Rejected
from vigie.ports import Cases, Clock, Outbox

ANSWERABLE = timedelta(days=7)
"""For so long a message can be answered: an incident of last month is another's affair."""
VERDICTS = frozenset(replies.VERDICTS.values())
"""What a message lets people say; to close an incident takes the board or the command line."""


class Refusal(StrEnum):
    """Why an answer counts for nothing."""

    FORGED = "forged"
    """The link is none of ours."""
    EXPIRED = "expired"
    """The message is older than ANSWERABLE, or is not kept any more."""
    USED = "used"
    """The link has answered before."""
    OVER = "over"
    """The incident is closed."""
    STRANGER = "stranger"
    """Nobody who can be told has this number."""
    UNCLEAR = "unclear"
    """It cannot be read: nothing is guessed."""
    NOT_TOLD = "not_told"
    """That incident was not told to this person."""
    AMBIGUOUS = "ambiguous"
    """No number, and the person was told of several incidents, or of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an answer, or what a link offers: `refusal` says why it counts for nothing.

    `person` is who answers, `event` what they answer, as it stands; each None where unknown.
    `verdict` is what they said last by this link.
    """

    refusal: Refusal | None = None
    person: Person | None = None
    event: IncidentEvent | None = None
    verdict: ReviewVerdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Takes answers by link and by text message; `write` returns once the review is safe.

    Everything here may block.
    """

    outbox: Outbox
    cases: Cases
    people: Mapping[str, Person]
    links: Links | None
    write: Callable[[Review], None]
    clock: Clock

    def offer(self, token: str) -> Answer:
        """Return what a link lets its person answer; nothing is answered by looking.

        Raises:
            Transient: the database does not answer.
        """
        return self._offer(token)[0]

    def by_link(self, token: str, verdict: ReviewVerdict) -> Answer:
        """Answer by a link, once.

        Raises:
            Transient: the database or the broker does not answer.
        """
        answer, reference = self._offer(token)
        if answer.refusal or answer.event is None or answer.person is None:
            return answer
        self._say(f"link:{reference}", answer.event, answer.person, verdict)
        return Answer(person=answer.person, event=answer.event, verdict=verdict)

    def by_message(self, *, phone: str, text: str, message_id: str) -> Answer:
        """Answer by a text message; `message_id` is what its gateway calls it.

        Raises:
            Transient: the database or the broker does not answer.
        """
        person = next((one for one in self.people.values() if one.phone == phone), None)
        if person is None:
            return Answer(refusal=Refusal.STRANGER)
        reply = replies.read(text)
        if reply is None:
            return Answer(refusal=Refusal.UNCLEAR, person=person)
        told = self._told(person)
        if reply.number is not None:
            told = [case for case in told if case.event.number == reply.number]
        open_ = [case for case in told if not case.closed]
        if len(open_) != 1:
            return Answer(refusal=_why_not(reply, told, open_), person=person)
        (case,) = open_
        self._say(f"sms:{message_id}", case.event, person, reply.verdict)
        return Answer(person=person, event=case.event, verdict=reply.verdict)

    def _offer(self, token: str) -> tuple[Answer, str]:
        try:
            reference = self.links.read(token) if self.links else ""
        except Rejected:
            reference = ""
        if not reference:
            return Answer(refusal=Refusal.FORGED), ""
        delivery = self.outbox.find(reference)
        if delivery is None or not self._answerable(delivery.notification):
            return Answer(refusal=Refusal.EXPIRED), reference
        note = delivery.notification
        person = self.people.get(note.person)
        case = self.cases.get(note.event.incident_id) if note.event else None
        if person is None or case is None:
            return Answer(refusal=Refusal.EXPIRED, person=person), reference
        said = next((one for one in case.answers if one.id == f"link:{reference}"), None)
        refusal = Refusal.OVER if case.closed else Refusal.USED if said else None
        verdict = said.verdict if said else None
        return Answer(refusal=refusal, person=person, event=case.event, verdict=verdict), reference

    def _answerable(self, note: Notification) -> bool:
        return note.reason in PAGES and self.clock.now() - note.created <= ANSWERABLE

    def _told(self, person: Person) -> list[Case]:
        """Return the cases that this person was told of by text message, the newest last."""
        since = self.clock.now() - ANSWERABLE
        found: dict[str, Case] = {}
        for delivery in self.outbox.to_person(person.id, since=since):
            event = delivery.notification.event
            if event and _went_out(delivery):
                case = self.cases.get(event.incident_id)
                if case is not None:
                    found[event.incident_id] = case
        return list(found.values())

    def _say(
        self, review_id: str, event: IncidentEvent, person: Person, verdict: ReviewVerdict
    ) -> None:
        self.write(
            Review(
                id=review_id,
                subject=Subject.INCIDENT,
                subject_id=event.incident_id,
                key=event.watch,
                verdict=verdict,
                reviewer=person.id,
                at=self.clock.now(),
            )
        )


def _went_out(delivery: Delivery) -> bool:
    """Say whether a page by text message may have reached the person."""
    note = delivery.notification
    withdrawn = delivery.state is DeliveryState.WITHDRAWN
    return note.channel is Channel.SMS and note.reason in PAGES and not withdrawn


def _why_not(reply: replies.Reply, told: list[Case], open_: list[Case]) -> Refusal:
    if told and not open_:
        return Refusal.OVER
    if reply.number is not None and not told:
        return Refusal.NOT_TOLD
    return Refusal.AMBIGUOUS
