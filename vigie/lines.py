"""Reads the lines of a growing or finished file by byte position; knows nothing of their content.

Positions are what a reader can come back to after an interruption.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

MAX_LINE_BYTES: Final = 512 * 1024
"""Longer lines are cut by default: what is kept fits into one Kafka record even in base64."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Place:
    """Between two lines: bytes read and lines read so far."""

    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line without its end; `after` is the place behind it, `cut` whether bytes are missing."""

    data: bytes
    after: Place
    cut: bool = False


def read_lines(
    file: BinaryIO, start: Place, *, growing: bool = False, longest: int = MAX_LINE_BYTES
) -> Iterator[RawLine]:
    """Yield the lines that follow `start`, where the file must stand already.

    No more than `longest` bytes of a line are kept. Of a growing file the last line is left for
    later until its end is written. Blank lines are yielded too, as they count.
    """
    place = start
    while data := file.readline(longest):
        length, ended = _read_to_end(file, data)
        if growing and not ended:
            return
        place = Place(place.offset + length, place.line + 1)
        yield RawLine(_content(data, place), place, cut=length > len(data))


def _read_to_end(file: BinaryIO, data: bytes) -> tuple[int, bool]:
    """Read to the end of a line that begins with `data`; return its length and if it ends."""
    length = len(data)
    while not data.endswith(b"\n"):
        data = file.readline(MAX_LINE_BYTES)
        if not data:
            return length, False
        length += len(data)
    return length, True


def _content(data: bytes, place: Place) -> bytes:
    data = data.rstrip(b"\r\n")
    return data.removeprefix(_BYTE_ORDER_MARK) if place.line == 1 else data
