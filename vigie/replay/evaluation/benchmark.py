"""The volume detector on the benchmark's series of brand mentions."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vigie.commands.detect_series import Row, read_rows
from vigie.detection.series import ALARM, score
from vigie.replay.nab import (
    LOW_FALSE_POSITIVES,
    STANDARD,
    Profile,
    Result,
    Series,
    benchmark,
    optimum,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """The results of one profile: at the published threshold, and at the best one on these."""

    profile: str
    published: Result
    best: Result
    best_at: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Both profiles, and how many series and rows they were measured on."""

    series: int
    rows: int
    scored: tuple[Scored, ...]


def measure_benchmark(folder: Path) -> Benchmark:
    """Score every series that has labelled windows, each by itself, all by one setting."""
    labels: dict[str, list[tuple[str, str]]] = json.loads(
        (folder / "windows.json").read_text("utf-8")
    )
    corpus = [_series(folder / name, windows) for name, windows in labels.items()]
    return Benchmark(
        series=len(corpus),
        rows=sum(len(series.scores) for series in corpus),
        scored=tuple(_scored(corpus, profile) for profile in (STANDARD, LOW_FALSE_POSITIVES)),
    )


def _series(file: Path, windows: list[tuple[str, str]]) -> Series:
    with file.open("rb") as stream:
        rows = list(read_rows(stream))
    scores = score((row.at, row.count) for row in rows)
    return Series(scores, tuple(_window(rows, *map(_moment, bounds)) for bounds in windows))


def _window(rows: list[Row], begins: datetime, ends: datetime) -> range:
    inside = [n for n, row in enumerate(rows) if begins <= row.at <= ends]
    return range(inside[0], inside[-1] + 1)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written + "+00:00")


def _scored(corpus: list[Series], profile: Profile) -> Scored:
    threshold, best = optimum(corpus, profile)
    return Scored(profile.name, benchmark(corpus, ALARM, profile), best, threshold)
