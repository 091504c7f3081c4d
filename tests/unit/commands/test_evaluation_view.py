"""Tables of figures fit the terminal, and no interval is cut in two."""

import io
import re

import pytest
from rich.console import Console

from classifiers.evaluation.tables import Grid
from vigie.commands.evaluation_view import fitting, table

GRID = Grid(
    title="Toxicity",
    header=["language", "head", "texts", "yes / no", "macro-F1", "best (at)", "AUC", "error"],
    rows=[
        ["fr", "identity attack", "a source", "1,234 / 5,678",
         *(f"{n}.0 [{n}.1–{n + 60}.2]" for n in (10, 20, 30, 35))],
        ["en", "toxic", "all", "1 / 2", "–", "–", "–", "–"],
    ],
    left=3,
)  # fmt: skip


def shown(width: int, *, boxed: bool) -> list[str]:
    """Return the lines that a terminal of that width gets."""
    console = Console(width=width, file=io.StringIO())
    for part in fitting(GRID, width - 2):
        console.print(table(part, boxed=boxed))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("boxed", [True, False])
def test_intervals_stay_whole_at_any_width(width: int, *, boxed: bool) -> None:
    """A narrow terminal gets several tables, each with the names in front."""
    lines = shown(width, boxed=boxed)
    assert max(map(len, lines)) <= width
    # Sorted: one interval may stand beside its figure and the next one below its own.
    assert sorted(re.findall(r"\[[\d.]+–[\d.]+\]", "\n".join(lines))) == [
        f"[{n}.1–{n + 60}.2]" for n in (10, 20, 30, 35)
    ]
    titles = sum("language" in line for line in lines)
    assert titles == sum("toxic" in line for line in lines)
    assert titles == (1 if width >= 100 else titles)


def test_what_comes_from_a_file_steers_no_terminal() -> None:
    """The name of a source is anybody's text."""
    grid = Grid("t", ["texts", "n"], [["[red]evil\x1b[2J", "1"]], left=1)
    console = Console(width=80, file=io.StringIO())
    console.print(table(grid, boxed=True))
    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    assert "[red]evil" in said
    assert "\x1b" not in said
