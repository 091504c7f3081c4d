"""Comments per second as bars, in SVG: one panel for each load, all on one scale.

Pure text, the same for the same figures, so that a commit shows what changed.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from tests.bench.classifier.contenders import FIXED, GOALS, Goal, Load
from tests.bench.classifier.figures import Row, Turn, rows

_WIDTH: Final = 920
_LEFT: Final = 200
"""Where bars begin: names stand before."""
_RIGHT: Final = 80
"""Room for the number behind the longest bar."""
_ROW: Final = 26
_BAR: Final = 18
_HEAD: Final = 34
_TOP: Final = 56
_BOTTOM: Final = 40

_INK: Final = "#1c2733"
_FAINT: Final = "#5b6773"
_OURS: Final = "#14588f"
_THEIRS: Final = "#a9b4bf"
_GOAL: Final = "#b3410e"


def chart(turns: Sequence[Turn]) -> str:
    """Return the picture of the medians of all loads that give every text the same length."""
    panels = [(load, found) for load in FIXED if (found := rows(turns, load))]
    wanted = [goal.rate for goal in GOALS]
    longest = max([row.median for _, found in panels for row in found] + wanted)
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    at, drawn = _TOP, []
    for load, found in panels:
        drawn += list(_panel(load, found, at, scale))
        at += _HEAD + _ROW * len(found)
    return "\n".join((*_frame(at + _BOTTOM), *drawn, _legend(at + _BOTTOM - 14), "</svg>")) + "\n"


def _frame(height: int) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        ' font-family="system-ui, sans-serif" font-size="14" aria-labelledby="title">'
    )
    title = "Comments per second on two cores (median of the rounds)"
    yield f'<title id="title">{title}</title>'
    yield f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
    yield _text(16, 30, title, size=18, weight="bold")


def _panel(load: Load, found: Sequence[Row], top: int, scale: float) -> Iterator[str]:
    yield _text(16, top + 22, load.label.capitalize(), weight="bold")
    goals = {goal.contender: goal for goal in GOALS if goal.load == load}
    for number, row in enumerate(found):
        yield from _bar(row, goals.get(row.contender), top + _HEAD + _ROW * number, scale)


def _bar(row: Row, goal: Goal | None, top: int, scale: float) -> Iterator[str]:
    """Draw name, bar and number; the number stands behind the mark of a goal, not on it."""
    length = row.median * scale
    colour = _OURS if row.contender.ours else _THEIRS
    yield _text(_LEFT - 10, top + 14, row.contender.label, anchor="end")
    yield f'<rect x="{_LEFT}" y="{top}" width="{length:.1f}" height="{_BAR}" fill="{colour}"/>'
    end = length
    if goal:
        mark = goal.rate * scale
        yield (
            f'<rect x="{_LEFT + mark - 1.5:.1f}" y="{top - 3}" width="3" height="{_BAR + 6}"'
            f' fill="{_GOAL}"/>'
        )
        end = max(length, mark)
    yield _text(_LEFT + end + 8, top + 14, f"{row.median:.0f}")


def _legend(baseline: int) -> str:
    return _text(16, baseline, "Blue: Vigie. Grey: the same network otherwise, or what one would "
                 "take instead. Red mark: the goal.", colour=_FAINT, size=12)  # fmt: skip


def _text(
    x: float,
    y: float,
    said: str,
    *,
    anchor: str = "start",
    weight: str = "normal",
    size: int = 14,
    colour: str = _INK,
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-weight="{weight}"'
        f' font-size="{size}" fill="{colour}">{escape(said)}</text>'
    )
