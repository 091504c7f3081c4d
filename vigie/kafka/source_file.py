"""The file that `vigie ingest` reads, and how far the broker has confirmed it."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from vigie.bookmarks import Bookmark
from vigie.errors import Misconfigured
from vigie.lines import Place, RawLine, read_lines

STDIN: Final = "-"

HEAD_BYTES: Final = 64 * 1024
"""How much of the beginning tells whether it is still the same file."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A place in a file whose beginning had this BLAKE2b hash, in hexadecimal."""

    place: Place
    head: str


class SourceFile:
    """A path, or `-` for standard input; the context manager opens it where reading goes on.

    Raises:
        Misconfigured: it cannot be read.
    """

    def __init__(self, file: str, data_dir: Path, *, resumable: bool) -> None:
        self.name = "stdin" if file == STDIN else Path(file).name
        self.start = Place()
        self.size: int | None = None
        self._file = _open(file)
        self._head = b""
        self._bookmark: Bookmark[Reached] | None = None
        if file != STDIN and self._file.seekable():
            self._head = self._file.read(HEAD_BYTES)
            self.size = self._file.seek(0, 2)
            if resumable:
                self._bookmark = Bookmark(_bookmark_path(file, data_dir), Reached)
                self.start = self._resume(self._bookmark)
            self._file.seek(self.start.offset)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not sys.stdin.buffer:
            self._file.close()

    def lines(self) -> Iterator[RawLine]:
        """Yield the lines that were not confirmed before."""
        return read_lines(self._file, self.start)

    def reached(self, place: Place) -> None:
        """Remember that the broker has everything up to this place."""
        if self._bookmark is not None:
            self._bookmark.write(Reached(place, _digest(self._head[: place.offset])))

    def finished(self) -> None:
        """Forget the place: the next run is a new one."""
        if self._bookmark is not None:
            self._bookmark.clear()

    def _resume(self, bookmark: Bookmark[Reached]) -> Place:
        reached = bookmark.read()
        if reached is None or reached.place.offset > (self.size or 0):
            return Place()
        same = reached.head == _digest(self._head[: reached.place.offset])
        return reached.place if same else Place()


def _open(file: str) -> BinaryIO:
    if file == STDIN:
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        message = f"cannot read {file}: {error.strerror}"
        raise Misconfigured(message) from error


def _bookmark_path(file: str, data_dir: Path) -> Path:
    name = hashlib.blake2b(str(Path(file).resolve()).encode(), digest_size=16).hexdigest()
    return data_dir / "ingest" / f"{name}.json"


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
