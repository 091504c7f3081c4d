"""The practice listener follows the feed of a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from config.settings import PracticePlatform
from vigie.connectors.practice.client import PracticeClient
from vigie.connectors.practice.listen import PracticeListener
from vigie.connectors.practice.requests import PAGE
from vigie.demo.platform import build_app
from vigie.errors import Rejected, Transient
from vigie.testing.clock import ManualClock
from vigie.testing.http_server import running

TOKEN = "a-token"


def a_line(number: int, source: str = "page") -> dict[str, Any]:
    """Return a line as the platform publishes it."""
    return {"id": f"c{number}", "kind": "comment", "source": source, "text": "Bonjour"}


@asynccontextmanager
async def listening(app: Starlette, token: str = TOKEN) -> AsyncIterator[PracticeListener]:
    """Serve the platform and give a listener of the source `page`."""
    with running(app) as url:
        client = PracticeClient(PracticePlatform(url=url, token=SecretStr(token)), ManualClock())
        yield PracticeListener("page", client, poll=timedelta(milliseconds=10))
        await client.aclose()


async def heard(listener: PracticeListener, after: int | None, count: int) -> tuple[list[str], int]:
    """Return the ids of the next so many batches, and the cursor behind them."""
    ids: list[str] = []
    feed = listener.listen(after)
    for _ in range(count):
        batch = await anext(feed)
        ids += [msgspec.json.decode(line.data)["id"] for line in batch.lines]
    await feed.aclose()  # type: ignore[attr-defined] # an async generator
    return ids, batch.cursor


async def test_only_lines_of_its_source_come_and_the_cursor_passes_the_others() -> None:
    """Two sources share one platform."""
    app = build_app(TOKEN)
    app.state.platform.post([a_line(1), a_line(2, "other"), a_line(3), a_line(4, "other")])
    async with listening(app) as listener:
        assert await heard(listener, None, 1) == (["c1", "c3"], 4)


async def test_lines_come_as_they_were_with_the_platforms_own_count_as_position() -> None:
    """Nothing is read into them here."""
    app = build_app(TOKEN)
    app.state.platform.post([a_line(1, "other"), a_line(2) | {"unknown": [1, None]}])
    async with listening(app) as listener:
        batch = await anext(listener.listen(None))
        (line,) = batch.lines
        assert msgspec.json.decode(line.data) == a_line(2) | {"unknown": [1, None]}
        assert line.position == "2"


async def test_a_listener_goes_on_after_its_cursor() -> None:
    """What was handed on before the restart does not come again; what came meanwhile does."""
    app = build_app(TOKEN)
    app.state.platform.post([a_line(1)])
    async with listening(app) as listener:
        _, cursor = await heard(listener, None, 1)
        app.state.platform.post([a_line(2)])
        assert await heard(listener, cursor, 1) == (["c2"], 2)


async def test_a_long_feed_comes_page_by_page() -> None:
    """None is left out where one page ends."""
    app = build_app(TOKEN)
    app.state.platform.post([a_line(n) for n in range(PAGE + 3)])
    async with listening(app) as listener:
        ids, cursor = await heard(listener, None, 2)
        assert ids == [f"c{n}" for n in range(PAGE + 3)]
        assert cursor == PAGE + 3


async def test_what_the_platform_answers_wrongly_ends_the_listening() -> None:
    """Whoever listens decides when to begin again."""
    app = build_app(TOKEN)
    app.state.platform.fail_next(503)
    async with listening(app) as listener:
        with pytest.raises(Transient, match="503"):
            await anext(listener.listen(None))
    async with listening(app, token="wrong") as listener:
        with pytest.raises(Rejected, match="token"):
            await anext(listener.listen(None))
