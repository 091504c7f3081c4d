"""From the comment that crosses a threshold to the text message: `make bench-paging`.

All five roles, a real Kafka and the shipped model on this machine. Comments come by chance at a
steady rate; every now and then a few of them, in a row, are against one watch, and its one
recipient gets a text message. Measured once at the full rate and once with the crossings alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import quantiles
from typing import Annotated, Any, Final

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from tests.bench.corpus import Arriving, Comment, comments
from tests.bench.installation import CHANGES, WARMING, Installation, installed
from tests.bench.machine import machine
from tests.bench.subjects import emptied
from vigie.demo.stage import merged, wait_until
from vigie.domain.notification import Channel
from vigie.domain.post import Kind, Post
from vigie.storage.database import open_engine
from vigie.storage.outbox import SqlOutbox

AGAINST: Final = 8
"""Posts against a watch within its window that call its recipient."""
CALLED_WITHIN_S: Final = 120.0


@dataclass(slots=True)
class Accusation:
    """A comment against one watch; remembers when it came."""

    number: int
    watch: int
    at: datetime | None = None

    def arrived(self, at: datetime) -> Post:
        """Return it as the post that a connector writes to Kafka."""
        self.at = at
        text = f"{_word(self.watch)} : c'est une honte, où est passé notre argent ? ({self.number})"
        post = Comment(1_000_000 + self.number, text, "fr").arrived(at)
        return replace(post, kind=Kind.MENTION, source="practice-search")


@dataclass(frozen=True, slots=True)
class Paged:
    """How long it took at this many comments a second, in seconds by crossing."""

    rate: float
    waited: list[float]

    def part(self, hundredths: int) -> float:
        """Return the quantile."""
        return quantiles(self.waited, n=100, method="inclusive")[hundredths - 1]


def accusations(crossings: int) -> list[list[Accusation]]:
    """Return, for each watch, the comments of which the last one crosses."""
    return [
        [Accusation(watch * AGAINST + number, watch) for number in range(AGAINST)]
        for watch in range(crossings)
    ]


def mixed(calm: Sequence[Arriving], against: Sequence[Sequence[Accusation]]) -> Iterator[Arriving]:
    """Yield all of them, the accusations of one watch after those of the other, spread evenly."""
    waiting = [one for of_watch in against for one in of_watch]
    every = max(len(calm) // len(waiting), 0) if calm else 0
    others = iter(calm)
    for one in waiting:
        yield from (other for _, other in zip(range(every), others, strict=False))
        yield one
    yield from others


def settings(watches: int) -> dict[str, Any]:
    """Return so many watches, each with a recipient of its own."""
    level = [{"posts": AGAINST, "against": AGAINST}]
    return {
        "watches": [
            {
                "id": _word(number),
                "name": f"Veille {number}",
                "match": [{"words": [_word(number)]}],
                "levels": {"jaune": level, "orange": level, "rouge": [{"posts": 10_000}]},
                "recipients": [f"p{number}"],
            }
            for number in range(watches)
        ],
        "alerting": {
            "people": [
                {"id": f"p{number}", "name": f"P{number}", "phone": _phone(number)}
                for number in range(watches)
            ],
            "routes": [{"level": "orange", "channels": ["sms"]}],
        },
    }


def reachable(vigie: Installation, watches: int) -> None:
    """Let everybody be paged, as a test message to each of them would."""
    engine = open_engine(vigie.stage.settings["database"]["url"])
    outbox = SqlOutbox(engine)
    for number in range(watches):
        outbox.mark_reachable(f"p{number}", Channel.SMS, at=datetime.now(UTC))
    engine.dispose()


def _word(watch: int) -> str:
    return f"veille{watch}"


def _phone(watch: int) -> str:
    return f"+336399{watch:05}"


def measured(vigie: Installation, rate: float, fed: Sequence[Arriving]) -> Paged:
    """Feed the comments and wait for the text messages of those that cross."""
    crossing = {
        _phone(one.watch): one
        for one in fed
        if isinstance(one, Accusation) and one.number % AGAINST == AGAINST - 1
    }
    gateway = vigie.stage.gateway
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{rate:.0f} comments/s", total=len(fed))
        vigie.write_at(rate, fed, lambda done: progress.update(task, completed=done))
    wait_until(
        lambda: crossing.keys() <= {sms.to for sms in gateway.messages},
        what="every text message",
        seconds=CALLED_WITHIN_S,
    )
    called = {sms.to: sms.created for sms in reversed(gateway.messages)}
    waits = (called[phone] - one.at for phone, one in crossing.items() if one.at)
    return Paged(rate, [wait.total_seconds() for wait in waits])


def run(rate: float, crossings: int, *, calm: bool) -> Paged:
    """Measure one installation, from nothing running to nothing running."""
    against = accusations(crossings)
    count = int(crossings * rate) - crossings * AGAINST
    others = comments(count, first=WARMING) if calm else ()
    share = 1.0 if calm else AGAINST / rate
    folder = emptied("paging" if calm else "paging-alone")
    with installed(folder, infer=True, changes=merged(CHANGES, settings(crossings))) as vigie:
        reachable(vigie, crossings)
        vigie.warm(first=0)
        return measured(vigie, rate * share, list(mixed(others, against)))


def main(
    rate: Annotated[float, typer.Option(min=10, help="Comments a second.")] = 100.0,
    crossings: Annotated[int, typer.Option(min=2, help="One a second.")] = 120,
) -> None:
    """Measure how long a page takes, with and without other comments: about six minutes."""
    runs = [run(rate, crossings, calm=calm) for calm in (False, True)]
    alone = runs[0]
    table = Table("comments/s", "crossings", "p50", "p95", "longest", "of alone", box=SIMPLE)
    for one in runs:
        table.add_row(
            f"{one.rate:.0f}",
            f"{len(one.waited)}",
            *(f"{seconds:.2f} s" for seconds in (one.part(50), one.part(95), max(one.waited))),
            f"{one.part(95) / alone.part(95):.1f} times",
        )
    out = Console()
    out.print(machine())
    out.print(table)


if __name__ == "__main__":
    typer.run(main)
