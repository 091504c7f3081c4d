"""The whole measurement: every contender started, then asked in turn, round by round."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.bench.classifier.contenders import FIXED, MIXED, Contender, Load
from tests.bench.classifier.figures import Life, Turn
from tests.bench.classifier.process import Process

Folders = Mapping[Contender, Path]
Told = Callable[[int, str], None]
"""Told how many steps are done, and what is at work now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: so many fresh processes of each, and so many rounds of `seconds`."""

    starts: int
    rounds: int
    seconds: float
    threads: int

    def steps(self, contenders: Sequence[Contender]) -> int:
        """Return how often `measured` tells of something."""
        return sum(self.starts + self.rounds * len(contender.loads) for contender in contenders)


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that was measured, in the order in which it was."""

    lives: list[Life]
    turns: list[Turn]


def sequence(contenders: Sequence[Contender], rounds: int) -> Iterator[tuple[int, Load, Contender]]:
    """Yield who is asked what in which round: rivals right after one another, there and back."""
    for round_ in range(rounds):
        order = contenders if round_ % 2 == 0 else contenders[::-1]
        for load in (*FIXED, *MIXED):
            yield from ((round_, load, one) for one in order if load in one.loads)


def measured(folders: Folders, plan: Plan, logs: Path, told: Told) -> Measured:
    """Measure the contenders on their model folders; their logs lie in `logs`.

    Raises:
        Misconfigured: one of them does not run.
    """
    contenders = [contender for contender in Contender if contender in folders]
    steps = count()

    def tell(now: str) -> None:
        told(next(steps), now)

    with ExitStack() as running:
        processes: dict[Contender, Process] = {}
        starts: dict[Contender, tuple[float, ...]] = {}
        for one in contenders:
            processes[one] = Process(one, folders[one], plan.threads, _emptied(logs, one))
            starts[one] = tuple(_started(processes[one], plan.starts, running, tell))
        turns = []
        for round_, load, one in sequence(contenders, plan.rounds):
            tell(f"{one.label}: {load.label}")
            turns.append(processes[one].turn(load, plan.seconds, round_=round_))
        lives = [_life(process, starts[one]) for one, process in processes.items()]
    told(next(steps), "measured")
    return Measured(lives, turns)


def _started(
    process: Process, times: int, running: ExitStack, tell: Callable[[str], None]
) -> Iterator[float]:
    """Yield the seconds of each start; the last process stays."""
    now = f"{process.contender.label}: start"
    for _ in range(times - 1):
        tell(now)
        with process:
            yield process.start_s
    tell(now)
    yield running.enter_context(process).start_s


def _emptied(logs: Path, contender: Contender) -> Path:
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{contender}.log"
    log.write_bytes(b"")
    return log


def _life(process: Process, starts: tuple[float, ...]) -> Life:
    return Life(
        contender=process.contender,
        starts=starts,
        peak_bytes=process.peak_bytes(),
        pieces=process.pieces,
    )
