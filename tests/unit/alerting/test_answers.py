"""Who may answer what: by a link that only we can make, by the number that was written to."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.answers import replies
from alerting.answers.answering import ANSWERABLE, Answering, Refusal
from alerting.answers.links import Links
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.notification import Channel, Notification, NotifyReason, reference_of
from vigie.domain.review import Review, ReviewVerdict
from vigie.errors import Rejected
from vigie.testing.alerts import a_notification, a_person, an_incident
from vigie.testing.cases import InMemoryCases
from vigie.testing.clock import START, ManualClock
from vigie.testing.outbox import InMemoryOutbox

LINKS = Links("https://repondre.sourcebelle.example/", b"k" * 32)
ALIX = a_person()
BASTIEN = a_person(id="bastien", name="Bastien Rey", phone="+33600000002")
NOTE = a_notification()


class Desk:
    """An answering desk in memory; `said` is what it wrote."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.outbox = InMemoryOutbox()
        self.cases = InMemoryCases()
        self.said: list[Review] = []
        self.answering = Answering(
            outbox=self.outbox,
            cases=self.cases,
            people={"alix": ALIX, "bastien": BASTIEN},
            links=LINKS,
            write=self.take,
            clock=self.clock,
        )

    def take(self, review: Review) -> None:
        """Write it, and let the case hear it as the alert role would."""
        self.said.append(review)
        self.cases.answered(review)

    def tell(self, event: IncidentEvent, note: Notification = NOTE) -> None:
        """Let the incident be told to somebody."""
        self.cases.heard(event, at=self.clock.now())
        self.outbox.enqueue([note])

    def text(self, text: str, phone: str | None = ALIX.phone) -> Refusal | ReviewVerdict | None:
        """Return what becomes of a text message."""
        assert phone
        answer = self.answering.by_message(phone=phone, text=text, message_id=text)
        return answer.refusal or answer.verdict


@pytest.fixture
def desk() -> Desk:
    """Give a desk that knows of nothing yet."""
    return Desk()


def token_of(note: Notification = NOTE) -> str:
    """Return the last part of its link."""
    return LINKS.link(note.id).rpartition("/")[2]


def note_of(number: int, **changes: object) -> Notification:
    """Return the text message to Alix about another incident."""
    event = an_incident(number=number)
    return a_notification(id=f"eau-{number}:alix:sms", event=event, **changes)


@given(st.text(min_size=1))
def test_a_link_is_read_back_and_fits_in_a_text_message(notification_id: str) -> None:
    """It says nothing of what it is about."""
    link = LINKS.link(notification_id)
    token = link.removeprefix("https://repondre.sourcebelle.example/a/")
    assert LINKS.read(token) == reference_of(notification_id)
    assert len(token) == len("AbCdEfGhIjKlMnOpQrStUv")


@given(st.text(max_size=40))
def test_no_other_text_is_a_link(token: str) -> None:
    """Whatever is put in its place."""
    with pytest.raises(Rejected, match="open it from the message again"):
        LINKS.read(token)


@given(place=st.integers(0, 21), letter=st.sampled_from("ABCxyz019-_"))
def test_a_link_with_another_letter_is_none_of_ours(place: int, letter: str) -> None:
    """The last letter's spare bits included."""
    token = token_of()
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(Rejected):
            LINKS.read(changed)


def test_a_link_of_another_installation_is_none_of_ours() -> None:
    """It has another key."""
    other = Links(LINKS.url, b"o" * 32).link(NOTE.id).rpartition("/")[2]
    with pytest.raises(Rejected):
        LINKS.read(other)


@pytest.mark.parametrize(
    ("text", "verdict", "number"),
    [
        ("1 184", ReviewVerdict.ACKNOWLEDGE, 184),
        ("2 #184.", ReviewVerdict.PASS, 184),
        (" 3:184 ", ReviewVerdict.FALSE_ALARM, 184),
        ("1", ReviewVerdict.ACKNOWLEDGE, None),
        ("2 !", ReviewVerdict.PASS, None),
    ],
)
def test_an_answer_is_read(text: str, verdict: ReviewVerdict, number: int | None) -> None:
    """With or without what people put between."""
    assert replies.read(text) == replies.Reply(verdict, number)


@pytest.mark.parametrize(
    "text", ["", "4 184", "1184", "oui", "1 184 184", "١ ١٨٤", "1 " + "9" * 40, "-1", "1 184 non"]
)
def test_what_could_mean_something_else_is_no_answer(text: str) -> None:
    """Nothing is guessed in a crisis."""
    assert replies.read(text) is None


@given(st.text())
def test_any_text_can_be_sent_to_us(text: str) -> None:
    """It is an answer or it is none."""
    reply = replies.read(text)
    assert reply is None or reply.verdict in replies.VERDICTS.values()


def test_looking_at_a_link_answers_nothing(desk: Desk) -> None:
    """Scanners of mail open every link."""
    desk.tell(an_incident())
    offered = desk.answering.offer(token_of())
    assert (offered.refusal, offered.person, offered.event) == (None, ALIX, an_incident())
    assert desk.said == []


def test_a_link_answers_once_for_the_person_it_was_sent_to(desk: Desk) -> None:
    """A second press says what the first one said."""
    desk.tell(an_incident())
    answer = desk.answering.by_link(token_of(), ReviewVerdict.ACKNOWLEDGE)
    assert (answer.refusal, answer.verdict) == (None, ReviewVerdict.ACKNOWLEDGE)
    again = desk.answering.by_link(token_of(), ReviewVerdict.FALSE_ALARM)
    assert (again.refusal, again.verdict) == (Refusal.USED, ReviewVerdict.ACKNOWLEDGE)
    (review,) = desk.said
    assert (review.subject_id, review.reviewer, review.key) == ("eau-184", "alix", "eau")


def test_a_link_dies_with_its_time_its_incident_and_its_person(desk: Desk) -> None:
    """It says which, so that nobody presses for nothing."""
    assert desk.answering.offer("x" * 22).refusal is Refusal.FORGED
    assert desk.answering.offer(token_of()).refusal is Refusal.EXPIRED
    desk.tell(an_incident())
    ended = an_incident(change=IncidentChange.RESOLVED, version=2, level=Level.VERT)
    desk.cases.heard(ended, at=START)
    assert desk.answering.offer(token_of()).refusal is Refusal.OVER
    desk.clock.set(START + ANSWERABLE + timedelta(seconds=1))
    assert desk.answering.by_link(token_of(), ReviewVerdict.PASS).refusal is Refusal.EXPIRED
    assert desk.said == []


def test_only_a_page_is_answered_by_its_link(desk: Desk) -> None:
    """A message that it is over asks for nothing."""
    over = a_notification(id="over", reason=NotifyReason.RESOLVED)
    desk.tell(an_incident(), over)
    assert desk.answering.offer(token_of(over)).refusal is Refusal.EXPIRED


def test_an_answer_by_text_needs_a_number_only_where_there_are_several(desk: Desk) -> None:
    """A bare digit is taken by somebody who was told of a single one."""
    assert desk.text("1") is Refusal.AMBIGUOUS
    desk.tell(an_incident())
    assert desk.text("1") is ReviewVerdict.ACKNOWLEDGE
    desk.tell(an_incident(number=185), note_of(185))
    assert desk.text("2") is Refusal.AMBIGUOUS
    assert desk.text("2 185") is ReviewVerdict.PASS
    assert [review.subject_id for review in desk.said] == ["eau-184", "eau-185"]


def test_nobody_answers_for_what_they_were_not_told(desk: Desk) -> None:
    """Neither strangers, nor people of another incident, nor by e-mail alone."""
    desk.tell(an_incident())
    assert desk.text("1 184", "+33699999999") is Refusal.STRANGER
    assert desk.text("1 184", BASTIEN.phone) is Refusal.NOT_TOLD
    assert desk.text("1 185") is Refusal.NOT_TOLD
    mailed = note_of(186, person="bastien", channel=Channel.EMAIL)
    desk.tell(an_incident(number=186), mailed)
    assert desk.text("1 186", BASTIEN.phone) is Refusal.NOT_TOLD
    assert desk.text("c'est faux") is Refusal.UNCLEAR
    assert desk.said == []


def test_a_closed_incident_takes_no_answer_by_text(desk: Desk) -> None:
    """With its number or without."""
    desk.tell(an_incident())
    ended = an_incident(change=IncidentChange.RESOLVED, version=2, level=Level.VERT)
    desk.cases.heard(ended, at=START)
    assert desk.text("1 184") is Refusal.OVER
    assert desk.text("1") is Refusal.OVER


def test_the_same_message_told_twice_is_the_same_answer(desk: Desk) -> None:
    """A gateway calls again when it heard no answer; the review's id is that of the message."""
    desk.tell(an_incident())
    desk.text("1 184")
    desk.text("1 184")
    assert len({review.id for review in desk.said}) == 1
