"""What each gateway's channel sends and makes of the answers, on servers that are strict."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from alerting.channels.failover import Failover
from alerting.channels.gateway import SmsNotifier, tag_of
from alerting.channels.text_messages import text_messages
from config.alerting import Sms
from vigie.demo.sms import free_mobile, ovhcloud
from vigie.demo.sms.app import build_app, practice_sms
from vigie.demo.sms.state import Gateway
from vigie.errors import Rejected, Transient
from vigie.ports import Message
from vigie.testing.clock import START, ManualClock
from vigie.testing.http_server import running

ALIX = free_mobile.PHONE
MESSAGE = Message(id="eau-184:1:alix:sms", to=ALIX, text="ROUGE #184: détresse", created=START)
ACCOUNT, TOKEN = "AC" + "1" * 32, "a-token"


class Town:
    """The practice gateway, its clock, and channels to it."""

    def __init__(self, url: str, gateway: Gateway, clock: ManualClock) -> None:
        self.url, self.gateway, self.clock = url, gateway, clock
        self.opened: list[SmsNotifier | Failover] = []
        self.counted: list[str] = []

    def channel(self, *order: str, **changes: dict[str, Any]) -> SmsNotifier | Failover:
        """Return a channel through these gateways; `changes` are laid over their sections."""
        values = practice_sms(self.url, ACCOUNT, TOKEN, *order)
        for name, change in changes.items():
            values[name] = values[name] | change
        section = Sms.model_validate(values)
        phones = {"alix": ALIX}
        opened = text_messages(section, phones, count=self.counted.append, now=self.clock.now)
        self.opened.append(opened)
        return opened

    def via(self) -> list[str]:
        """Return which provider took each message."""
        return [sms.via for sms in self.gateway.messages]


@pytest.fixture
def server() -> Iterator[tuple[str, Gateway, ManualClock]]:
    """Give a gateway whose clock stands still."""
    clock = ManualClock()
    app = build_app(ACCOUNT, TOKEN, clock)
    with running(app) as url:
        yield url, app.state.gateway, clock


@pytest.fixture
async def town(server: tuple[str, Gateway, ManualClock]) -> AsyncIterator[Town]:
    """Give it with channels that are closed in the end."""
    town = Town(*server)
    yield town
    for channel in town.opened:
        await channel.aclose()


async def test_ovhcloud_is_signed_by_its_own_clock_which_is_asked_once(town: Town) -> None:
    """Ours is two hours behind; the server refuses half a minute."""
    channel = town.channel("ovhcloud")
    late = ManualClock(START - timedelta(hours=2))
    section = Sms.model_validate(practice_sms(town.url, ACCOUNT, TOKEN, "ovhcloud"))
    behind = text_messages(section, {}, count=town.counted.append, now=late.now)
    for one in (channel, behind):
        receipt = await one.send(MESSAGE)
        assert not receipt.delivered
    assert await behind.find(MESSAGE) is not None
    assert {sms.tag for sms in town.gateway.messages} == {tag_of(MESSAGE)}
    await behind.aclose()


async def test_ovhcloud_finds_what_waits_to_leave_and_then_what_has_left(town: Town) -> None:
    """Queued at first: acceptance is not delivery."""
    channel = town.channel("ovhcloud")
    sent = await channel.send(MESSAGE)
    waiting, left = await channel.find(MESSAGE), await channel.find(MESSAGE)
    assert waiting is not None
    assert left is not None
    assert waiting.provider_id == left.provider_id == sent.provider_id
    assert (waiting.delivered, left.delivered) == (False, True)


async def test_a_receiver_that_ovhcloud_refuses_in_an_answer_of_200_is_rejected(
    town: Town,
) -> None:
    """A partial failure is one."""
    wrong = Message(id="x", to="+0", text="ROUGE", created=START)
    with pytest.raises(Rejected, match="phone number"):
        await town.channel("ovhcloud").send(wrong)
    assert town.gateway.messages == []


@pytest.mark.parametrize(
    ("gateway", "change", "advice"),
    [
        ("ovhcloud", {"application_secret": "wrong"}, "INVALID_SIGNATURE"),
        ("ovhcloud", {"consumer": "wrong"}, "NOT_CREDENTIAL.*alerting.sms.ovhcloud"),
        ("ovhcloud", {"application": "wrong"}, "INVALID_KEY.*alerting.sms.ovhcloud"),
        ("brevo", {"key": "wrong-key"}, "unauthorized.*alerting.sms.brevo.key"),
        (
            "free_mobile",
            {"lines": [{"person": "alix", "user": "12345678", "key": "wrong"}]},
            "user and key of the line",
        ),
    ],
)
async def test_a_wrong_login_is_tried_again_and_says_what_to_check(
    town: Town, gateway: str, change: dict[str, Any], advice: str
) -> None:
    """No secret is repeated."""
    with pytest.raises(Transient, match=advice) as raised:
        await town.channel(gateway, **{gateway: change}).send(MESSAGE)
    assert "wrong" not in str(raised.value)
    assert town.gateway.messages == []


async def test_brevo_gets_the_number_without_its_plus_and_tells_of_a_bounce(town: Town) -> None:
    """A bounced message is sent again."""
    channel = town.channel("brevo")
    await channel.send(MESSAGE)
    assert [(sms.to, sms.sender) for sms in town.gateway.messages] == [(ALIX, "Sourcebelle")]
    found = await channel.find(MESSAGE)
    assert found is not None
    assert found.delivered
    town.gateway.unreachable.add(ALIX)
    assert await channel.find(MESSAGE) is None


async def test_free_mobile_reaches_its_own_subscriber_only(town: Town) -> None:
    """Another number is not asked for at all."""
    channel = town.channel("free_mobile")
    assert not channel.tells_delivery
    await channel.send(MESSAGE)
    other = Message(id="y", to="+33600000009", text="ROUGE", created=START)
    with pytest.raises(Rejected, match="its own subscribers only"):
        await channel.send(other)
    assert len(town.gateway.messages) == 1
    assert await channel.find(MESSAGE) is None


async def test_free_mobile_asks_for_a_pause_by_a_status_of_its_own(town: Town) -> None:
    """402 is no lack of money there."""
    town.gateway.fail_next(402)
    with pytest.raises(Transient) as raised:
        await town.channel("free_mobile").send(MESSAGE)
    assert raised.value.retry_after == timedelta(seconds=60)


@pytest.mark.parametrize("gateway", ["ovhcloud", "brevo"])
async def test_a_garbled_answer_is_transient_and_the_message_is_found(
    town: Town, gateway: str
) -> None:
    """It was taken all the same."""
    channel = town.channel(gateway)
    town.gateway.garble_next()
    with pytest.raises(Transient, match="cannot be read") as raised:
        await channel.send(MESSAGE)
    assert raised.value.maybe_done
    assert await channel.find(MESSAGE) is not None


@pytest.mark.parametrize("gateway", ["twilio", "ovhcloud", "brevo"])
async def test_a_pause_that_is_asked_for_is_kept(town: Town, gateway: str) -> None:
    """429 with Retry-After; surely not sent."""
    channel = town.channel(gateway)
    town.gateway.fail_next(429, retry_after=17)
    with pytest.raises(Transient) as raised:
        await channel.send(MESSAGE)
    assert raised.value.retry_after == timedelta(seconds=17)
    assert not raised.value.maybe_done


async def test_a_gateway_that_refuses_our_login_is_followed_by_the_next(town: Town) -> None:
    """The message goes out at once, and the failure is counted."""
    channel = town.channel("ovhcloud", "brevo", ovhcloud={"consumer": "wrong"})
    await channel.send(MESSAGE)
    assert town.via() == ["brevo"]
    assert town.counted == ["ovhcloud"]
    assert channel.tells_delivery


def test_the_practice_gateway_refuses_a_request_that_is_not_signed(
    server: tuple[str, Gateway, ManualClock],
) -> None:
    """Else a wrong signature would go unnoticed here and fail with the real one."""
    url, gateway, _ = server
    answer = httpx.post(f"{url}/1.0/sms/{ovhcloud.SERVICE}/jobs", json={"message": "x"})
    assert answer.status_code == 403
    assert answer.json()["errorCode"] == "QUERY_TIME_OUT"
    assert gateway.messages == []
