"""What the SMS channel makes of each answer, and that the practice gateway answers like Twilio."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest
from pydantic import SecretStr

from alerting.channels.gateway import SmsNotifier
from alerting.channels.twilio import Twilio
from config import alerting as sections
from vigie.demo.sms.app import build_app
from vigie.demo.sms.state import Gateway, Sms
from vigie.errors import Rejected, Transient
from vigie.ports import Message
from vigie.testing.clock import START, ManualClock
from vigie.testing.http_server import running

ACCOUNT, TOKEN, ALIX = "AC" + "1" * 32, "a-token", "+33600000001"
MESSAGE = Message(id="eau-184:ROUGE:alix:sms", to=ALIX, text="ROUGE #184", created=START)


def a_notifier(
    url: str, token: str = TOKEN, client: httpx.AsyncClient | None = None
) -> SmsNotifier:
    """Return the channel to Twilio at this address."""
    section = sections.Twilio(
        url=url, account=ACCOUNT, token=SecretStr(token), sender="Sourcebelle"
    )
    gateway = Twilio(section, validity=timedelta(hours=4))
    return SmsNotifier(gateway, timeout=timedelta(seconds=10), client=client)


class Server:
    """The gateway, its address and its clock."""

    def __init__(self, url: str, gateway: Gateway, clock: ManualClock) -> None:
        self.url, self.gateway, self.clock = url, gateway, clock

    def notifier(self, token: str = TOKEN, client: httpx.AsyncClient | None = None) -> SmsNotifier:
        """Return the channel to it."""
        return a_notifier(self.url, token, client)


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a gateway whose clock stands still."""
    clock = ManualClock()
    app = build_app(ACCOUNT, TOKEN, clock)
    with running(app) as url:
        yield Server(url, app.state.gateway, clock)


@pytest.fixture
async def notifier(server: Server) -> AsyncIterator[SmsNotifier]:
    """Give the channel to it."""
    notifier = server.notifier()
    yield notifier
    await notifier.aclose()


async def test_a_message_is_taken_and_delivered_by_the_time_it_is_looked_up(
    server: Server, notifier: SmsNotifier
) -> None:
    """Queued at first: acceptance is not delivery."""
    receipt = await notifier.send(MESSAGE)
    assert not receipt.delivered
    found = await notifier.find(MESSAGE)
    assert found is not None
    assert found.delivered
    assert found.provider_id == receipt.provider_id == server.gateway.messages[0].sid
    assert server.gateway.messages[0].sender == "Sourcebelle"


async def test_overload_is_transient_and_keeps_the_pause_that_is_asked(
    server: Server, notifier: SmsNotifier
) -> None:
    """429 with Retry-After, and without."""
    server.gateway.fail_next(429, code=20429, retry_after=17)
    server.gateway.fail_next(429, code=20429)
    for pause in (timedelta(seconds=17), None):
        with pytest.raises(Transient) as raised:
            await notifier.send(MESSAGE)
        assert raised.value.retry_after == pause


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_fault_of_the_gateway_is_transient(
    server: Server, notifier: SmsNotifier, status: int
) -> None:
    """Also while looking up."""
    server.gateway.fail_next(status, times=2)
    with pytest.raises(Transient, match=str(status)):
        await notifier.send(MESSAGE)
    with pytest.raises(Transient, match=str(status)):
        await notifier.find(MESSAGE)


async def test_a_wrong_number_is_rejected_with_its_code(
    server: Server, notifier: SmsNotifier
) -> None:
    """Twilio's own text repeats the number; ours does not."""
    wrong = Message(id="x", to="+336", text="ROUGE", created=START)
    with pytest.raises(Rejected, match="21211") as raised:
        await notifier.send(wrong)
    assert "+336" not in str(raised.value)
    assert server.gateway.messages == []


async def test_an_empty_message_is_rejected_with_its_code(notifier: SmsNotifier) -> None:
    """Body is required."""
    with pytest.raises(Rejected, match="21602"):
        await notifier.send(Message(id="x", to=ALIX, text="", created=START))


async def test_a_wrong_token_is_tried_again_and_says_what_to_check(server: Server) -> None:
    """The token itself is not repeated."""
    notifier = server.notifier("wrong-token")
    with pytest.raises(Transient, match=r"20003.*check alerting\.sms\.twilio\.account") as raised:
        await notifier.send(MESSAGE)
    assert "wrong-token" not in str(raised.value)
    await notifier.aclose()


async def test_a_garbled_answer_is_transient_and_the_message_is_found(
    server: Server, notifier: SmsNotifier
) -> None:
    """It was taken all the same."""
    server.gateway.garble_next()
    with pytest.raises(Transient, match="cannot be read"):
        await notifier.send(MESSAGE)
    assert await notifier.find(MESSAGE) is not None


async def test_a_gateway_that_is_not_there_is_transient() -> None:
    """The address and the token are not repeated."""
    notifier = a_notifier("http://127.0.0.1:9")
    with pytest.raises(Transient, match="ConnectError"):
        await notifier.send(MESSAGE)
    await notifier.aclose()


async def test_a_message_that_was_lost_on_the_way_is_sent_again(
    server: Server, notifier: SmsNotifier
) -> None:
    """Undelivered is not under way."""
    server.gateway.unreachable.add(ALIX)
    await notifier.send(MESSAGE)
    assert await notifier.find(MESSAGE) is None


async def test_only_what_was_sent_since_the_message_was_made_is_found(
    notifier: SmsNotifier,
) -> None:
    """An old text that reads the same is another message; two clocks may differ a little."""
    await notifier.send(MESSAGE)
    for minutes, expected in ((1, True), (10, False)):
        later = Message(
            id="x", to=ALIX, text="ROUGE #184", created=START + timedelta(minutes=minutes)
        )
        assert (await notifier.find(later) is not None) is expected


async def test_connections_are_kept_and_a_lent_client_is_not_closed(server: Server) -> None:
    """One handshake for many messages."""
    async with httpx.AsyncClient() as client:
        notifier = server.notifier(client=client)
        await notifier.send(MESSAGE)
        await notifier.find(MESSAGE)
        await notifier.aclose()
        assert not client.is_closed
    own = server.notifier()
    await own.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        await own.send(MESSAGE)


def listed(server: Server, **params: str) -> list[dict[str, str]]:
    """Return what the gateway lists."""
    url = f"{server.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = httpx.get(url, params=params, auth=(ACCOUNT, TOKEN))
    messages: list[dict[str, str]] = answer.raise_for_status().json()["messages"]
    return messages


def test_the_gateway_lists_newest_first_filters_and_pages(server: Server) -> None:
    """As Twilio's list of messages."""
    for day, to in ((0, ALIX), (1, "+33600000002"), (2, ALIX)):
        server.gateway.take(to=to, sender="Sourcebelle", body=f"day {day}")
        server.clock.advance(days=1)
    assert [sms["body"] for sms in listed(server)] == ["day 2", "day 1", "day 0"]
    assert [sms["body"] for sms in listed(server, To=ALIX)] == ["day 2", "day 0"]
    assert len(listed(server, PageSize="1")) == 1
    since = (START + timedelta(days=1)).date().isoformat()
    assert [sms["body"] for sms in listed(server, **{"DateSent>": since})] == ["day 2", "day 1"]


def test_the_gateway_shows_a_message_as_twilio_does(server: Server) -> None:
    """One message by its sid; another sid is not found."""
    sms = server.gateway.take(to=ALIX, sender="Sourcebelle", body="a" * 161)
    url = f"{server.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sms.sid}.json"
    shown = httpx.get(url, auth=(ACCOUNT, TOKEN)).json()
    assert shown["status"] == "delivered"
    assert shown["from"] == "Sourcebelle"
    assert shown["num_segments"] == "2"
    assert parsedate_to_datetime(shown["date_created"]) == START
    missing = httpx.get(url.replace("SM0", "SM9"), auth=(ACCOUNT, TOKEN))
    assert missing.status_code == 404
    assert missing.json()["code"] == 20404


async def test_who_watches_the_gateway_is_told_of_every_message(
    server: Server, notifier: SmsNotifier
) -> None:
    """The demo prints them."""
    seen: list[Sms] = []
    server.gateway.on_message = seen.append
    await notifier.send(MESSAGE)
    assert [sms.body for sms in seen] == ["ROUGE #184"]
