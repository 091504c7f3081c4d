"""A test reaches a person, or says why it did not."""

from datetime import timedelta

from alerting.drill import Drill, DrillResult
from alerting.messages.composer import Composer
from vigie.domain.notification import Channel
from vigie.errors import Rejected
from vigie.testing.alerts import a_person
from vigie.testing.clock import ManualClock
from vigie.testing.notifier import FakeNotifier

COMPOSE = Composer(
    watches={}, organisation="Sourcebelle", time_zone="Europe/Paris", posts=lambda _ids: []
)


async def tested(*notifiers: FakeNotifier) -> dict[Channel, DrillResult]:
    """Send a test to Alix on both channels, without patience."""
    drill = Drill(
        notifiers={notifier.channel: notifier for notifier in notifiers},
        compose=COMPOSE,
        clock=ManualClock(),
        patience=timedelta(0),
    )
    results = await drill.send_test(a_person(), [Channel.EMAIL, Channel.SMS])
    return {result.channel: result for result in results}


async def test_a_test_is_marked_as_one_on_every_channel() -> None:
    """Nobody gets up for it."""
    email, sms = FakeNotifier(Channel.EMAIL), FakeNotifier()
    await tested(email, sms)
    assert sms.accepted[0].text.startswith("EXERCICE")
    assert (email.accepted[0].subject or "").startswith("EXERCICE")


async def test_acceptance_counts_for_email_and_delivery_for_sms() -> None:
    """A mail server never says more; a gateway does."""
    results = await tested(FakeNotifier(Channel.EMAIL), FakeNotifier(delivers=False))
    assert results[Channel.EMAIL].reached
    assert results[Channel.SMS].receipt is not None
    assert not results[Channel.SMS].reached
    assert (await tested(FakeNotifier(delivers=True)))[Channel.SMS].reached


async def test_a_channel_that_refuses_does_not_stop_the_other() -> None:
    """Its sentence is what the operator reads."""
    sms = FakeNotifier(delivers=True)
    sms.fail_next(Rejected("no such number; correct it"))
    results = await tested(FakeNotifier(Channel.EMAIL), sms)
    assert results[Channel.EMAIL].reached
    assert results[Channel.SMS].error == "no such number; correct it"
    assert not results[Channel.SMS].reached


async def test_a_channel_that_is_not_configured_says_what_to_set() -> None:
    """The operator reads where."""
    results = await tested(FakeNotifier(Channel.EMAIL))
    assert results[Channel.SMS].error == "no sms is configured; set alerting.sms"
