"""Publishes the scenario on the practice platform, each post at its time on the scaled clock."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import httpx

from vigie.demo.script import Entry
from vigie.ports import Clock


async def play(
    entries: Sequence[Entry],
    *,
    client: httpx.AsyncClient,
    clock: Clock,
    on_post: Callable[[Entry], None],
) -> datetime:
    """Publish every entry through the platform's API; return when the play began on the clock.

    Raises:
        httpx.HTTPStatusError: the platform refused a post, which the scenario must not cause.
    """
    start = clock.now()
    published: dict[str, datetime] = {}
    for entry in entries:
        at = start + timedelta(seconds=entry.at)
        await asyncio.sleep(max(0.0, clock.seconds(at - clock.now())))
        line = entry.line(published=published.setdefault(entry.id, at), changed=at)
        (await client.post("/api/posts", json=line)).raise_for_status()
        on_post(entry)
    return start
