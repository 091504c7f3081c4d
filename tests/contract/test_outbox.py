"""Every outbox holds what must be sent, one sender at a time: memory, SQLite, PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from vigie.domain.notification import (
    NOT_ARRIVED,
    Channel,
    Delivery,
    DeliveryReceipt,
    DeliveryState,
    Notification,
    NotifyReason,
    reference_of,
)
from vigie.ports import Outbox
from vigie.storage.database import open_engine, upgrade
from vigie.storage.outbox import SqlOutbox
from vigie.testing.alerts import a_notification
from vigie.testing.clock import START
from vigie.testing.outbox import InMemoryOutbox

MINUTE = timedelta(minutes=1)


POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def outbox(
    request: pytest.FixtureRequest, new_url: Callable[[str], str]
) -> Iterator[InMemoryOutbox | SqlOutbox]:
    """Give the double that ships, and the real one on each engine."""
    if request.param == "memory":
        yield InMemoryOutbox()
        return
    engine = open_engine(new_url(request.param))
    upgrade(engine)
    yield SqlOutbox(engine)
    engine.dispose()


def numbered(count: int) -> list[Notification]:
    """Return notifications of which each is created a second after the one before."""
    return [a_notification(id=f"n-{n}", created=START + timedelta(seconds=n)) for n in range(count)]


def ids(deliveries: list[Delivery]) -> list[str]:
    """Return whose deliveries these are."""
    return [delivery.notification.id for delivery in deliveries]


def only(outbox: Outbox) -> Delivery:
    """Return the one item."""
    (item,) = outbox.deliveries()
    return item


def test_a_notification_is_queued_once_and_comes_back_as_it_was(outbox: Outbox) -> None:
    """A repeat, even within one call, is no second message."""
    notification = a_notification()
    assert outbox.enqueue([notification, notification]) == 1
    assert outbox.enqueue([replace(notification, person="bastien")]) == 0
    assert only(outbox) == Delivery(
        notification=notification, state=DeliveryState.QUEUED, attempts=0, due=START
    )
    assert outbox.enqueue([]) == 0


def test_a_lease_takes_the_longest_due_first_and_no_more_than_asked(outbox: Outbox) -> None:
    """What is not due yet stays."""
    outbox.enqueue(reversed(numbered(4)))
    at = START + timedelta(seconds=2)
    assert ids(outbox.lease(at=at, for_=MINUTE, limit=2)) == ["n-0", "n-1"]
    assert ids(outbox.lease(at=at, for_=MINUTE, limit=9)) == ["n-2"]
    assert outbox.lease(at=at, for_=MINUTE, limit=9) == []


def test_a_lease_that_ran_out_is_due_again_and_counts_as_a_second_try(outbox: Outbox) -> None:
    """Its sender died: who takes it over sees that it may be out already."""
    outbox.enqueue([a_notification()])
    (first,) = outbox.lease(at=START, for_=MINUTE, limit=9)
    assert (first.state, first.attempts) == (DeliveryState.SENDING, 1)
    assert outbox.lease(at=START + MINUTE / 2, for_=MINUTE, limit=9) == []
    (second,) = outbox.lease(at=START + MINUTE, for_=MINUTE, limit=9)
    assert second.attempts == 2


def test_a_retry_is_due_when_it_says_and_keeps_why(outbox: Outbox) -> None:
    """The tries are counted on."""
    outbox.enqueue([a_notification()])
    (taken,) = outbox.lease(at=START, for_=MINUTE, limit=9)
    outbox.retry(taken, due=START + 5 * MINUTE, error="the gateway answered 503")
    assert outbox.lease(at=START + 4 * MINUTE, for_=MINUTE, limit=9) == []
    (again,) = outbox.lease(at=START + 5 * MINUTE, for_=MINUTE, limit=9)
    assert (again.attempts, again.error) == (2, "the gateway answered 503")


@pytest.mark.parametrize("state", [DeliveryState.ACCEPTED, DeliveryState.DELIVERED])
def test_what_was_accepted_is_never_due_again(outbox: Outbox, state: DeliveryState) -> None:
    """It carries the provider's id, and the error of an earlier try is gone."""
    outbox.enqueue([a_notification()])
    (taken,) = outbox.lease(at=START, for_=MINUTE, limit=9)
    outbox.retry(taken, due=START, error="busy")
    outbox.lease(at=START, for_=MINUTE, limit=9)
    assert outbox.pending() == 1
    delivered = state is DeliveryState.DELIVERED
    outbox.accepted(a_notification().id, provider_id="SM1", delivered=delivered, at=START)
    assert outbox.lease(at=START + 99 * MINUTE, for_=MINUTE, limit=9) == []
    item = only(outbox)
    assert (item.state, item.provider_id, item.error) == (state, "SM1", None)
    assert outbox.pending() == 0


def test_what_was_given_up_is_never_due_again_and_says_why(outbox: Outbox) -> None:
    """Dead, with the provider's sentence."""
    outbox.enqueue([a_notification()])
    (taken,) = outbox.lease(at=START, for_=MINUTE, limit=9)
    outbox.dead(taken, error="no such number", at=START)
    assert outbox.lease(at=START + 99 * MINUTE, for_=MINUTE, limit=9) == []
    assert (only(outbox).state, only(outbox).error) == (DeliveryState.DEAD, "no such number")


def test_a_sender_that_lost_its_lease_cannot_send_again_what_another_sent(outbox: Outbox) -> None:
    """The first sender hung, the second sent; then the first reports that its try failed."""
    outbox.enqueue([a_notification()])
    (first,) = outbox.lease(at=START, for_=MINUTE, limit=9)
    outbox.lease(at=START + MINUTE, for_=MINUTE, limit=9)
    outbox.accepted(a_notification().id, provider_id="SM1", delivered=True, at=START + MINUTE)
    outbox.retry(first, due=START + MINUTE, error="timed out")
    outbox.dead(first, error="timed out", at=START + MINUTE)
    assert outbox.lease(at=START + 99 * MINUTE, for_=MINUTE, limit=9) == []
    assert (only(outbox).state, only(outbox).error) == (DeliveryState.DELIVERED, None)


def test_what_waits_can_be_withdrawn_and_be_queued_again(outbox: Outbox) -> None:
    """A text message of the night comes in the morning; its tries are remembered."""
    first, second = numbered(2)
    outbox.enqueue([first, second])
    (tried,) = outbox.lease(at=START, for_=MINUTE, limit=1)
    outbox.retry(tried, due=START + MINUTE, error="busy")
    assert outbox.withdraw([first.id, "unheard of"], at=START) == 1
    assert ids(outbox.lease(at=START + MINUTE, for_=MINUTE, limit=9)) == [second.id]
    outbox.accepted(second.id, provider_id="SM1", delivered=True, at=START + MINUTE)
    assert outbox.pending() == 0
    later = START + 5 * MINUTE
    again = replace(first, created=later, reason=NotifyReason.UNANSWERED)
    assert outbox.enqueue([again, again]) == 1
    assert outbox.lease(at=later - MINUTE, for_=MINUTE, limit=9) == []
    (leased,) = outbox.lease(at=later, for_=MINUTE, limit=9)
    assert (leased.notification, leased.attempts) == (again, 2)


def test_what_is_being_sent_or_was_sent_cannot_be_withdrawn(outbox: Outbox) -> None:
    """It may be out already."""
    outbox.enqueue(numbered(2))
    outbox.lease(at=START + MINUTE, for_=MINUTE, limit=9)
    outbox.accepted("n-1", provider_id="SM1", delivered=False, at=START)
    assert outbox.withdraw(["n-0", "n-1"], at=START) == 0
    assert outbox.enqueue(numbered(2)) == 0


def test_a_sender_that_lost_its_lease_cannot_end_the_try_of_the_next(outbox: Outbox) -> None:
    """The first sender hung; while the second is at it, the first reports that it failed."""
    outbox.enqueue([a_notification()])
    (first,) = outbox.lease(at=START, for_=MINUTE, limit=9)
    (second,) = outbox.lease(at=START + MINUTE, for_=MINUTE, limit=9)
    outbox.retry(first, due=START + MINUTE, error="timed out")
    outbox.dead(first, error="timed out", at=START + MINUTE)
    assert only(outbox).state is DeliveryState.SENDING
    outbox.retry(second, due=START + 2 * MINUTE, error="busy")
    assert (only(outbox).state, only(outbox).error) == (DeliveryState.QUEUED, "busy")


def test_deliveries_are_those_of_the_incident_or_all(outbox: Outbox) -> None:
    """A test belongs to no incident."""
    outbox.enqueue([a_notification(id="test", reason=NotifyReason.TEST, event=None)])
    outbox.enqueue([a_notification(id="eau", created=START + MINUTE)])
    assert ids(outbox.deliveries("eau-184")) == ["eau"]
    assert ids(outbox.deliveries()) == ["test", "eau"]


def test_reachable_is_who_was_marked_on_the_channel(outbox: InMemoryOutbox | SqlOutbox) -> None:
    """A second mark changes nothing."""
    for minute in (0, 1):
        outbox.mark_reachable("alix", Channel.SMS, at=START + minute * MINUTE)
    assert outbox.reachable() == frozenset({("alix", Channel.SMS)})


def test_two_senders_never_hold_the_same_item(reopen: Callable[[], Engine], engine: Engine) -> None:
    """Six at once, each with its own connections: every item is leased exactly once."""
    SqlOutbox(engine).enqueue(numbered(60))

    def drain(own: Engine) -> list[str]:
        taken: list[str] = []
        while leased := SqlOutbox(own).lease(at=START + 9 * MINUTE, for_=MINUTE, limit=4):
            taken += ids(leased)
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [id_ for part in pool.map(drain, [reopen() for _ in range(6)]) for id_ in part]
    assert sorted(taken) == sorted(ids(SqlOutbox(engine).deliveries()))
    assert {delivery.attempts for delivery in SqlOutbox(engine).deliveries()} == {1}


def test_a_restart_keeps_everything(reopen: Callable[[], Engine], engine: Engine) -> None:
    """Items, tries and who can be reached."""
    before = SqlOutbox(engine)
    before.enqueue(numbered(3))
    before.lease(at=START, for_=MINUTE, limit=1)
    before.mark_reachable("alix", Channel.EMAIL, at=START)
    after = SqlOutbox(reopen())
    assert after.deliveries() == before.deliveries()
    assert after.reachable() == before.reachable()


def a_receipt(*, arrived: bool = True, provider_id: str = "SM1") -> DeliveryReceipt:
    """Return what Twilio tells of a message."""
    return DeliveryReceipt(gateway="twilio", provider_id=provider_id, arrived=arrived, at=START)


def sent(outbox: Outbox, notification: Notification) -> None:
    """Let a gateway take the notification."""
    outbox.enqueue([notification])
    outbox.lease(at=START, for_=MINUTE, limit=9)
    outbox.accepted(notification.id, provider_id="SM1", delivered=False, at=START)


@pytest.mark.parametrize(
    ("arrived", "state", "error"),
    [(True, DeliveryState.DELIVERED, None), (False, DeliveryState.DEAD, NOT_ARRIVED)],
)
def test_a_receipt_settles_what_was_accepted_whichever_comes_first(
    outbox: Outbox, *, arrived: bool, state: DeliveryState, error: str | None
) -> None:
    """A gateway may tell it before its answer to the call was written down."""
    outbox.enqueue([a_notification()])
    outbox.lease(at=START, for_=MINUTE, limit=9)
    outbox.told(a_receipt(arrived=arrived))
    outbox.accepted(a_notification().id, provider_id="SM1", delivered=False, at=START)
    assert (only(outbox).state, only(outbox).error) == (state, error)


def test_what_arrived_stays_so_and_the_message_of_another_is_not_touched(outbox: Outbox) -> None:
    """Also when the same is told again, or the contrary."""
    sent(outbox, a_notification())
    outbox.told(a_receipt(provider_id="SM2", arrived=False))
    assert only(outbox).state is DeliveryState.ACCEPTED
    outbox.told(a_receipt())
    outbox.told(a_receipt())
    outbox.told(a_receipt(arrived=False))
    assert only(outbox).state is DeliveryState.DELIVERED


def test_an_item_is_found_by_its_reference_only(outbox: Outbox) -> None:
    """The reference stands in links, where nobody may read what it is about."""
    outbox.enqueue(numbered(3))
    found = outbox.find(reference_of("n-1"))
    assert found is not None
    assert found.notification.id == "n-1"
    assert outbox.find("n-1") is None
    assert outbox.find(reference_of("n-9")) is None


def test_the_items_of_a_person_come_oldest_first_and_no_older_than_asked(outbox: Outbox) -> None:
    """What somebody was told of last week is what they can answer."""
    outbox.enqueue(reversed(numbered(4)))
    outbox.enqueue([a_notification(id="other", person="bastien")])
    mine = outbox.to_person("alix", since=START + timedelta(seconds=1))
    assert ids(mine) == ["n-1", "n-2", "n-3"]
