"""What `vigie connect` runs: every source is listened to at once, and what comes goes to Kafka.

At least once: a cursor is remembered after the broker has confirmed what lies before it, and
repeats carry the same ids. A source that fails is tried again and does not stop the others.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from vigie.bookmarks import Bookmark
from vigie.connectors.source import Batch, Listener
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Post
from vigie.errors import Misconfigured, Rejected, Transient
from vigie.intake import Intake
from vigie.ports import Clock

FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=1)
"""Waits double from the first to the longest; a refused source is tried every longest wait."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Writer(Protocol):
    """What takes posts and dead letters, blocking until they are safe."""

    def write(self, records: Sequence[Post | DeadLetter]) -> None:
        """Write the records in order.

        Raises:
            Transient: some may not be written; writing all again is harmless.
        """
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


async def connect(
    listeners: Sequence[Listener[Any]],
    *,
    open_writer: Callable[[], Writer],
    intake: Intake,
    clock: Clock,
    data_dir: Path,
) -> None:
    """Listen to all sources until cancelled; cursors are kept under `data_dir`.

    Raises:
        Misconfigured: nothing can be written like this.
    """
    writer = await _patiently(open_writer, what="broker")
    try:
        async with asyncio.TaskGroup() as group:
            for listener in listeners:
                path = data_dir / "cursors" / f"{listener.id}.json"
                bookmark = Bookmark(path, listener.cursor_type)
                ear = _Ear(listener, bookmark, writer, intake, clock)
                group.create_task(ear.listen())
    except* Misconfigured as mistakes:
        raise mistakes.exceptions[0] from None
    finally:
        await asyncio.to_thread(writer.close)


class _Ear:
    """One source, listened to for ever."""

    def __init__(
        self,
        listener: Listener[T],
        bookmark: Bookmark[T],
        writer: Writer,
        intake: Intake,
        clock: Clock,
    ) -> None:
        self._listener = listener
        self._bookmark = bookmark
        self._writer = writer
        self._intake = intake
        self._clock = clock
        self._failures = 0

    async def listen(self) -> None:
        while True:
            try:
                async for batch in self._listener.listen(self._bookmark.read()):
                    self._failures = 0
                    await self._hand_on(batch)
            except Transient as problem:
                await _wait(self._failures, problem, what=self._listener.id)
                self._failures += 1
            except Rejected as refusal:
                _log.error("source=%s refused=%s", self._listener.id, refusal)
                await asyncio.sleep(LONGEST_WAIT.total_seconds())

    async def _hand_on(self, batch: Batch[Any]) -> None:
        records = [
            self._intake.admit(
                line.data,
                origin=self._listener.id,
                position=line.position,
                received=self._clock.now(),
                cut=line.cut,
            )
            for line in batch.lines
            if line.data.strip()
        ]
        if records:
            await _patiently(lambda: self._writer.write(records), what="broker")
            self._log_batch(records)
        await asyncio.to_thread(self._bookmark.write, batch.cursor)

    def _log_batch(self, records: Sequence[Post | DeadLetter]) -> None:
        letters = sum(isinstance(record, DeadLetter) for record in records)
        posts = len(records) - letters
        _log.info("source=%s posts=%d dead_letters=%d", self._listener.id, posts, letters)


async def _patiently(action: Callable[[], T], *, what: str) -> T:
    """Do what blocks in a thread, again and again until it does not fail in passing."""
    failures = 0
    while True:
        try:
            return await asyncio.to_thread(action)
        except Transient as problem:
            await _wait(failures, problem, what=what)
            failures += 1


async def _wait(failures: int, problem: Transient, *, what: str) -> None:
    """Say what failed and wait, the longer the more often it did, or as long as it asked for."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 10))
    wait = max(wait, problem.retry_after or wait)
    _log.warning("retry=%s wait_s=%g problem=%s", what, wait.total_seconds(), problem)
    await asyncio.sleep(wait.total_seconds())
