"""Standard error while a file is read: how far it is, and which of its lines cannot be read."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from vigie.commands.texts import STDIN, Line, Unreadable

NAMED: Final = 20
"""Unreadable lines that are named one by one; of a file in another format all would be."""

INTERRUPTED: Final = 130
"""The exit status of whom Ctrl-C ended."""


class Reading:
    """Counts lines and shows the bar, where standard error is a terminal and output is elsewhere.

    Without a `file` the lines come from somewhere that has no size. As a context manager it takes
    the bar away in the end.
    """

    def __init__(self, file: str | None, *, answers_to_stdout: bool) -> None:
        self.lines = 0
        self.unreadable = 0
        console = Console(stderr=True)
        mixed = answers_to_stdout and sys.stdout.isatty()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[said]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=mixed or not console.is_terminal,
        )
        self._task = self._progress.add_task(
            Path(file).name if file else "", total=_size(file), said=""
        )
        self._begin = time.perf_counter()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def passed(self, chunk: Sequence[Line]) -> None:
        """Tell of lines that are done with, and name those that cannot be read."""
        self.lines += len(chunk)
        for line in chunk:
            if isinstance(line, Unreadable):
                self._name(line)
        pace = self.lines / (time.perf_counter() - self._begin)
        self._progress.update(
            self._task, completed=chunk[-1].after.offset, said=f"{self.lines} lines, {pace:.0f}/s"
        )

    def interrupted(self) -> int:
        """Say where it was stopped; return the exit status."""
        self._say(f"stopped after {self.lines} lines: their answers are whole, the rest is missing")
        return INTERRUPTED

    def finished(self) -> int:
        """Say how many lines could not be read; return the exit status."""
        if not self.unreadable:
            return 0
        self._say(f"{self.unreadable} of {self.lines} lines could not be read")
        return 1

    def _name(self, line: Unreadable) -> None:
        self.unreadable += 1
        if self.unreadable <= NAMED:
            self._say(f"line {line.after.line} {line.reason}")
        elif self.unreadable == NAMED + 1:
            self._say("further lines that cannot be read are only counted")

    def _say(self, sentence: str) -> None:
        self._progress.console.print(
            f"vigie: {sentence}", markup=False, highlight=False, soft_wrap=True
        )


def _size(file: str | None) -> int | None:
    """Return the bytes of a file; None where nobody knows them beforehand."""
    return Path(file).stat().st_size or None if file and file != STDIN else None
