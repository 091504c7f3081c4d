"""Follows the practice platform's feed of changes by polling it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from vigie.connectors.practice.client import PracticeClient
from vigie.connectors.source import Batch, RawPost


@dataclass(frozen=True, slots=True)
class PracticeListener:
    """The changes that carry this source's id, asked for every `poll` (real time)."""

    id: str
    client: PracticeClient
    poll: timedelta

    @property
    def cursor_type(self) -> type[int]:
        """What a cursor is: the platform's count of changes."""
        return int

    async def listen(self, after: int | None) -> AsyncIterator[Batch[int]]:
        """Yield what comes after the cursor, for ever.

        Raises:
            Transient: the platform does not answer; listen again from the last cursor.
            Rejected: it refuses us for good.
        """
        cursor = after or 0
        while True:
            page = await self.client.changes(cursor)
            lines = [
                RawPost(msgspec.json.encode(change.post), str(change.cursor))
                for change in page.changes
                if change.post.get("source") == self.id
            ]
            if page.changes:
                cursor = page.next
                yield Batch(lines, cursor)
            else:
                await asyncio.sleep(self.poll.total_seconds())
