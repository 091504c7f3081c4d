"""Turns a CrisisLexT26 collection into lines for `vigie ingest`, sorted by time.

A collection keeps the texts of about a thousand tweets in one file and the times of all of them
in another; they are joined by tweet id. Authors are not in the data: each tweet gets one of its
own. Source: Olteanu, Vieweg, Castillo, "What to Expect When the Unexpected Happens", CSCW 2015.

    python -m vigie.replay.crisislex FOLDER > posts.jsonl
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Final

from vigie.domain.post import Kind, Platform
from vigie.errors import Misconfigured, VigieError
from vigie.intake import Line, format_line

SOURCE: Final = "x-search"
"""The source that the lines name; a watch can match it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Lines by time, and how many tweets were left out because their time is not known."""

    lines: tuple[Line, ...]
    without_time: int


def read_collection(folder: Path) -> Recording:
    """Join the texts and times of one collection.

    Raises:
        Misconfigured: the folder does not hold the two files of a collection.
    """
    times = {
        id_: datetime.strptime(time, "%a %b %d %H:%M:%S %z %Y")
        for time, id_, *_ in _rows(folder, "tweetids_*")
    }
    texts = {id_: text for id_, text, *_ in _rows(folder, "tweets_labeled")}
    lines = (_line(id_, text, times[id_]) for id_, text in texts.items() if id_ in times)
    return Recording(
        tuple(sorted(lines, key=lambda line: (line.published, line.id))),
        without_time=len(texts.keys() - times.keys()),
    )


def _line(id_: str, text: str, published: datetime) -> Line:
    return Line(
        id=id_,
        platform=Platform.X,
        source=SOURCE,
        kind=Kind.MENTION,
        conversation=id_,
        author=f"author-of-{id_}",
        published=published,
        # X delivers &, < and > as HTML entities; nobody wrote those.
        text=unescape(text),
    )


def _rows(folder: Path, name: str) -> Iterator[list[str]]:
    found = sorted(folder.glob(f"*-{name}.csv"))
    if len(found) != 1:
        message = f"{folder} does not hold exactly one file *-{name}.csv of a CrisisLex collection"
        raise Misconfigured(message)
    with found[0].open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        yield from rows


def main(arguments: list[str]) -> int:
    """Write the lines to standard output and the count to standard error."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m vigie.replay.crisislex FOLDER > posts.jsonl\n")
        return 2
    try:
        recording = read_collection(Path(arguments[0]))
    except VigieError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for line in recording.lines:
        sys.stdout.buffer.write(format_line(line) + b"\n")
    sys.stderr.write(
        f"{len(recording.lines)} tweets written, {recording.without_time} left out for want of"
        " a time\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
