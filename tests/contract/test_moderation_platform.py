"""Every platform hides and shows in the same way: the double that ships, and the real client."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from config.settings import PracticePlatform
from vigie.connectors.practice.client import PracticeClient
from vigie.demo.platform import build_app
from vigie.demo.platform_state import PlatformState
from vigie.errors import Misconfigured, Rejected, Transient
from vigie.ports import ModerationPlatform
from vigie.testing.clock import START, ManualClock
from vigie.testing.http_server import running
from vigie.testing.platform import FakePlatform

TOKEN = "a-token"
COMMENT = {"id": "c1", "kind": "comment", "text": "Bonjour", "conversation": "pub-1"}


def client_of(url: str, token: str = TOKEN, timeout: str = "5s") -> PracticeClient:
    """Return a client as the deployment file describes it."""
    section = PracticePlatform.model_validate({"url": url, "token": token, "timeout": timeout})
    return PracticeClient(section, ManualClock())


@dataclass
class Practice:
    """The running practice platform with the comment c1, and a client of it."""

    url: str
    state: PlatformState
    client: PracticeClient


@pytest.fixture
def served() -> Iterator[tuple[str, PlatformState]]:
    """Serve the practice platform."""
    app = build_app(TOKEN)
    app.state.platform.post([COMMENT])
    with running(app) as url:
        yield url, app.state.platform


@pytest.fixture
async def practice(served: tuple[str, PlatformState]) -> AsyncIterator[Practice]:
    """Give the platform with a client that may enter."""
    client = client_of(served[0])
    yield Practice(*served, client)
    await client.aclose()


@pytest.fixture(params=["fake", "practice"])
def platform(request: pytest.FixtureRequest) -> ModerationPlatform:
    """Give each platform with the comment c1."""
    if request.param == "fake":
        return FakePlatform(["c1"])
    practice: Practice = request.getfixturevalue("practice")
    return practice.client


CALLS: tuple[Callable[[ModerationPlatform, str], Awaitable[object]], ...] = (
    lambda platform, id_: platform.hide(id_),
    lambda platform, id_: platform.unhide(id_),
    lambda platform, id_: platform.is_hidden(id_),
)


async def test_hiding_and_showing_can_be_repeated_and_read_back(
    platform: ModerationPlatform,
) -> None:
    """Twice each, and a comment that was never hidden can be shown."""
    assert not await platform.is_hidden("c1")
    await platform.unhide("c1")
    for _ in range(2):
        await platform.hide("c1")
        assert await platform.is_hidden("c1")
    for _ in range(2):
        await platform.unhide("c1")
        assert not await platform.is_hidden("c1")


@pytest.mark.parametrize("call", CALLS)
async def test_a_comment_nobody_knows_is_refused_for_good(
    platform: ModerationPlatform, call: Callable[[ModerationPlatform, str], Awaitable[object]]
) -> None:
    """Its author removed it, or it was never there."""
    with pytest.raises(Rejected, match="no such comment"):
        await call(platform, "c9")


@pytest.mark.parametrize("call", CALLS)
async def test_a_failure_passes_and_the_same_call_succeeds(
    practice: Practice, call: Callable[[ModerationPlatform, str], Awaitable[object]]
) -> None:
    """The double and the real client, each failing once."""
    fake = FakePlatform(["c1"])
    fake.refuse_next(Transient("away"))
    practice.state.fail_next(500)
    for platform in (fake, practice.client):
        with pytest.raises(Transient):
            await call(platform, "c1")
        await call(platform, "c1")


async def test_a_hide_whose_answer_got_lost_can_be_asked_for_again() -> None:
    """The double can do what networks do."""
    fake = FakePlatform(["c1"])
    fake.lose_next_answer(Transient("the answer got lost"))
    with pytest.raises(Transient):
        await fake.hide("c1")
    await fake.hide("c1")
    assert fake.hidden == {"c1"}


async def test_a_wrong_token_is_refused_with_what_to_correct(
    served: tuple[str, PlatformState],
) -> None:
    """And without the token."""
    client = client_of(served[0], token="not-this-one")
    with pytest.raises(Rejected, match=r"correct platforms\.practice\.token") as caught:
        await client.hide("c1")
    assert "not-this-one" not in str(caught.value)
    await client.aclose()


async def test_too_many_requests_say_when_to_come_back(practice: Practice) -> None:
    """In seconds."""
    practice.state.fail_next(429, retry_after=30)
    with pytest.raises(Transient) as caught:
        await practice.client.hide("c1")
    assert caught.value.retry_after == timedelta(seconds=30)


async def test_the_time_to_come_back_may_be_a_date() -> None:
    """As RFC 9110 allows; counted from the installation's clock."""
    when = format_datetime(START + timedelta(minutes=2), usegmt=True)

    async def busy(_: Request) -> Response:
        return Response(status_code=429, headers={"Retry-After": when})

    with running(Starlette(routes=[Route("/{path:path}", busy)])) as url:
        client = client_of(url)
        with pytest.raises(Transient) as caught:
            await client.is_hidden("c1")
        await client.aclose()
    assert caught.value.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(("status", "garbage"), [(500, False), (503, False), (200, True)])
async def test_a_platform_in_trouble_is_a_passing_failure(
    practice: Practice, *, status: int, garbage: bool
) -> None:
    """Errors of the server, and an answer that breaks off."""
    practice.state.fail_next(status, garbage=garbage)
    with pytest.raises(Transient):
        await practice.client.is_hidden("c1")


async def test_an_answer_that_cannot_be_unpacked_is_a_passing_failure() -> None:
    """It says gzip and is none."""

    async def broken(_: Request) -> Response:
        return Response(b"{}", headers={"Content-Encoding": "gzip"})

    with running(Starlette(routes=[Route("/{path:path}", broken)])) as url:
        client = client_of(url)
        with pytest.raises(Transient, match="cannot be reached"):
            await client.is_hidden("c1")
        await client.aclose()


async def test_nobody_listening_is_a_passing_failure() -> None:
    """Connection refused."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(Transient, match="cannot be reached"):
            await client.hide("c1")
    await client.aclose()


async def test_a_server_that_does_not_answer_is_a_passing_failure() -> None:
    """It accepts and stays silent: the timeout of the section counts."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = client_of(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout="100ms")
        with pytest.raises(Transient, match="ReadTimeout"):
            await client.hide("c1")
    await client.aclose()


@pytest.mark.parametrize("url", ["", "localhost:8090", "ftp://host", "http://", "http://h:x"])
def test_a_url_that_is_none_is_told_before_anything_is_asked(url: str) -> None:
    """The installation does not start like this."""
    with pytest.raises(Misconfigured, match=r"platforms\.practice\.url is not a URL"):
        PracticeClient(PracticePlatform(url=url, token=SecretStr(TOKEN)), ManualClock())
