"""What tally and judgement cost, beside the least one could write: `make bench-detection`.

The least is a set of ids and a count per minute and kind: it drops repeats and knows no normal, no
detector, no cause, and forgets everything when it dies.
"""

import time
from collections import Counter
from statistics import median
from typing import Annotated, Final

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import track
from rich.table import Table

from vigie.domain.observation import ObservedPost
from vigie.replay.evaluation.cost import batches_of, judged_per_second

_WATCHES: Final = 20


def counted_per_second(watches: int, *, rounds: int) -> float:
    """Return how many posts a second the least one could write counts."""
    seen: set[str] = set()
    counts: Counter[tuple[int, int, bool]] = Counter()
    spent, posts = 0.0, 0
    for batches in batches_of(watches, rounds=rounds):
        for watch, batch in enumerate(batches):
            begun = time.perf_counter()
            _count(watch, batch, seen, counts)
            spent += time.perf_counter() - begun
            posts += len(batch)
    return posts / spent


def _count(
    watch: int,
    batch: list[ObservedPost],
    seen: set[str],
    counts: Counter[tuple[int, int, bool]],
) -> None:
    for post in batch:
        if post.id not in seen:
            seen.add(post.id)
            counts[watch, int(post.published.timestamp()) // 60, post.negative] += 1


def main(
    rounds: Annotated[int, typer.Option(min=1, help="Minutes of full batches a time.")] = 12,
    times: Annotated[int, typer.Option(min=1, help="How often each is measured, in turn.")] = 5,
) -> None:
    """Measure tally and judgement on one core beside plain counting, in turn."""
    console = Console(stderr=True)
    judged, counted = [], []
    for _ in track(range(times), "measuring", console=console):
        counted.append(counted_per_second(_WATCHES, rounds=rounds))
        judged.append(judged_per_second(_WATCHES, rounds=rounds))
    table = Table("subject", "assessments/s", "range", "of plain counting", box=SIMPLE)
    for name, found in (("plain counting", counted), ("tally and judgement", judged)):
        table.add_row(
            name,
            f"{median(found):,.0f}",
            f"{min(found):,.0f} to {max(found):,.0f}",
            f"{100 * median(found) / median(counted):.1f} %",
        )
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
