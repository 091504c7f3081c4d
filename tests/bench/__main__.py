"""`make bench`: the bare model, Vigie, and what one would write instead, in one run."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from tests.bench.figures import Run, Subject
from tests.bench.machine import machine, software
from tests.bench.report import as_json, markdown, replaced, tables
from tests.bench.subjects import Bench

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"

WIDTH: Final = 100
"""What the tables need; a narrower terminal wraps whole lines instead of cells."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def sequence(rounds: int) -> Iterator[Subject]:
    """Yield what is measured in which order: every run has a bare one before and after it."""
    for _ in range(rounds):
        yield Subject.BARE
        yield Subject.PIPELINE
        yield Subject.BARE
        yield Subject.WITHOUT_INFERENCE
        yield Subject.PLAIN
    yield Subject.BARE


def measured(bench: Bench, rounds: int, console: Console) -> list[Run]:
    """Measure everything, showing how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    runs = []
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        for subject in sequence(rounds):
            task = progress.add_task(subject, total=bench.count)
            run = bench.run(subject, partial(_show, progress, task))
            progress.update(task, total=run.comments, completed=run.comments)
            runs.append(run)
    return runs


def _show(progress: Progress, task: TaskID, done: int) -> None:
    progress.update(task, completed=done)


@app.command(epilog="Example: `python -m tests.bench --comments 1000 --rounds 1 --json bench.json`")
def main(
    comments: Annotated[int, typer.Option(min=100, help="Comments for each subject.")] = 4000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is measured.")] = 2,
    latency: Annotated[float, typer.Option(min=1, help="Seconds at half load.")] = 30.0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every run there.", dir_okay=False)
    ] = None,
    write: Annotated[  # noqa: FBT002 - a flag of a command line
        bool, typer.Option("--write", help="Write the figures into docs/benchmarks.md.")
    ] = False,
) -> None:
    """Measure speed as ratios, side by side: about four minutes per round on two cores."""
    runs = measured(Bench(comments, latency), rounds, Console(stderr=True))
    out = Console()
    out.width = max(WIDTH, out.width)
    for table in tables(runs):
        out.print(table)
    if json_file:
        json_file.write_text(json.dumps(as_json(runs), indent=2), encoding="utf-8")
    if write:
        asked = f"--comments {comments} --rounds {rounds} --latency {latency:g}"
        day = datetime.now(UTC).date()
        content = markdown(
            runs,
            day=day,
            machine=machine(),
            software=software(),
            command=f"python -m tests.bench {asked}",
        )
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), content), encoding="utf-8")


if __name__ == "__main__":
    app()
