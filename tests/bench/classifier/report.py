"""The figures as tables, for a terminal and for docs/benchmarks-classifier.md, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from string import Template
from typing import Any, Final

from rich.box import SIMPLE
from rich.table import Table

from tests.bench.classifier.contenders import FIXED, GOALS, MIXED, Contender
from tests.bench.classifier.figures import Life, Row, others_cores, rows, verdict
from tests.bench.classifier.measure import Measured
from tests.bench.report import UNKNOWN, markdown_table

TEMPLATE: Final = Path(__file__).with_name("page.md")

GOAL_COLUMNS: Final = ("goal", "wanted", "median", "best round", "")
SPEED_COLUMNS: Final = (
    "", "comments/s", "best round", "of default", "p50", "p95", "others' cores",
)  # fmt: skip
WHOLE_COLUMNS: Final = (
    "", "texts/s", "best round", "from the cache", "p50", "p95", "others' cores",
)  # fmt: skip
PROCESS_COLUMNS: Final = ("", "start-up, s", "range", "peak memory, MiB", "pieces per comment")

_MEBIBYTE: Final = 2**20
_SHOWN_WHOLE: Final = 10
#: Above this the figures are not worth keeping.
_BUSY_CORES: Final = 0.1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table, of text."""

    title: str
    columns: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]

    def for_terminal(self) -> Table:
        """Return it as rich draws it."""
        table = Table(*self.columns, box=SIMPLE, title=self.title)
        for line in self.lines:
            table.add_row(*line)
        return table

    def markdown(self) -> str:
        """Return it under its title."""
        return f"**{self.title}**\n\n{markdown_table(self.columns, self.lines)}"


def sheets(measured: Measured) -> Iterator[Sheet]:
    """Yield the tables: the goals, each load, the whole classifier, what each process costs."""
    yield Sheet("Goals, in comments/s", GOAL_COLUMNS, list(_goal_lines(measured)))
    for load in FIXED:
        if found := rows(measured.turns, load):
            lines = [_speed_cells(row) for row in found]
            yield Sheet(load.label.capitalize(), SPEED_COLUMNS, lines)
    if whole := list(_whole_lines(measured)):
        yield Sheet(
            f"The whole classifier: texts in, batches of {MIXED[0].batch}, mixed lengths",
            WHOLE_COLUMNS,
            whole,
        )
    lives = [_life_cells(life) for life in measured.lives]
    yield Sheet("Each process", PROCESS_COLUMNS, lives)


def _goal_lines(measured: Measured) -> Iterator[tuple[str, ...]]:
    for goal in GOALS:
        name = f"{goal.contender.label}, {goal.load.label}"
        found = [row for row in rows(measured.turns, goal.load) if row.contender is goal.contender]
        for row in found:
            said = f"{row.median:.0f}", f"{row.best:.0f}", verdict(row, goal)
            yield name, f"{goal.rate:.0f}", *said
        if not found:
            yield name, f"{goal.rate:.0f}", UNKNOWN, UNKNOWN, "not measured"


def _speed_cells(row: Row) -> tuple[str, ...]:
    ratio = UNKNOWN if row.of_default is None else f"{row.of_default:.2f}"
    return (
        row.contender.label,
        f"{row.median:.0f}",
        f"{row.best:.0f}",
        ratio,
        *_call_cells(row),
    )


def _call_cells(row: Row) -> tuple[str, ...]:
    return _milliseconds(row.p50), _milliseconds(row.p95), f"{row.others_cores:.2f}"


def _milliseconds(seconds: float) -> str:
    shown = 1000 * seconds
    return f"{shown:.0f} ms" if shown >= _SHOWN_WHOLE else f"{shown:.1f} ms"


def _whole_lines(measured: Measured) -> Iterator[tuple[str, ...]]:
    for load in MIXED:
        for row in rows(measured.turns, load):
            rates = f"{row.median:.0f}", f"{row.best:.0f}", f"{100 * row.spared:.0f} %"
            yield f"{100 * load.copies:.0f} % copies", *rates, *_call_cells(row)


def _life_cells(life: Life) -> tuple[str, ...]:
    return (
        life.contender.label,
        f"{median(life.starts):.1f}",
        f"{min(life.starts):.1f} to {max(life.starts):.1f}",
        f"{life.peak_bytes / _MEBIBYTE:.0f}",
        f"{life.pieces:.1f}",
    )


def trust(measured: Measured) -> str:
    """Return a sentence on how far the figures can be trusted."""
    cores = others_cores(measured.turns)
    if cores > _BUSY_CORES:
        return f"Other programs took {cores:.2f} cores meanwhile: measure again on an idle machine."
    return f"Other programs took {cores:.2f} cores meanwhile."


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When, on what and by which command it was measured."""

    day: date
    command: str
    machine: str
    software: str
    models: dict[Contender, str]


def page(measured: Measured, occasion: Occasion, *, picture: str) -> str:
    """Return docs/benchmarks-classifier.md; `picture` is the file name of the chart beside it."""
    models = ", ".join(f"{one.label}: {said}" for one, said in occasion.models.items())
    facts = (
        f"Machine: {occasion.machine}",
        f"Software: {occasion.software}",
        f"Models: {models}",
        trust(measured),
    )
    parts = (
        f"{occasion.day.isoformat()}, `{occasion.command}`",
        "\n".join(f"- {fact}" for fact in facts),
        f"![Comments per second of every engine]({picture})",
        *(sheet.markdown() for sheet in sheets(measured)),
    )
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(figures="\n\n".join(parts))


def as_json(measured: Measured, occasion: Occasion) -> dict[str, Any]:
    """Return everything measured, call by call, and the occasion."""
    return {
        **asdict(occasion),
        "day": occasion.day.isoformat(),
        "processes": [asdict(life) for life in measured.lives],
        "turns": [asdict(turn) | {"rate": turn.rate} for turn in measured.turns],
    }
