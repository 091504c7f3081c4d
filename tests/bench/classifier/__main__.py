"""`make bench-classifier`: every way to run the classifier, side by side, in one run."""

import json
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
    TimeRemainingColumn,
)

from classifiers.manifest import read_manifest
from tests.bench.classifier.chart import chart
from tests.bench.classifier.contenders import Contender
from tests.bench.classifier.folders import model_folders, shipped
from tests.bench.classifier.measure import Folders, Measured, Plan, measured
from tests.bench.classifier.report import Occasion, as_json, page, sheets, trust
from tests.bench.machine import instructions, machine, python, versions

PAGE: Final = Path(__file__).parents[3] / "docs" / "benchmarks-classifier.md"
PACKAGES: Final = "vigie", "onnxruntime", "torch", "transformers", "tokenizers"
THREADS: Final = 2
"""And cores: of a larger machine only two are used."""
QUICK: Final = Plan(starts=1, rounds=1, seconds=0.2, threads=THREADS)
WIDTH: Final = 104
"""What the tables need; a narrower terminal wraps whole lines instead of cells."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def shown(folders: Folders, plan: Plan, logs: Path, console: Console) -> Measured:
    """Measure everything, showing how far it is."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=plan.steps(list(folders)))
        return measured(folders, plan, logs, partial(_show, progress, task))


def _show(progress: Progress, task: TaskID, done: int, now: str) -> None:
    progress.update(task, completed=done, description=now)


def occasion(folders: Folders, command: str) -> Occasion:
    """Return when, on what and by which command it is measured."""
    shipping = [one for one in (Contender.DEFAULT, Contender.FAST) if one in folders]
    manifests = {one: read_manifest(folders[one]) for one in shipping}
    return Occasion(
        day=datetime.now(UTC).date(),
        command=command,
        machine=f"{machine()}, {instructions()}",
        software=", ".join((python(), *versions(PACKAGES))),
        models={one: f"{of.id} {of.version}" for one, of in manifests.items()},
    )


def write_page(found: Measured, on: Occasion, path: Path) -> None:
    """Write the page to `path` and its picture beside it."""
    picture = path.with_suffix(".svg")
    picture.write_text(chart(found.turns), encoding="utf-8")
    path.write_text(page(found, on, picture=picture.name), encoding="utf-8")


@app.command(epilog="Example: `python -m tests.bench.classifier --quick --skip minilm`")
def main(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is asked.")] = 5,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds each time.")] = 2.0,
    starts: Annotated[int, typer.Option(min=1, help="Fresh processes of each.")] = 3,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only try whether all run; write no page.")
    ] = False,
    skip: Annotated[list[Contender], typer.Option(help="Leave one out.")] = [],  # noqa: B006
    model: Annotated[
        Path | None, typer.Option(help="Another model of Vigie.", exists=True, file_okay=False)
    ] = None,
    work: Annotated[
        Path, typer.Option(help="Where classifier.json, logs and downloads lie.", file_okay=False)
    ] = Path("var/bench"),
    page_file: Annotated[
        Path | None,
        typer.Option(
            "--page",
            help="Write page and picture there.",
            dir_okay=False,
            show_default=f"docs/{PAGE.name}",
        ),
    ] = None,
) -> None:
    """Measure every way to run the classifier, side by side: eight minutes on two cores."""
    plan = QUICK if quick else Plan(starts, rounds, seconds, THREADS)
    cache = work / "classifier"
    console = Console(stderr=True)
    with console.status("getting ready what is compared"):
        wanted = [one for one in Contender if one not in skip]
        folders = model_folders(model or shipped(), cache, wanted)
    found = shown(folders, plan, cache, console)
    print_tables(found)
    asked = "--quick" if quick else f"--rounds {rounds} --seconds {seconds:g} --starts {starts}"
    left_out = "".join(f" --skip {one}" for one in skip)
    on = occasion(folders, f"python -m tests.bench.classifier {asked}{left_out}")
    every_call = json.dumps(as_json(found, on), indent=1)
    (work / "classifier.json").write_text(every_call, encoding="utf-8")
    if page_file or not quick:
        write_page(found, on, page_file or PAGE)


def print_tables(found: Measured) -> None:
    """Print every table, and how far it can be trusted."""
    out = Console()
    out.width = max(WIDTH, out.width)
    for sheet in sheets(found):
        out.print(sheet.for_terminal())
    out.print(trust(found))


if __name__ == "__main__":
    app()
