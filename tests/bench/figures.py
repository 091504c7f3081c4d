"""What was measured, and what the table says of it. Pure: it runs nothing and prints nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean, median

from prometheus_client.samples import Sample


class Subject(StrEnum):
    """What is measured, as the table names it."""

    BARE = "bare model"
    PIPELINE = "Vigie, end to end"
    WITHOUT_INFERENCE = "Vigie, no inference"
    PLAIN = "plain consumer"


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from a comment's arrival to the decision on it, at `rate` comments/s."""

    rate: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One subject measured once.

    `cpu_s` is the CPU time of each process, `others_cores` how many cores everything else on the
    machine took meanwhile. `model_share` is the part of the time in which the model was at work.
    """

    subject: Subject
    comments: int
    seconds: float
    cpu_s: Mapping[str, float] = field(default_factory=dict)
    others_cores: float = 0.0
    model_share: float | None = None
    latency: Latency | None = None

    @property
    def rate(self) -> float:
        """Comments per second."""
        return self.comments / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: medians over the runs of a subject; shares are ratios, not percent."""

    subject: Subject
    rate: float
    lowest: float
    highest: float
    of_bare: float
    of_plain: float | None
    latency: Latency | None
    others_cores: float


def rows(runs: Sequence[Run]) -> list[Row]:
    """Return a row per subject, in the order of `Subject`, of those that were measured."""
    return [_row(subject, runs) for subject in Subject if _of(subject, runs)]


def _row(subject: Subject, runs: Sequence[Run]) -> Row:
    own = _of(subject, runs)
    rates = [run.rate for run in own]
    plain = [run.rate for run in _of(Subject.PLAIN, runs)]
    return Row(
        subject=subject,
        rate=median(rates),
        lowest=min(rates),
        highest=max(rates),
        of_bare=median(_of_neighbours(runs)[subject]),
        of_plain=median(rates) / median(plain) if plain else None,
        latency=_median_latency([run.latency for run in own if run.latency]),
        others_cores=median(run.others_cores for run in own),
    )


def _of(subject: Subject, runs: Iterable[Run]) -> list[Run]:
    return [run for run in runs if run.subject is subject]


def _of_neighbours(runs: Sequence[Run]) -> dict[Subject, list[float]]:
    """Return the ratio of each run to the bare runs next to it, by subject.

    A machine's speed drifts over minutes: what ran just before and just after has seen the same.
    """
    ratios: dict[Subject, list[float]] = {subject: [] for subject in Subject}
    for place, run in enumerate(runs):
        before = _of(Subject.BARE, runs[: place + 1])[-1:]
        after = _of(Subject.BARE, runs[place:])[:1]
        ratios[run.subject].append(run.rate / fmean(bare.rate for bare in before + after))
    return ratios


def _median_latency(found: Sequence[Latency]) -> Latency | None:
    if not found:
        return None
    return Latency(
        rate=median(one.rate for one in found),
        p50=median(one.p50 for one in found),
        p95=median(one.p95 for one in found),
        p99=median(one.p99 for one in found),
    )


def cpu_per_comment(runs: Sequence[Run]) -> dict[Subject, dict[str, float]]:
    """Return milliseconds of CPU per comment of each process, by subject: medians over its runs."""
    return {
        subject: {
            name: median(1000 * run.cpu_s[name] / run.comments for run in own)
            for name in own[0].cpu_s
        }
        for subject in Subject
        if (own := _of(subject, runs))
    }


def difference(before: Iterable[Sample], after: Iterable[Sample]) -> list[Sample]:
    """Return what was added to counters and histograms between two looks at one page."""
    earlier = {_series(sample): sample.value for sample in before}
    return [
        Sample(sample.name, sample.labels, sample.value - earlier.get(_series(sample), 0.0))
        for sample in after
    ]


def _series(sample: Sample) -> tuple[str, frozenset[tuple[str, str]]]:
    return sample.name, frozenset(sample.labels.items())
