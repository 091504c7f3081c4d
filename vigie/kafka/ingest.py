"""Feeds a file of JSON Lines into Kafka, at once or at the pace at which it was written.

What was fed in twice is harmless (ids are deterministic); a bookmark of what the broker has
confirmed spares the repetition after an interruption. It is kept per file, is valid only while
the file still begins as it did, and is removed once the file has been read to its end. Standard
input, and a paced replay, whose times depend on when it began, start anew each time.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Post
from vigie.intake import Intake
from vigie.kafka.producer import PostWriter
from vigie.kafka.source_file import SourceFile
from vigie.lines import Place
from vigie.ports import Clock

BATCH: Final = 500
"""Lines that are written together, and at most read again after an interruption."""

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and, where known, the bytes in all."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a file; `resumed` is the line after which an earlier run had stopped."""

    posts: int = 0
    dead_letters: int = 0
    resumed: int = 0

    def sentence(self) -> str:
        """Return the report in words."""
        words = f"{self.posts} posts written, {self.dead_letters} unreadable lines set aside"
        return f"{words}, resumed after line {self.resumed}" if self.resumed else words


@dataclass(frozen=True, slots=True)
class _Item:
    """What a line became and the place behind it."""

    record: Post | DeadLetter
    after: Place


def ingest(  # noqa: PLR0913 - each is something of its own
    file: str,
    *,
    writer: PostWriter,
    intake: Intake,
    clock: Clock,
    data_dir: Path,
    on_progress: Progress,
    speed: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> IngestReport:
    """Write every line of the file (`-` is standard input) as a post or a dead letter.

    With `speed`, times are shifted so that the first post is published now, and the others
    follow at the original distances divided by `speed`; without it, everything goes out at once.

    Raises:
        Misconfigured: the file cannot be read.
        Transient: the broker went away; the same call goes on where this one stopped.
    """
    with SourceFile(file, data_dir, resumable=speed is None) as source:
        report = IngestReport(resumed=source.start.line)
        items = _items(source, intake, clock)
        batches = _batches(items) if speed is None else _paced(items, speed, clock, sleep)
        for batch in batches:
            writer.write([item.record for item in batch])
            source.reached(batch[-1].after)
            on_progress(batch[-1].after.offset, source.size)
            report = _counted(report, batch)
        source.finished()
        on_progress(source.size or 0, source.size)
    return report


def _items(source: SourceFile, intake: Intake, clock: Clock) -> Iterator[_Item]:
    for line in source.lines():
        if line.data.strip():
            record = intake.admit(
                line.data,
                origin=source.name,
                position=str(line.after.line),
                received=clock.now(),
                cut=line.cut,
            )
            yield _Item(record, line.after)


def _batches(items: Iterator[_Item]) -> Iterator[list[_Item]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def _paced(
    items: Iterator[_Item], speed: float, clock: Clock, sleep: Callable[[float], None]
) -> Iterator[list[_Item]]:
    """Yield what is due, each time all of it; what is behind schedule goes out together."""
    waiting: list[_Item] = []
    pace: _Pace | None = None
    for item in items:
        if isinstance(item.record, Post):
            pace = pace or _Pace(clock.now(), item.record.changed, speed)
            due = pace.shifted(item.record.changed)
            if waiting and (due > clock.now() or len(waiting) >= BATCH):
                yield waiting
                waiting = []
            sleep(max(0.0, clock.seconds(due - clock.now())))
            item = replace(item, record=pace.live(item.record, clock.now()))  # noqa: PLW2901
        waiting.append(item)
    if waiting:
        yield waiting


@dataclass(frozen=True, slots=True)
class _Pace:
    """Maps the times of a recording, which began at `first`, to a replay that begins at `start`."""

    start: datetime
    first: datetime
    speed: float

    def shifted(self, at: datetime) -> datetime:
        return self.start + (at - self.first) / self.speed

    def live(self, post: Post, received: datetime) -> Post:
        return replace(
            post,
            published=self.shifted(post.published),
            changed=self.shifted(post.changed),
            received=received,
        )


def _counted(report: IngestReport, batch: list[_Item]) -> IngestReport:
    posts = sum(isinstance(item.record, Post) for item in batch)
    return replace(
        report,
        posts=report.posts + posts,
        dead_letters=report.dead_letters + len(batch) - posts,
    )
