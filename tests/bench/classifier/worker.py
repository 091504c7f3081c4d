"""One contender in a process of its own: `…classifier.worker NAME FOLDER THREADS`.

Says lines of JSON on standard output: that it has answered a first text, what a comment is by its
tokeniser, then one for each line that asks for a turn. What libraries print goes to standard error.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from statistics import fmean
from typing import Any, BinaryIO, Final

import msgspec

from tests.bench.classifier.contenders import Contender, Load
from tests.bench.classifier.engines import Opened, open_contender
from tests.bench.classifier.lengths import french, mixed, of_length

#: A first comment, as somebody writes it.
_FIRST: Final = "Bonjour, quelle est la profondeur du puits ? Merci d'avance"
#: Texts of each length that take turns.
_TEXTS: Final = 96
#: A turn has at least so many calls, however long each takes.
_CALLS: Final = 3


class Ready(msgspec.Struct, frozen=True):
    """The first text is answered."""


class Counted(msgspec.Struct, frozen=True):
    """How many pieces the tokeniser makes of a French comment, on average."""

    pieces: float


class Ask(msgspec.Struct, frozen=True):
    """Work under `load` for about so many `seconds`."""

    load: Load
    seconds: float


class Worked(msgspec.Struct, frozen=True):
    """The seconds of each call, and how many texts the cache answered meanwhile."""

    calls: tuple[float, ...]
    spared: int


class Worker:
    """A contender with the texts that it is asked."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._fed: dict[Load, Iterator[Any]] = {}

    def work(self, ask: Ask) -> Worked:
        """Answer for the time asked, after one call that is not counted."""
        feed = self._feed(ask.load)
        self._opened.run(next(feed))
        before = self._opened.spared()
        calls = tuple(_timed(self._opened.run, feed, ask.seconds))
        return Worked(calls, self._opened.spared() - before)

    def _feed(self, load: Load) -> Iterator[Any]:
        """Return batches that are ready, and go on where the turn before ended."""
        if load not in self._fed:
            self._fed[load] = self._batches(load)
        return self._fed[load]

    def _batches(self, load: Load) -> Iterator[Any]:
        if load.pieces is None:
            return map(self._opened.prepare, mixed(load.batch, load.copies))
        texts = of_length(load.pieces, self._count, _TEXTS)
        firsts = range(0, _TEXTS - load.batch + 1, load.batch)
        return cycle([self._opened.prepare(texts[at : at + load.batch]) for at in firsts])

    def _count(self, text: str) -> int:
        return len(self._opened.pieces([text])[0])


def _timed(run: Callable[[Any], object], feed: Iterator[Any], seconds: float) -> Iterator[float]:
    """Yield how long each call takes; getting a batch ready is not in it."""
    spent, done = 0.0, 0
    while spent < seconds or done < _CALLS:
        ready = next(feed)
        begun = time.perf_counter()
        run(ready)
        call = time.perf_counter() - begun
        spent, done = spent + call, done + 1
        yield call


def main(contender: Contender, folder: Path, threads: int, out: BinaryIO) -> None:
    """Answer one text, then what standard input asks for, on as many cores as threads."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    opened = open_contender(contender, folder, threads)
    opened.run(opened.prepare([_FIRST]))
    _say(out, Ready())
    _say(out, Counted(fmean(map(len, opened.pieces(french())))))
    worker = Worker(opened)
    for line in sys.stdin.buffer:
        _say(out, worker.work(msgspec.json.decode(line, type=Ask)))


def _say(out: BinaryIO, said: msgspec.Struct) -> None:
    out.write(msgspec.json.encode(said) + b"\n")
    out.flush()


if __name__ == "__main__":
    name, folder, threads = sys.argv[1:]
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        main(Contender(name), Path(folder), int(threads), answers)
