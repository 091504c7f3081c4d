"""Follows a JSON Lines file: what is there, then what is appended."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from vigie.connectors.source import Batch, RawPost
from vigie.errors import Transient
from vigie.lines import Place, read_lines

BATCH: Final = 500
"""Lines that are handed on together."""


@dataclass(frozen=True, slots=True)
class FileCursor:
    """A place in one file; another inode under the same path is another file, read from 0."""

    inode: int
    place: Place


@dataclass(frozen=True, slots=True)
class FileListener:
    """One file, looked at every `poll`; it need not exist yet."""

    id: str
    path: Path
    poll: timedelta

    @property
    def cursor_type(self) -> type[FileCursor]:
        """What a cursor is."""
        return FileCursor

    async def listen(self, after: FileCursor | None) -> AsyncIterator[Batch[FileCursor]]:
        """Yield the lines after the cursor; a line is whole once its end is written.

        Raises:
            Transient: the file is there and cannot be read.
        """
        while True:
            batch = await asyncio.to_thread(self._read, after)
            if batch is None:
                await asyncio.sleep(self.poll.total_seconds())
            else:
                after = batch.cursor
                yield batch

    def _read(self, after: FileCursor | None) -> Batch[FileCursor] | None:
        """Return the next lines, None when there are none yet."""
        try:
            with self.path.open("rb") as file:
                status = self.path.stat()
                start = _start(after, status.st_ino, status.st_size)
                file.seek(start.offset)
                found = list(islice(read_lines(file, start, growing=True), BATCH))
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"source {self.id}: cannot read its file ({error.strerror})"
            raise Transient(message) from error
        if not found:
            return None
        lines = [RawPost(line.data, str(line.after.line), line.cut) for line in found]
        return Batch(lines, FileCursor(status.st_ino, found[-1].after))


def _start(after: FileCursor | None, inode: int, size: int) -> Place:
    """Return where to go on: at the beginning of a file that was replaced or emptied."""
    if after is None or after.inode != inode or after.place.offset > size:
        return Place()
    return after.place
