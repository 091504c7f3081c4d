"""Measures a model for `vigie eval`: reads, judges, prints, and writes pictures and figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import track

from classifiers.engines import Engine, Probabilities
from classifiers.evaluation.examples import Example, read_examples
from classifiers.evaluation.figures import Report, write_figures
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.measure import measure
from classifiers.evaluation.pictures import draw
from classifiers.evaluation.tables import grids
from classifiers.evaluation.wording import FigureWording
from classifiers.load import load_engine
from classifiers.thresholds import thresholds_in_force
from config.settings import Classifier
from vigie.commands.evaluation_view import fitting, table
from vigie.commands.wording import Wording
from vigie.errors import Misconfigured

FIGURES: Final = "figures.json"

#: Texts judged between two steps of the bar; those of like length among them share a run.
_CHUNK: Final = 256
#: Decides the resamples of the intervals.
_SEED: Final = 17
#: Columns of a table that no terminal shows, so that a file holds whole lines.
_WIDE: Final = 240


def run(file: Path, section: Classifier, *, language: str, out: Path, wording: Wording) -> None:
    """Measure the model of *section* on *file* and tell; pictures and figures go to *out*.

    Raises:
        Misconfigured: the file or the model cannot be read, or nothing be written to *out*.
    """
    examples = read_examples(file, language=language)
    engine = load_engine(section)
    said = _judge(engine, examples)
    limits = thresholds_in_force((section, *section.also))
    report = measure(
        Judged(examples, said, said),
        model=engine.model,
        data=file.name,
        thresholds={head: limit.value for head, limit in limits.items()},
        seed=_SEED,
    )
    written = _write(report, out)
    _tell(report, wording)
    for path in written:
        Console().print(path, highlight=False, markup=False, soft_wrap=True)


def _judge(engine: Engine, examples: Sequence[Example]) -> Probabilities:
    """Return the engine's answers, with a bar on standard error where that is a terminal."""
    console = Console(stderr=True)
    chunks = [examples[at : at + _CHUNK] for at in range(0, len(examples), _CHUNK)]
    parts = [
        engine.probabilities([one.text for one in chunk], [one.language for one in chunk])
        for chunk in track(
            chunks, "texts", console=console, transient=True, disable=not console.is_terminal
        )
    ]
    return Probabilities(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _write(report: Report, out: Path) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        pictures = draw([report], out)
        write_figures(out / FIGURES, report)
    except OSError as error:
        message = f"{out} cannot be written to ({type(error).__name__}): name a folder with --out"
        raise Misconfigured(message) from error
    return [out / FIGURES, *pictures]


def _tell(report: Report, wording: Wording) -> None:
    """Print every table: boxed for people, in plain columns for files and pipes."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDE)
    say = FigureWording(wording.language)
    texts = f"{say.count(report.rows)} {say.say('texts')}"
    console.print(f"{report.model} {report.version} – {report.data}, {texts}", markup=False)
    for grid in grids(report, say):
        console.print()
        console.print(grid.title, style="bold", markup=False)
        for part in fitting(grid, console.width - 2):
            console.print(table(part, boxed=console.is_terminal))
    note = say.say(
        "[low–high]: 95 % interval, of counts in percent; –: not measurable on so few texts"
    )
    console.print(f"\n{note}", markup=False)
