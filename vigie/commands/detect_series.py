"""`vigie detect-series`: the volume detector on a file of counts."""

import csv
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from typing import Annotated, BinaryIO, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import wrap_file

from vigie.commands.options import examples
from vigie.commands.texts import opened
from vigie.detection.series import ALARM, Scorer
from vigie.errors import Misconfigured

EXAMPLES: Final = examples(
    "vigie detect-series mentions.csv > scores.csv",
    "zcat mentions.csv.gz | vigie detect-series - > scores.csv",
)
_COLUMNS: Final = ("timestamp", "value")
_MOST: Final = 1e15
"""No count is larger; beyond, floating point runs out of numbers."""
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One count: as written, and what it means; `local` if no offset was written."""

    timestamp: str
    value: str
    at: datetime
    count: float
    local: bool


def detect_series(
    file: Annotated[
        str,
        typer.Argument(
            help="CSV with the columns timestamp (ISO 8601) and value (a count), the oldest row"
            " first; - for standard input."
        ),
    ],
) -> None:
    """Score each row of a series of counts, from 0 (nothing new) to 1; from 0.5 on it is an alarm.

    Writes timestamp, value and anomaly_score as CSV to standard output. A score depends on no later
    row; it is 0 on the first day, and 0 for a burst that a row of the last 30 hours has told.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    scorer = Scorer()
    rows = alarms = 0
    with opened(file) as stream, _shown(stream) as watched:
        for row in read_rows(watched):
            if not rows:
                writer.writerow((*_COLUMNS, "anomaly_score"))
            score = scorer(row.at, row.count)
            writer.writerow((row.timestamp, row.value, f"{score:.6f}"))
            rows, alarms = rows + 1, alarms + (score >= ALARM)
    typer.echo(f"{rows:,} rows, {alarms:,} alarms (anomaly_score >= {ALARM})", err=True)


def read_rows(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows in the order they stand.

    Raises:
        Misconfigured: a row cannot be read, goes back in time, or there is none; says which.
    """
    text = TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    lines = csv.reader(text)
    last: datetime | None = None
    try:
        places = _places(next(lines, []))
        for fields in lines:
            if not any(field.strip() for field in fields):
                continue
            row = _row(fields, places, lines.line_num)
            if last is not None and row.at < last:
                row = _again(row, last, lines.line_num)
            last = row.at
            yield row
    except UnicodeDecodeError:
        _refuse(lines.line_num + 1, "is not UTF-8: save the file as UTF-8")
    except csv.Error as error:
        _refuse(lines.line_num, f"is no CSV ({error}): write timestamp,value")
    finally:
        text.detach()  # whoever opened the stream closes it
    if last is None:
        _refuse(lines.line_num + 1, "is missing: write at least one row below the header")


@contextmanager
def _shown(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Show a bar while the stream is read, if it is a file and only the bar is on the terminal."""
    size = os.fstat(stream.fileno()).st_size
    console = Console(stderr=True)
    if not size or sys.stdout.isatty() or not console.is_terminal:
        yield stream
        return
    with wrap_file(stream, size, console=console, transient=True, description="") as wrapped:
        yield wrapped


def _places(header: list[str]) -> tuple[int, int]:
    names = [name.strip().lower() for name in header]
    for column in _COLUMNS:
        if names.count(column) != 1:
            _refuse(1, f"must name the column {column} once: begin the file with timestamp,value")
    return names.index("timestamp"), names.index("value")


def _row(fields: list[str], places: tuple[int, int], line: int) -> Row:
    if len(fields) <= max(places):
        _refuse(line, "has too few columns: write timestamp,value")
    timestamp, value = (fields[place] for place in places)
    at = _moment(timestamp, line)
    # Without an offset the clock is the series' own; only steps between rows matter.
    local = at.tzinfo is None
    return Row(
        timestamp, value, at.replace(tzinfo=UTC) if local else at, _count(value, line), local=local
    )


def _again(row: Row, last: datetime, line: int) -> Row:
    """Let time stand still for the hour that a clock on the wall shows twice in autumn."""
    if not row.local or last - row.at >= _HOUR:
        _refuse(line, "goes back in time: sort the file by timestamp")
    return replace(row, at=last)


def _moment(written: str, line: int) -> datetime:
    try:
        return datetime.fromisoformat(written.strip())
    except ValueError:
        _refuse(line, "has a timestamp that is not ISO 8601: write it as 2026-01-31 14:05:00")


def _count(written: str, line: int) -> float:
    try:
        count = float(written)
    except ValueError:
        count = math.nan
    if not 0 <= count <= _MOST:
        _refuse(line, "has a value that is no count: write a number from 0 on")
    return count


def _refuse(line: int, reason: str) -> NoReturn:
    message = f"line {line} {reason}"
    raise Misconfigured(message)
