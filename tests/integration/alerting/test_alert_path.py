"""From a step of an incident to the phone and the mailbox, with servers that listen."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry

from alerting.channels.email import EmailNotifier
from alerting.channels.failover import Failover
from alerting.channels.gateway import SmsNotifier
from alerting.channels.text_messages import text_messages
from alerting.delivery import OutboxSender
from alerting.drill import Drill
from alerting.messages.composer import Composer
from alerting.policy import Policy
from alerting.routes import Route, WakingHours
from config.alerting import Email, Sms
from vigie.demo.mail_catcher import MailCatcher
from vigie.demo.sms.app import build_app, practice_sms
from vigie.demo.sms.state import Gateway
from vigie.domain.incident import IncidentChange, Level
from vigie.domain.notification import Channel, DeliveryState
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.pipeline import Alert
from vigie.storage.database import open_engine, upgrade
from vigie.storage.outbox import SqlOutbox
from vigie.telemetry.metrics import Metrics
from vigie.testing.alerts import a_person, a_watch, an_incident
from vigie.testing.builders import a_post
from vigie.testing.cases import InMemoryCases
from vigie.testing.clock import START, ManualClock
from vigie.testing.http_server import running
from vigie.testing.outbox import InMemoryOutbox

ENDED = an_incident(
    change=IncidentChange.RESOLVED,
    level=Level.VERT,
    version=2,
    at=START + timedelta(minutes=30),
    signals=(),
)
ACCOUNT, TOKEN = "AC" + "1" * 32, "a-token"
BOTH = (Channel.EMAIL, Channel.SMS)


@dataclass
class Office:
    """Alerting as bootstrap puts it together, and the two servers."""

    alert: Alert
    drill: Drill
    outbox: InMemoryOutbox | SqlOutbox
    clock: ManualClock
    mail: MailCatcher
    gateway: Gateway


def both(url: str, port: int) -> tuple[EmailNotifier, SmsNotifier | Failover]:
    """Return the channels to the servers."""
    email = Email(host="127.0.0.1", port=port, security="none", sender="vigie@sourcebelle.example")
    section = Sms.model_validate(practice_sms(url, ACCOUNT, TOKEN, "twilio"))
    sms = text_messages(section, {}, count=lambda _: None, now=lambda: datetime.now(UTC))
    return EmailNotifier(email), sms


@pytest.fixture(params=["memory", "sqlite"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[InMemoryOutbox | SqlOutbox]:
    """Give the double that ships, then the real one."""
    if request.param == "memory":
        yield InMemoryOutbox()
        return
    engine = open_engine(f"sqlite:///{tmp_path / 'vigie.db'}")
    upgrade(engine)
    yield SqlOutbox(engine)
    engine.dispose()


@pytest.fixture
async def office(outbox: InMemoryOutbox | SqlOutbox) -> AsyncIterator[Office]:
    """Give the office with Alix on the rota, tested on no channel yet."""
    clock = ManualClock()
    app = build_app(ACCOUNT, TOKEN, clock)
    with running(app) as url, MailCatcher() as mail:
        email, sms = both(url, mail.port)
        people, watches = {"alix": a_person()}, {"eau": a_watch()}
        compose = Composer(
            watches=watches,
            organisation="Sourcebelle",
            time_zone="Europe/Paris",
            posts=lambda _ids: [a_post(text="C'est honteux")],
        )
        policy = Policy(
            people=people,
            watches=watches,
            routes=(Route(level=Level.ORANGE, channels=BOTH, waking_only=(Channel.SMS,)),),
            waking_hours=WakingHours.parse("08:00-21:00"),
            zone=ZoneInfo("Europe/Paris"),
        )
        sender = OutboxSender(
            outbox=outbox,
            notifiers={Channel.EMAIL: email, Channel.SMS: sms},
            compose=compose,
            people=people,
            clock=clock,
            metrics=Metrics(CollectorRegistry()),
            give_up=timedelta(hours=24),
        )
        yield Office(
            alert=Alert(
                planner=policy, cases=InMemoryCases(), outbox=outbox, sender=sender, clock=clock
            ),
            drill=Drill(
                notifiers={Channel.EMAIL: email, Channel.SMS: sms}, compose=compose, clock=clock
            ),
            outbox=outbox,
            clock=clock,
            mail=mail,
            gateway=app.state.gateway,
        )
        await sms.aclose()
        await email.aclose()


def a_review(at: datetime) -> Review:
    """Return that Alix takes incident 184 on."""
    return Review(
        id=f"alix-{at.isoformat()}",
        subject=Subject.INCIDENT,
        subject_id="eau-184",
        key="eau",
        verdict=ReviewVerdict.ACKNOWLEDGE,
        reviewer="alix",
        at=at,
    )


async def reach(office: Office) -> None:
    """Test both channels and mark who was reached."""
    for result in await office.drill.send_test(a_person(), BOTH):
        assert result.reached
        office.outbox.mark_reachable("alix", result.channel, at=office.clock.now())


async def test_nobody_is_told_before_a_test_reached_them(office: Office) -> None:
    """After it, the same incident told again goes out."""
    assert await office.alert(an_incident()) == 0
    await reach(office)
    assert office.gateway.messages[0].body.startswith("EXERCICE")
    assert office.mail.messages[0]["Subject"].startswith("EXERCICE")
    assert await office.alert(an_incident(change=IncidentChange.RESTATED)) == 2


async def test_an_incident_is_told_once_per_channel_and_closed_once(office: Office) -> None:
    """Whatever is read twice."""
    await reach(office)
    for event in (an_incident(evidence=("practice:1",)), ENDED):
        for _ in range(2):
            await office.alert(event)
        await office.alert.deliver()
    assert [sms.body[:11] for sms in office.gateway.messages[1:]] == ["ROUGE #184 ", "RESOLU #184"]
    raised, closed = office.mail.messages[1:]
    assert raised["References"] == closed["References"]
    body = raised.get_body(("plain",))
    assert body is not None
    assert "C'est honteux" in body.get_content()


async def test_a_text_message_whose_answer_was_lost_is_not_doubled(office: Office) -> None:
    """The gateway took it and broke before it could say so."""
    await reach(office)
    await office.alert(an_incident())
    office.gateway.lose_next_answer()
    assert await office.alert.deliver() == 1
    office.clock.advance(seconds=5)
    assert await office.alert.deliver() == 1
    assert len(office.gateway.messages) == 2
    states = {d.notification.channel: d.state for d in office.outbox.deliveries()}
    assert states == {
        Channel.EMAIL: DeliveryState.ACCEPTED,
        Channel.SMS: DeliveryState.DELIVERED,
    }


async def test_nobody_else_is_told_once_somebody_answers_and_the_next_where_nobody_does(
    office: Office,
) -> None:
    """Time alone does it: one look every second."""
    await reach(office)
    await office.alert(an_incident())
    await office.alert.deliver()
    office.clock.advance(minutes=9)
    assert await office.alert.deliver() == 0
    office.clock.advance(minutes=1)
    assert await office.alert.deliver() == 2  # Alix is alone on this rota: once more
    await office.alert.answered(a_review(office.clock.now()))
    office.clock.advance(minutes=50)
    assert await office.alert.deliver() == 0


async def test_what_still_waits_when_it_is_over_is_never_sent(office: Office) -> None:
    """Nor its end: nobody had heard of it."""
    await reach(office)
    await office.alert(an_incident())
    await office.alert(ENDED)
    assert await office.alert.deliver() == 0
    assert {one.state for one in office.outbox.deliveries()} == {DeliveryState.WITHDRAWN}
    assert len(office.gateway.messages) == len(office.mail.messages) == 1
    office.clock.advance(seconds=10)
    await office.alert.deliver()
    assert office.alert.cases.open() == []


async def test_after_an_outage_people_hear_how_it_stands_not_what_it_was(office: Office) -> None:
    """One incident came and went meanwhile, another still stands."""
    await reach(office)
    office.clock.advance(hours=3)
    for event in (an_incident(), ENDED, an_incident(number=185)):
        await office.alert(event)
    assert await office.alert.deliver() == 0
    office.clock.advance(seconds=10)
    assert await office.alert.deliver() == 2
    incidents = {one.notification.event for one in office.outbox.deliveries()}
    assert incidents == {an_incident(number=185)}


async def test_a_gateway_that_is_down_does_not_hold_up_the_mail(office: Office) -> None:
    """And the text message goes out when it is back."""
    await reach(office)
    await office.alert(an_incident())
    office.gateway.fail_next(503)
    office.mail.refuse_next("451 4.3.0 later")
    assert await office.alert.deliver() == 0
    office.clock.advance(minutes=1)
    assert await office.alert.deliver() == 2


async def test_a_number_that_no_longer_exists_is_not_marked_as_reached(office: Office) -> None:
    """The gateway takes the message, and nobody gets it."""
    office.gateway.unreachable.add("+33600000001")
    drill = Drill(
        notifiers=office.drill.notifiers,
        compose=office.drill.compose,
        clock=office.clock,
        patience=timedelta(seconds=1),
    )
    (result,) = await drill.send_test(a_person(), [Channel.SMS])
    assert result.receipt is not None
    assert not result.reached
