"""Texts from JSON Lines: one object per line with `text`, and `id` and `lang` where there are any.

Also what Vigie itself records: an exported line of the assessments topic, where the text stands in
`post`. Lines are read one by one and what cannot be read keeps its place. Sentences about it name
the field, never what it holds.
"""

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from vigie.errors import Misconfigured, Unprocessable
from vigie.lines import Place, RawLine, read_lines

STDIN: Final = "-"

MAX_LINE_BYTES: Final = 16 * 1024 * 1024
"""A million characters, each of them escaped, fit into a line."""

CHUNK_TEXTS: Final = 2_048
CHUNK_CHARACTERS: Final = 4_000_000
"""A chunk ends at either: texts of like length in it share a run, and memory is bounded."""

_LANGUAGE_FIELDS: Final = ("lang", "language")

Id = str | int | float | None


@dataclass(frozen=True, slots=True)
class Text:
    """A text to judge; `after` is the place behind its line."""

    text: str
    id: Id
    language: str | None
    after: Place


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that holds no text, and what to do about it."""

    reason: str
    id: Id
    after: Place


Line = Text | Unreadable


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input where it is `-`.

    Raises:
        Misconfigured: it cannot be read.
    """
    if file == STDIN:
        if sys.stdin is None:  # whoever started us closed it
            message = "standard input is closed: pipe lines into it, or name a file"
            raise Misconfigured(message)
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - closed below; only opening may fail here
    except OSError as error:
        message = f"cannot read {file}: {error.strerror}"
        raise Misconfigured(message) from error
    with stream:
        yield stream


def read_texts(file: BinaryIO, *, language: str | None = None) -> Iterator[Line]:
    """Yield the lines of `file` in order; blank ones are no lines.

    `language` is that of texts that bring none.
    """
    for raw in read_lines(file, Place(), longest=MAX_LINE_BYTES):
        if raw.data.strip():
            yield _read(raw, language)


def chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield the lines in order, many at a time."""
    chunk: list[Line] = []
    characters = 0
    for line in lines:
        chunk.append(line)
        characters += _characters(line)
        if len(chunk) == CHUNK_TEXTS or characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _characters(line: Line) -> int:
    said = (line.text, line.language or "") if isinstance(line, Text) else ()
    return len(str(line.id or "")) + sum(map(len, said))


def _read(raw: RawLine, language: str | None) -> Line:
    id_: Id = None
    try:
        fields = _object(raw)
        id_ = _id(fields)
        text = _string(fields, "text")
        if text is None:
            _refuse('has no "text": write an object such as {"id": "1", "text": "…"}')
        given = (_string(fields, name) for name in _LANGUAGE_FIELDS)
        return Text(text, id_, next(filter(None, given), language), raw.after)
    except Unprocessable as refusal:
        return Unreadable(str(refusal), id_, raw.after)


def _object(raw: RawLine) -> dict[str, Any]:
    """Return the object that holds the text: the line's own, or its post."""
    if raw.cut:
        _refuse(f"is longer than {MAX_LINE_BYTES // 1024**2} MiB: shorten its text")
    value = _decode(raw.data)
    if isinstance(value, dict) and isinstance(value.get("post"), dict):
        value = value["post"]
    if not isinstance(value, dict):
        _refuse('is no JSON object: write one per line, such as {"id": "1", "text": "…"}')
    return value


def _decode(data: bytes) -> Any:  # noqa: ANN401 - whatever was written
    try:
        # Python's own decoder: lone surrogates, which others write and msgspec refuses, are read.
        return json.loads(data.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        _refuse(f"is not UTF-8 at byte {error.start + 1}: save the file as UTF-8")
    except json.JSONDecodeError as error:
        _refuse(f"is not JSON at column {error.colno}: write one object per line")
    except (ValueError, RecursionError):
        _refuse("is JSON that nobody can read: a number too long, or too many brackets")


def _refuse_constant(name: str) -> NoReturn:
    _refuse(f"holds {name}, which is not JSON: write null or leave it out")


def _id(fields: dict[str, Any]) -> Id:
    value = fields.get("id")
    if isinstance(value, bool) or not isinstance(value, Id):
        _refuse('has an "id" that is neither a string nor a number')
    if isinstance(value, float) and math.isinf(value):
        _refuse('has an "id" that is too large a number: write it in quotes')
    return value


def _string(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        _refuse(f'has a "{name}" that is no string: write it in quotes')
    return value


def _refuse(sentence: str) -> NoReturn:
    raise Unprocessable(sentence)
