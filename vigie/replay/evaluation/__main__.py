"""Measures detection and writes the figures into docs/detection.md: `make eval-detection`.

python -m vigie.replay.evaluation --data ../shared/data --page docs/detection.md
"""

from multiprocessing import Pool
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.progress import track

from vigie.replay.evaluation.benchmark import measure_benchmark
from vigie.replay.evaluation.cost import measure_cost
from vigie.replay.evaluation.figures import Figures
from vigie.replay.evaluation.histories import TASKS, Histories, gathered, measure_history
from vigie.replay.evaluation.library import Lived, live
from vigie.replay.evaluation.model import classify
from vigie.replay.evaluation.natures import measure_natures
from vigie.replay.evaluation.overlay import measure_overlay
from vigie.replay.evaluation.page import write_page

TUNED: Final = range(1, 43)
REPORTED: Final = range(1_000, 1_126)
"""126 watches: 504 weeks of calm, 252 crises, 126 other events. Nothing was tuned on these."""


def evaluate(
    data: Annotated[Path, typer.Option(help="The folder with the shared data.")],
    page: Annotated[Path, typer.Option(help="The page whose figures are replaced.")],
    out: Annotated[Path, typer.Option(help="Where all figures go as JSON.")] = Path(
        "var/evaluation/detection.json"
    ),
    *,
    tune: Annotated[bool, typer.Option(help="Play the half to tune on; writes no page.")] = False,
    processes: Annotated[int, typer.Option(help="Watches that are played side by side.")] = 2,
) -> None:
    """Measure detection: the benchmark, the scenario library, natures, a real stream, the cost."""
    figures = Figures(
        benchmark=measure_benchmark(data / "nab_tweets"),
        lived=_play(TUNED if tune else REPORTED, processes),
        histories=_histories(processes),
        natures=measure_natures(data),
        overlay=measure_overlay(data / "streams" / "crisislex_lac_megantic_fr_en"),
        cost=measure_cost(),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=1))
    text = write_page(figures, page.read_text("utf-8"))
    if tune:
        Console().print(text, markup=False, highlight=False)
    else:
        page.write_text(text, "utf-8")


def _play(seeds: range, processes: int) -> list[Lived]:
    with Pool(processes) as pool:
        lives = pool.imap_unordered(_live, seeds)
        shown = track(lives, "watches", total=len(seeds), console=Console(stderr=True))
        return sorted(shown, key=lambda lived: lived.seed)


def _histories(processes: int) -> Histories:
    with Pool(processes) as pool:
        found = pool.imap(measure_history, TASKS)
        return gathered(
            list(track(found, "histories", total=len(TASKS), console=Console(stderr=True)))
        )


def _live(seed: int) -> Lived:
    return live(seed, classify)


if __name__ == "__main__":
    typer.run(evaluate)
