"""Every notification goes out once, or somebody learns why it did not."""

import asyncio
import logging
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from alerting.backoff import LONGEST, pause
from alerting.delivery import OutboxSender
from vigie.domain.incident import IncidentChange
from vigie.domain.notification import (
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    NotifyReason,
    Person,
)
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Receipt
from vigie.telemetry.metrics import Metrics
from vigie.testing.alerts import a_notification, a_person, an_incident
from vigie.testing.clock import START, ManualClock
from vigie.testing.notifier import FakeNotifier
from vigie.testing.outbox import InMemoryOutbox

LATER = Transient("the gateway is busy")


def compose(notification: Notification, person: Person) -> Message:
    """Return a message that can be told from others."""
    to = person.address(notification.channel)
    assert to is not None
    return Message(
        id=notification.id, to=to, text=f"{notification.id}!", created=notification.created
    )


class Desk:
    """A sender with everything around it."""

    def __init__(self, *, sms: FakeNotifier | None = None, lease: float = 60) -> None:
        self.clock = ManualClock()
        self.outbox = InMemoryOutbox()
        self.sms = sms or FakeNotifier()
        self.email = FakeNotifier(Channel.EMAIL, looks_up=False)
        self.registry = CollectorRegistry()
        self.sender = OutboxSender(
            outbox=self.outbox,
            notifiers={Channel.SMS: self.sms, Channel.EMAIL: self.email},
            compose=compose,
            people={"alix": a_person()},
            clock=self.clock,
            metrics=Metrics(self.registry),
            give_up=timedelta(hours=24),
            lease=timedelta(seconds=lease),
        )

    def item(self, id_: str = "eau-184:ROUGE:alix:sms") -> Delivery:
        """Return the item as it stands."""
        return {d.notification.id: d for d in self.outbox.deliveries()}[id_]

    def tries(self, channel: str, outcome: str) -> float:
        """Return how many tries ended so."""
        labels = {"channel": channel, "outcome": outcome}
        return self.registry.get_sample_value("vigie_notifications_total", labels) or 0


@pytest.fixture
def desk() -> Desk:
    """Return a desk with one text message to send."""
    desk = Desk()
    desk.outbox.enqueue([a_notification()])
    return desk


async def test_what_is_due_is_sent_and_recorded(desk: Desk) -> None:
    """Once: the next round finds nothing."""
    assert await desk.sender.deliver() == 1
    assert await desk.sender.deliver() == 0
    assert [m.text for m in desk.sms.accepted] == ["eau-184:ROUGE:alix:sms!"]
    assert desk.item().state is DeliveryState.ACCEPTED
    assert desk.item().provider_id == "fake-eau-184:ROUGE:alix:sms"
    assert desk.tries("sms", "accepted") == 1


async def test_a_receipt_that_tells_of_delivery_is_recorded_as_such() -> None:
    """Some gateways know."""
    desk = Desk(sms=FakeNotifier(delivers=True))
    desk.outbox.enqueue([a_notification()])
    await desk.sender.deliver()
    assert desk.item().state is DeliveryState.DELIVERED


async def test_what_fails_for_now_is_tried_again_later_each_time(desk: Desk) -> None:
    """Until it goes out."""
    desk.sms.fail_next(LATER, times=3)
    waits = []
    for _ in range(3):
        assert await desk.sender.deliver() == 0
        waits.append(desk.item().due - desk.clock.now())
        assert await desk.sender.deliver() == 0
        desk.clock.advance(seconds=waits[-1].total_seconds())
    assert waits == sorted(waits)
    assert desk.item().error == "the gateway is busy"
    assert await desk.sender.deliver() == 1
    assert desk.item().attempts == 4
    assert desk.tries("sms", "retried") == 3


async def test_a_pause_that_was_asked_for_is_kept(desk: Desk) -> None:
    """Retry-After is an order."""
    desk.sms.fail_next(Transient("slow down", retry_after=timedelta(minutes=9)))
    await desk.sender.deliver()
    assert desk.item().due == START + timedelta(minutes=9)


async def test_what_is_refused_for_good_is_dead_at_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log says why, as an error."""
    desk.sms.fail_next(Rejected("no such number; correct it"))
    assert await desk.sender.deliver() == 0
    assert desk.item().state is DeliveryState.DEAD
    assert desk.item().error == "no such number; correct it"
    assert desk.tries("sms", "dead") == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_after_a_day_of_failures_a_notification_is_given_up(desk: Desk) -> None:
    """An alert of yesterday alarms nobody usefully."""
    desk.sms.fail_next(LATER, times=2)
    await desk.sender.deliver()
    desk.clock.advance(hours=23, minutes=59, seconds=59)
    await desk.sender.deliver()
    assert desk.item().state is DeliveryState.DEAD
    assert "given up after 2 tries: the gateway is busy" in (desk.item().error or "")


async def test_a_message_whose_answer_was_lost_is_found_and_not_doubled(desk: Desk) -> None:
    """Look up before sending again."""
    desk.sms.lose_next_answer(LATER)
    await desk.sender.deliver()
    desk.clock.advance(minutes=1)
    assert await desk.sender.deliver() == 1
    assert len(desk.sms.accepted) == 1
    assert desk.tries("sms", "found") == 1


async def test_an_item_of_a_sender_that_died_is_looked_up_once_its_lease_is_over(
    desk: Desk,
) -> None:
    """The dead sender may have sent it before it could record it."""
    (leased,) = desk.outbox.lease(at=START, for_=timedelta(seconds=60), limit=8)
    await desk.sms.send(compose(leased.notification, a_person()))
    assert await desk.sender.deliver() == 0
    desk.clock.advance(seconds=60)
    assert await desk.sender.deliver() == 1
    assert len(desk.sms.accepted) == 1


async def test_one_failing_message_holds_up_no_other(desk: Desk) -> None:
    """Nor does a refused one, nor twenty."""
    desk.outbox.enqueue([a_notification(id=f"n{i}", channel=Channel.EMAIL) for i in range(20)])
    desk.sms.fail_next(LATER)
    desk.email.fail_next(Rejected("full"))
    assert await desk.sender.deliver() == 19


async def test_what_nobody_can_receive_any_more_is_dead(desk: Desk) -> None:
    """The person left the configuration while the message waited."""
    desk.outbox.enqueue([a_notification(id="n1", person="gone")])
    assert await desk.sender.deliver() == 1
    assert desk.item("n1").state is DeliveryState.DEAD
    assert "gone from the configuration" in (desk.item("n1").error or "")


class Hung(FakeNotifier):
    """A channel that answers when `answer` is set, and tells by `asked` that it was asked."""

    def __init__(self, channel: Channel = Channel.SMS) -> None:
        super().__init__(channel)
        self.asked, self.answer = asyncio.Event(), asyncio.Event()

    async def send(self, message: Message) -> Receipt:
        """Wait, perhaps for ever."""
        self.asked.set()
        await self.answer.wait()
        return await super().send(message)


async def test_a_channel_that_never_answers_is_left_before_the_lease_ends() -> None:
    """So that nobody else takes the item while it is under way."""
    desk = Desk(sms=Hung(), lease=0.2)
    desk.outbox.enqueue([a_notification(), a_notification(id="n1", channel=Channel.EMAIL)])
    assert await desk.sender.deliver() == 1
    assert desk.item().error == "the channel did not answer in time"


async def test_a_hung_channel_does_not_hold_up_what_is_queued_meanwhile() -> None:
    """The mail server hangs; the text message of the next incident goes out."""
    email, sms = Hung(Channel.EMAIL), Hung()
    sms.answer.set()
    desk = Desk()
    desk.sender.notifiers = {Channel.SMS: sms, Channel.EMAIL: email}
    desk.outbox.enqueue([a_notification(id="n1", channel=Channel.EMAIL)])
    delivering = asyncio.create_task(desk.sender.deliver())
    await email.asked.wait()
    desk.outbox.enqueue([a_notification()])
    await sms.asked.wait()
    assert desk.item("n1").state is DeliveryState.SENDING
    email.answer.set()
    assert await delivering == 2


class Broken(InMemoryOutbox):
    """An outbox whose disk is full."""

    def accepted(
        self, notification_id: str, *, provider_id: str, delivered: bool, at: datetime
    ) -> None:
        """Fail."""
        if notification_id == "n1":
            message = "the disk is full"
            raise Transient(message)
        super().accepted(notification_id, provider_id=provider_id, delivered=delivered, at=at)


async def test_an_outbox_that_fails_is_told_after_all_others_are_through() -> None:
    """The role's edge decides what to do; nothing that was sent stays unrecorded."""
    desk = Desk()
    desk.sender.outbox = desk.outbox = Broken()
    desk.outbox.enqueue([a_notification(id=f"n{i}") for i in range(4)])
    with pytest.raises(Transient, match="disk is full"):
        await desk.sender.deliver()
    states = [item.state for item in desk.outbox.deliveries()]
    assert states.count(DeliveryState.ACCEPTED) == 3
    assert len(desk.sms.accepted) == 4


async def test_the_pending_gauge_counts_what_is_neither_accepted_nor_given_up(desk: Desk) -> None:
    """Also right after a start, when nothing is due yet."""
    desk.sms.fail_next(LATER)
    await desk.sender.deliver()
    assert desk.registry.get_sample_value("vigie_outbox_pending") == 1
    desk.clock.advance(minutes=1)
    await desk.sender.deliver()
    assert desk.registry.get_sample_value("vigie_outbox_pending") == 0


async def test_a_sender_that_starts_counts_what_waits() -> None:
    """Nothing is due, and one item waits all the same."""
    desk = Desk()
    desk.outbox.enqueue([a_notification(created=START + timedelta(minutes=5))])
    assert await desk.sender.deliver() == 0
    assert desk.registry.get_sample_value("vigie_outbox_pending") == 1


async def test_the_time_from_crossing_to_alert_is_measured(desk: Desk) -> None:
    """From the arrival of the post that carried the watch over its threshold."""
    desk.clock.advance(seconds=4)
    await desk.sender.deliver()
    assert desk.registry.get_sample_value("vigie_crossing_to_alert_seconds_sum") == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": NotifyReason.RESOLVED},
        {"reason": NotifyReason.TEST, "event": None},
        {"event": an_incident(crossed=None)},
        {"event": an_incident(change=IncidentChange.RESTATED)},
    ],
)
async def test_what_no_post_has_just_caused_is_not_measured(changes: dict[str, object]) -> None:
    """A closing message, a test, or an incident told again says nothing of our speed."""
    desk = Desk()
    desk.outbox.enqueue([a_notification(**changes)])
    assert await desk.sender.deliver() == 1
    assert desk.registry.get_sample_value("vigie_crossing_to_alert_seconds_count") == 0


async def test_the_log_holds_one_line_per_try_without_address_or_text(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Ids and decisions only."""
    caplog.set_level(logging.INFO, "alerting")
    desk.sms.fail_next(LATER)
    await desk.sender.deliver()
    desk.clock.advance(minutes=1)
    await desk.sender.deliver()
    first, second = [record.getMessage() for record in caplog.records]
    assert "notification=eau-184:ROUGE:alix:sms" in first
    assert "attempt=1 outcome=retried" in first
    assert "attempt=2 outcome=accepted" in second
    assert "+336" not in caplog.text
    assert "sms!" not in caplog.text


@given(st.text(), st.integers(1, 10_000))
def test_waits_grow_to_five_minutes_and_repeat_exactly(notification_id: str, attempts: int) -> None:
    """Between half and the whole of the exponential wait, by the id alone."""
    wait = pause(notification_id, attempts)
    assert timedelta(seconds=1) <= wait <= LONGEST
    assert wait == pause(notification_id, attempts)
    assert pause(notification_id, attempts + 20) >= LONGEST / 2


def test_two_people_are_not_tried_again_at_the_same_moment() -> None:
    """A gateway that comes back is not met by a wall."""
    assert pause("a", 3) != pause("b", 3)
