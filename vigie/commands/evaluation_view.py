"""The figures of an evaluation on a terminal, whatever its width."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from classifiers.evaluation.tables import Grid
from vigie.commands.score_view import plain

#: Cells between two columns.
_GAP: Final = 2


def fitting(grid: Grid, width: int) -> Iterator[Grid]:
    """Yield *grid* in parts that are no wider than *width*, each with the columns of names."""
    names = sum(_GAP + max(map(len, cells)) for cells in list(_columns(grid))[: grid.left])
    part: list[int] = []
    room = width - names
    for at in range(grid.left, len(grid.header)):
        needed = _GAP + _longest_word(grid, at)
        if part and needed > room:
            yield _with_columns(grid, part)
            part, room = [], width - names
        part.append(at)
        room -= needed
    yield _with_columns(grid, part)


def _columns(grid: Grid) -> Iterator[tuple[str, ...]]:
    yield from zip(grid.header, *grid.rows, strict=True)


def _longest_word(grid: Grid, at: int) -> int:
    """Return the width below which a figure or an interval would be cut in two."""
    return max(len(word) for line in (grid.header, *grid.rows) for word in line[at].split() or [""])


def _with_columns(grid: Grid, figures: Sequence[int]) -> Grid:
    kept = [*range(grid.left), *figures]
    rows = [[row[at] for at in kept] for row in grid.rows]
    return Grid(grid.title, [grid.header[at] for at in kept], rows, grid.left)


def table(grid: Grid, *, boxed: bool) -> Table:
    """Return *grid* as a table, in lines for people and bare for files."""
    drawn = Table(box=SIMPLE_HEAD if boxed else None, pad_edge=False, padding=(0, 1, 0, 0))
    for at, name in enumerate(grid.header):
        # A figure may stand above its interval, but no word is cut in two.
        drawn.add_column(
            name,
            justify="left" if at < grid.left else "right",
            overflow="fold",
            min_width=_longest_word(grid, at),
        )
    for row in grid.rows:
        drawn.add_row(*(Text(plain(cell)) for cell in row))
    return drawn
