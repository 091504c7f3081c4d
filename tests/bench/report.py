"""The figures as tables: on a terminal, in docs/benchmarks.md, and as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from rich.box import SIMPLE
from rich.table import Table

from tests.bench.figures import Row, Run, Subject, cpu_per_comment, rows
from vigie.errors import Misconfigured

BEGIN: Final = "<!-- begin: written by make bench -->"
END: Final = "<!-- end: written by make bench -->"
SPEED_COLUMNS: Final = (
    "subject", "comments/s", "range", "of bare model", "of plain consumer",
    "p50, p95, p99 at half load", "others' cores",
)  # fmt: skip
UNKNOWN: Final = "–"


def speed_cells(row: Row) -> tuple[str, ...]:
    """Return a row as the table shows it, in the order of `SPEED_COLUMNS`."""
    waited = row.latency and (row.latency.p50, row.latency.p95, row.latency.p99)
    return (
        row.subject,
        f"{row.rate:.0f}",
        f"{row.lowest:.0f} to {row.highest:.0f}",
        f"{100 * row.of_bare:.0f} %",
        f"{row.of_plain:.1f} times" if row.of_plain else UNKNOWN,
        ", ".join(f"{1000 * one:.0f}" for one in waited) + " ms" if waited else UNKNOWN,
        f"{row.others_cores:.2f}",
    )


def cpu_columns(spent: dict[Subject, dict[str, float]]) -> tuple[str, ...]:
    """Return the heads of the second table: every process that any subject had."""
    return "subject", *dict.fromkeys(name for of in spent.values() for name in of), "all"


def cpu_cells(subject: Subject, of: dict[str, float], columns: Sequence[str]) -> tuple[str, ...]:
    """Return milliseconds of CPU per comment by process, and their sum."""
    each = (f"{of[name]:.2f}" if name in of else UNKNOWN for name in columns[1:-1])
    return subject, *each, f"{sum(of.values()):.2f}"


def tables(runs: Sequence[Run]) -> tuple[Table, Table]:
    """Return speed and CPU as a terminal shows them."""
    speed = Table(*SPEED_COLUMNS, box=SIMPLE)
    for row in rows(runs):
        speed.add_row(*speed_cells(row))
    spent = cpu_per_comment(runs)
    columns = cpu_columns(spent)
    cpu = Table(*columns, box=SIMPLE, title="CPU per comment, ms")
    for subject, of in spent.items():
        cpu.add_row(*cpu_cells(subject, of, columns))
    return speed, cpu


def markdown(runs: Sequence[Run], *, day: date, machine: str, software: str, command: str) -> str:
    """Return what docs/benchmarks.md says between its marks."""
    spent = cpu_per_comment(runs)
    columns = cpu_columns(spent)
    parts = (
        f"{day.isoformat()}, `{command}`",
        f"- Machine: {machine}\n- Software: {software}",
        markdown_table(SPEED_COLUMNS, map(speed_cells, rows(runs))),
        "CPU per comment in milliseconds, by process:",
        markdown_table(columns, (cpu_cells(subject, of, columns) for subject, of in spent.items())),
    )
    return "\n\n".join(parts)


def markdown_table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column holds names and whose others hold figures."""
    rule = ("---", *("---:" for _ in columns[1:]))
    return "\n".join(f"| {' | '.join(line)} |" for line in (columns, rule, *lines))


def replaced(page: str, content: str) -> str:
    """Return the page with what stands between its marks replaced.

    Raises:
        Misconfigured: the page has lost its marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        message = f"the page has no place for the figures: write {BEGIN} and {END} into it"
        raise Misconfigured(message)
    return f"{before}{BEGIN}\n{content}\n{END}{after}"


def as_json(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Return every run with its rate, in the order in which they were measured."""
    return [asdict(run) | {"rate": run.rate} for run in runs]
