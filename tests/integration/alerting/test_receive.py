"""What comes in from outside over HTTP: links, answers by text message, receipts, and strangers."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from alerting.answers.answering import Answering
from alerting.answers.links import Links
from alerting.channels.text_messages import text_messages
from config.alerting import Sms
from vigie.demo.sms.app import build_app as build_gateway
from vigie.demo.sms.app import practice_sms
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import DeliveryReceipt
from vigie.domain.review import Review, ReviewVerdict
from vigie.errors import Transient
from vigie.ports import Message
from vigie.receive import twilio
from vigie.receive.app import MOST_BYTES, Receiver, build_app
from vigie.receive.pages import Pages
from vigie.testing.alerts import a_notification, a_person, a_watch, an_incident
from vigie.testing.cases import InMemoryCases
from vigie.testing.clock import START, ManualClock
from vigie.testing.http_server import running
from vigie.testing.outbox import InMemoryOutbox

ACCOUNT, TOKEN = "AC" + "1" * 32, "a-token"
OUTSIDE = "https://repondre.sourcebelle.example"
LINKS = Links(OUTSIDE, b"k" * 32)
ALIX = a_person()
PATH = LINKS.link(a_notification().id).removeprefix(OUTSIDE)


class Door:
    """The receiving app at `url`, and everything it wrote; `broken` stops it from writing."""

    def __init__(self) -> None:
        self.url = ""
        self.reviews: list[Review] = []
        self.receipts: list[DeliveryReceipt] = []
        self.counted: list[tuple[str, str]] = []
        self.broken = False
        self._outbox = InMemoryOutbox()
        self._cases = InMemoryCases()

    def receiver(self, outside: str) -> Receiver:
        """Return what the app leans on, in memory."""
        clock = ManualClock()
        answering = Answering(
            outbox=self._outbox,
            cases=self._cases,
            people={"alix": ALIX},
            links=LINKS,
            write=self._review,
            clock=clock,
        )
        pages = Pages(watches={"eau": a_watch()}, default="fr", board_url=None, clock=clock)
        return Receiver(
            url=outside,
            answering=answering,
            pages=pages,
            told=self._receipt,
            count=lambda kind, outcome: self.counted.append((kind, outcome)),
            clock=clock,
            twilio_token=TOKEN,
        )

    def tell(self, event: IncidentEvent) -> None:
        """Let Alix be told of the incident."""
        self._cases.heard(event, at=START)
        self._outbox.enqueue([a_notification(event=event)])

    def verdicts(self) -> list[ReviewVerdict]:
        """Return what was answered."""
        return [review.verdict for review in self.reviews]

    def _review(self, review: Review) -> None:
        self._fail_if_broken()
        self.reviews.append(review)
        self._cases.answered(review)

    def _receipt(self, receipt: DeliveryReceipt) -> None:
        self._fail_if_broken()
        self.receipts.append(receipt)

    def _fail_if_broken(self) -> None:
        if self.broken:
            message = "Kafka does not answer"
            raise Transient(message)


@pytest.fixture
def door() -> Iterator[Door]:
    """Give a door that Alix was told of incident 184 behind; signatures are over OUTSIDE."""
    door = Door()
    door.tell(an_incident())
    with running(build_app(door.receiver(OUTSIDE))) as door.url:
        yield door


def posted(door: Door, path: str, fields: dict[str, str], token: str = TOKEN) -> httpx.Response:
    """Return what Twilio hears, calling with this token."""
    signed = twilio.sign(OUTSIDE + path, list(fields.items()), token)
    return httpx.post(door.url + path, data=fields, headers={twilio.SIGNATURE: signed})


def an_answer(text: str, sender: str = "+33600000001") -> dict[str, str]:
    """Return the form of a text message."""
    return {"MessageSid": "SM7", "From": sender, "Body": text}


def test_a_scanner_of_mail_opens_the_link_and_nothing_is_answered(door: Door) -> None:
    """Only a button answers; the page loads nothing and cannot be framed."""
    assert httpx.head(door.url + PATH).status_code == httpx.codes.OK
    page = httpx.get(door.url + PATH)
    assert "Alix Fontaine" in page.text
    assert page.text.count("<button") == len(("take", "pass", "false alarm"))
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert door.reviews == []


def test_a_button_answers_once(door: Door) -> None:
    """A second press changes nothing and says so."""
    first = httpx.post(door.url + PATH, data={"answer": "acknowledge"})
    assert first.status_code == httpx.codes.OK
    assert "#184" in first.text
    again = httpx.post(door.url + PATH, data={"answer": "false_alarm"})
    assert again.status_code == httpx.codes.CONFLICT
    assert door.verdicts() == [ReviewVerdict.ACKNOWLEDGE]
    assert "<button" not in httpx.get(door.url + PATH).text


def test_a_link_that_is_none_answers_nothing(door: Door) -> None:
    """Forged, cut off, or with a verdict that no button has."""
    for path in ("/a/" + "x" * 22, PATH[:-1], "/a/" + "%C3%A9" * 22):
        assert httpx.post(door.url + path, data={"answer": "pass"}).status_code == (
            httpx.codes.NOT_FOUND
        )
    for fields in ({"answer": "resolve"}, {}):
        answer = httpx.post(door.url + PATH, data=fields)
        assert answer.status_code == httpx.codes.BAD_REQUEST
    assert door.reviews == []


def test_what_could_not_be_written_is_not_said_to_be(door: Door) -> None:
    """The person is asked to try again, and can; a gateway is told to."""
    door.broken = True
    failed = httpx.post(door.url + PATH, data={"answer": "pass"})
    assert failed.status_code == httpx.codes.SERVICE_UNAVAILABLE
    receipt = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    late = posted(door, twilio.STATUS_PATH, receipt)
    assert (late.status_code, late.headers["retry-after"]) == (503, "30")
    door.broken = False
    assert httpx.post(door.url + PATH, data={"answer": "pass"}).status_code == httpx.codes.OK


def test_an_answer_by_text_is_taken_and_confirmed(door: Door) -> None:
    """In the person's language, as one text message in return."""
    answer = posted(door, twilio.MESSAGE_PATH, an_answer("1 184"))
    assert "<Message>" in answer.text
    assert "#184" in answer.text
    assert door.verdicts() == [ReviewVerdict.ACKNOWLEDGE]


@pytest.mark.parametrize(
    ("text", "said"), [("peut-être", "Pas compris"), ("1 999", "pas été alert")]
)
def test_an_answer_that_counts_for_nothing_is_told_why(door: Door, text: str, said: str) -> None:
    """Whoever wrote it must not believe that it was heard."""
    answer = posted(door, twilio.MESSAGE_PATH, an_answer(text))
    assert said in answer.text
    assert door.reviews == []


def test_a_stranger_gets_no_answer(door: Door) -> None:
    """It would cost money and tell them that the number is worth writing to."""
    answer = posted(door, twilio.MESSAGE_PATH, an_answer("1 184", "+33699999999"))
    assert "<Message>" not in answer.text
    assert door.reviews == []


@pytest.mark.parametrize("path", [twilio.MESSAGE_PATH, twilio.STATUS_PATH])
def test_a_forged_call_changes_nothing(door: Door, path: str) -> None:
    """By another token, without a signature, or with one that is no ASCII."""
    fields = an_answer("1 184") | {"MessageStatus": "delivered"}
    assert posted(door, path, fields, "another-token").status_code == httpx.codes.FORBIDDEN
    assert httpx.post(door.url + path, data=fields).status_code == httpx.codes.FORBIDDEN
    odd = httpx.post(door.url + path, data=fields, headers={twilio.SIGNATURE: "é".encode()})
    assert odd.status_code == httpx.codes.FORBIDDEN
    assert (door.reviews, door.receipts) == ([], [])


def test_a_signature_is_of_every_field(door: Door) -> None:
    """Nobody in between changes the number that answered."""
    fields = an_answer("1 184", "+33699999999")
    signed = twilio.sign(OUTSIDE + twilio.MESSAGE_PATH, list(fields.items()), TOKEN)
    changed = fields | {"From": "+33600000001"}
    called = httpx.post(
        door.url + twilio.MESSAGE_PATH, data=changed, headers={twilio.SIGNATURE: signed}
    )
    assert called.status_code == httpx.codes.FORBIDDEN
    assert door.reviews == []


def test_a_call_too_long_or_without_its_fields_is_refused(door: Door) -> None:
    """It is not read to its end."""
    long = httpx.post(door.url + twilio.MESSAGE_PATH, content=b"a" * (MOST_BYTES + 1))
    assert long.status_code == httpx.codes.BAD_REQUEST
    lacking = posted(door, twilio.MESSAGE_PATH, {"MessageSid": "SM7"})
    assert lacking.status_code == httpx.codes.BAD_REQUEST
    assert ("call", "unprocessable") in door.counted


async def test_a_gateway_tells_what_became_of_a_message_and_people_answer_through_it() -> None:
    """The practice gateway signs as Twilio does, at the address the channel named."""
    door = Door()
    door.tell(an_incident())
    gateway = build_gateway(ACCOUNT, TOKEN)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """Take calls under the address that is known only once the server is up."""
        await build_app(door.receiver(outside))(scope, receive, send)

    with running(app) as outside, running(gateway) as sms_url:
        gateway.state.answers_to = outside + twilio.MESSAGE_PATH
        section = Sms.model_validate(practice_sms(sms_url, ACCOUNT, TOKEN, "twilio"))
        phone = ALIX.phone
        assert phone
        channel = text_messages(
            section,
            {"alix": phone},
            count=lambda _failed: None,
            now=lambda: START,
            callback=outside + twilio.STATUS_PATH,
        )
        await channel.send(Message(id="n", to=phone, text="ROUGE #184", created=START))
        async with httpx.AsyncClient() as client:
            said = await client.post(
                f"{sms_url}/practice/answers", data={"From": phone, "Body": "2 184"}
            )
        await channel.aclose()
    (sms,) = gateway.state.gateway.messages
    (receipt,) = door.receipts
    assert (receipt.gateway, receipt.provider_id, receipt.arrived) == ("twilio", sms.sid, True)
    assert door.verdicts() == [ReviewVerdict.PASS]
    assert "#184" in said.text
