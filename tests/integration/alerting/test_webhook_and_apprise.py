"""What machines and rooms are told, on servers that verify, refuse and hang up."""

import base64
import hmac
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from alerting.channels.apprise import AppriseNotifier
from alerting.channels.webhook import WebhookNotifier
from config.alerting import Webhook
from vigie.domain.notification import reference_of
from vigie.errors import Rejected, Transient
from vigie.ports import Message
from vigie.testing.clock import START
from vigie.testing.http_server import running
from vigie.testing.weather import Fault, Resettable, Stormy, Weather
from vigie.testing.webhook import KEY, Receiver, build_app

EVENT = '{"specversion":"1.0","id":"1","source":"/vigie","type":"t","data":{"title":"dégâts"}}'
Server = tuple[str, Receiver]


def message(to: str) -> Message:
    """Return an event on its way to this address."""
    return Message(id="eau-184:1:salle:webhook", to=to, text=EVENT, created=START)


def channel(
    *, now: datetime | None = None, key: str = KEY, timeout: str = "10s"
) -> WebhookNotifier:
    """Return the channel, on our own clock or on this one."""
    section = Webhook.model_validate({"key": SecretStr(key), "timeout": timeout})
    return WebhookNotifier(section, now=lambda: now or datetime.now(UTC))


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server that verifies, and its memory."""
    app = build_app()
    with running(app) as url:
        yield f"{url}/vigie?token=a-token", app.state.receiver


@pytest.fixture
async def webhook() -> AsyncIterator[WebhookNotifier]:
    """Give the channel with the right key."""
    made = channel()
    yield made
    await made.aclose()


async def test_a_double_carries_the_id_of_the_first(
    server: Server, webhook: WebhookNotifier
) -> None:
    """By which a receiver drops it."""
    url, receiver = server
    first, second = [await webhook.send(message(url)) for _ in range(2)]
    assert first == second
    assert [id_ for id_, _ in receiver.taken] == [reference_of("eau-184:1:salle:webhook")] * 2


async def test_the_signature_is_an_hmac_over_id_time_and_body() -> None:
    """As the specification says, computed here without its library."""
    seen: list[httpx.Request] = []

    async def take(scope, receive, send) -> None:  # noqa: ANN001 - ASGI
        body = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        seen.append(httpx.Request("POST", "http://x", headers=headers, content=body))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    made = channel(now=START)
    with running(take) as url:
        await made.send(message(url))
    await made.aclose()
    (got,) = seen
    signed = f"{got.headers['webhook-id']}.{int(START.timestamp())}.{EVENT}".encode()
    secret = base64.b64decode(KEY.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize(
    "made",
    [
        lambda: channel(key="whsec_" + base64.b64encode(b"another key of 24 bytes!").decode()),
        lambda: channel(now=datetime.now(UTC) - timedelta(minutes=10)),
    ],
    ids=["another key", "a clock ten minutes behind"],
)
async def test_what_cannot_be_verified_waits_and_says_what_to_check(
    server: Server,
    made,  # noqa: ANN001 - makes a channel
) -> None:
    """A key or a clock can be put right; nothing of the server's answer is repeated."""
    url, receiver = server
    notifier = made()
    with pytest.raises(Transient, match=r"401.*alerting\.webhook\.key.*clock") as raised:
        await notifier.send(message(url))
    assert "signed by" not in str(raised.value)
    assert receiver.taken == []
    await notifier.aclose()


async def test_a_pause_that_is_asked_for_is_kept(server: Server, webhook: WebhookNotifier) -> None:
    """429 with Retry-After."""
    url, receiver = server
    receiver.fail_next(429, Retry_After="17")
    with pytest.raises(Transient) as raised:
        await webhook.send(message(url))
    assert raised.value.retry_after == timedelta(seconds=17)


async def test_a_pause_is_kept_from_a_server_that_is_down_for_a_while(
    server: Server, webhook: WebhookNotifier
) -> None:
    """503 is where Retry-After is told most (RFC 9110, 15.6.4)."""
    url, receiver = server
    receiver.fail_next(503, Retry_After="17")
    with pytest.raises(Transient) as raised:
        await webhook.send(message(url))
    assert raised.value.retry_after == timedelta(seconds=17)


async def test_an_address_that_is_none_is_given_up_at_once(webhook: WebhookNotifier) -> None:
    """No time mends it, and the next person is told."""
    with pytest.raises(Rejected, match="webhook address") as raised:
        await webhook.send(message("https://127.0.0.1:a-token/"))
    assert "a-token" not in str(raised.value)


async def test_a_redirect_is_not_followed(server: Server, webhook: WebhookNotifier) -> None:
    """The new address may be anybody's; the operator writes it down or does not."""
    url, receiver = server
    receiver.fail_next(307, Location="http://127.0.0.1:9/elsewhere")
    with pytest.raises(Rejected, match="307"):
        await webhook.send(message(url))


@pytest.mark.parametrize("fault", list(Fault))
async def test_each_kind_of_bad_weather_is_transient(fault: Fault) -> None:
    """Nobody knows whether a message was taken whose answer was lost: it is sent again."""
    app = build_app()
    stormy = Stormy(app, Weather(1, shares={fault: 1.0}, hang=0.5))
    made = channel(timeout="0.2s")
    with running(stormy, protocol=Resettable) as url, pytest.raises(Transient):
        await made.send(message(url))
    await made.aclose()


async def test_a_server_that_is_not_there_is_transient(webhook: WebhookNotifier) -> None:
    """It may come back; neither the address nor what it holds is repeated."""
    with pytest.raises(Transient) as raised:
        await webhook.send(message("http://127.0.0.1:9/a-token"))
    assert "a-token" not in str(raised.value)


async def test_apprise_keeps_what_addresses_hold_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its own log quotes them."""
    caplog.set_level(logging.DEBUG)
    for to in ("json://alix:a-token@127.0.0.1:9/x", "ntfy://a-token@127.0.0.1:9/x", "a-token://"):
        with pytest.raises((Transient, Rejected)) as raised:
            await AppriseNotifier().send(message(to))
        assert "a-token" not in str(raised.value)
    assert "a-token" not in caplog.text


async def test_apprise_speaks_to_a_room_of_another_kind() -> None:
    """Mattermost's own form, over real HTTP: title and text in one."""
    said: list[str] = []

    async def room(_scope, receive, send) -> None:  # noqa: ANN001 - ASGI
        said.append(json.loads((await receive())["body"])["text"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    with running(room) as url:
        address = url.replace("http://", "mmost://") + "/3ccdd113474722377935511fc85d3dd4"
        told = Message(id="x", to=address, text="128 négatifs", created=START, subject="ROUGE #184")
        await AppriseNotifier().send(told)
    (text,) = said
    assert "ROUGE #184" in text
    assert "128 négatifs" in text


async def test_a_service_that_hangs_is_given_up(server: Server) -> None:
    """The sender's lease must not run out."""
    del server
    app = build_app()
    stormy = Stormy(app, Weather(1, shares={Fault.TIME_OUT: 1.0}, hang=1.0))
    with running(stormy, protocol=Resettable) as url:
        slow = AppriseNotifier(timeout=timedelta(seconds=0.2))
        with pytest.raises(Transient):
            await slow.send(message(url.replace("http://", "json://")))


class Room:
    """A server that a service of apprise speaks to: it keeps requests, and says what it is told."""

    def __init__(self, status: int = 200, **headers: str) -> None:
        self._status = status
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.paths: list[str] = []
        self.said: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        self.paths.append(scope["path"])
        self.said.append((await receive())["body"].decode())
        start = {"type": "http.response.start", "status": self._status, "headers": self._headers}
        await send(start)
        await send({"type": "http.response.body", "body": b"ok"})


async def test_no_log_tells_where_a_room_is_however_much_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The library under apprise logs paths, and a hook's path is its password."""
    caplog.set_level(1)
    room = Room()
    with running(room) as url:
        await AppriseNotifier().send(message(url.replace("http", "json") + "/a-token"))
    assert room.paths == ["/a-token"]
    assert "a-token" not in caplog.text


@pytest.mark.parametrize("wish", ["optional=yes", "retry=3&wait=0"])
async def test_an_address_cannot_wish_that_a_failure_be_hidden_or_repeated(wish: str) -> None:
    """What did not arrive is Transient, once: trying again is the outbox's, with its record."""
    room = Room(503)
    with running(room) as url, pytest.raises(Transient):
        await AppriseNotifier().send(message(f"{url.replace('http', 'json')}/x?{wish}"))
    assert len(room.paths) == 1


async def test_apprise_does_not_follow_a_redirect() -> None:
    """The new address may be anybody's."""
    elsewhere = Room()
    with running(elsewhere) as away, running(Room(307, Location=f"{away}/y")) as url:
        address = url.replace("http", "json") + "/x?redirect=yes"
        with pytest.raises(Transient):
            await AppriseNotifier().send(message(address))
    assert elsewhere.paths == []


async def test_one_address_is_one_room() -> None:
    """Of two in one, a second try would double what reached the first."""
    good, bad = Room(), Room(503)
    with running(good) as one, running(bad) as other:
        both = f"{one}/x,{other}/y".replace("http", "json")
        with pytest.raises((Transient, Rejected)):
            await AppriseNotifier().send(message(both))
    assert good.said == []


async def test_a_room_is_sent_no_remote_picture() -> None:
    """Showing a message must not tell a third party that it was read."""
    room = Room()
    with running(room) as url:
        hook = url.replace("http", "mmost") + "/3ccdd113474722377935511fc85d3dd4"
        await AppriseNotifier().send(message(hook))
    assert "github" not in room.said[0]


def test_services_are_read_before_the_first_message_is_due() -> None:
    """It takes a second, in which nothing else of the process would go on."""
    script = (
        "import sys; from alerting.channels.apprise import AppriseNotifier; AppriseNotifier();"
        "sys.exit('apprise.plugins.custom_json' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
