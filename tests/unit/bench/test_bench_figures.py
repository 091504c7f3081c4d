"""What the bench says of what it measured."""

from datetime import date

import pytest
from prometheus_client.samples import Sample

from tests.bench.__main__ import sequence
from tests.bench.corpus import comments
from tests.bench.figures import Latency, Run, Subject, cpu_per_comment, difference, rows
from tests.bench.report import BEGIN, END, SPEED_COLUMNS, markdown, replaced, speed_cells
from vigie.errors import Misconfigured
from vigie.telemetry.scrape import quantile
from vigie.testing.clock import START

WAITED = "waited_seconds"


def a_run(subject: Subject, rate: int, latency: Latency | None = None) -> Run:
    """Return a run of ten seconds at this rate that took five of CPU."""
    return Run(
        subject=subject, comments=10 * rate, seconds=10, cpu_s={"classify": 5.0}, latency=latency
    )


def a_histogram(**counts: float) -> list[Sample]:
    """Return the buckets of a histogram, cumulated: `le1=3` are 3 up to one second."""
    return [
        Sample(f"{WAITED}_bucket", {"le": bound.removeprefix("le")}, count)
        for bound, count in counts.items()
    ]


def test_a_run_is_compared_with_the_bare_runs_next_to_it() -> None:
    """While the machine slows down to half, the ratio stays what it is."""
    found = rows(
        [
            a_run(Subject.BARE, 400),
            a_run(Subject.PIPELINE, 240),
            a_run(Subject.BARE, 200),
            a_run(Subject.PIPELINE, 120),
            a_run(Subject.BARE, 100),
        ]
    )
    bare, pipeline = found
    assert (bare.subject, bare.rate, bare.of_bare) == (Subject.BARE, 200, 1.0)
    assert (pipeline.rate, pipeline.lowest, pipeline.highest) == (180, 120, 240)
    assert pipeline.of_bare == pytest.approx(0.8)


def test_the_plain_consumer_is_the_measure_of_the_rest_where_it_ran() -> None:
    """Five times is said as such; without it nothing is."""
    runs = [a_run(Subject.BARE, 200), a_run(Subject.PIPELINE, 150), a_run(Subject.PLAIN, 30)]
    assert [row.of_plain for row in rows(runs)][1:] == [5.0, 1.0]
    assert {row.of_plain for row in rows(runs[:2])} == {None}


def test_latencies_are_medians_over_the_runs_that_measured_them() -> None:
    """A run that was stopped before has none and counts for nothing."""
    measured = [Latency(rate, 0.1 * rate, 0.2 * rate, 0.3 * rate) for rate in (1.0, 2.0, 9.0)]
    runs = [a_run(Subject.PIPELINE, 100, latency) for latency in [*measured, None]]
    pipeline = rows([a_run(Subject.BARE, 100), *runs])[1]
    assert pipeline.latency == measured[1]


def test_only_what_came_between_two_looks_counts() -> None:
    """Ten slow ones of the warm-up are not in the quantile, nor in a new series."""
    before = a_histogram(le1=0, le2=10)
    after = [*a_histogram(le1=4, le2=14), Sample("new_total", {}, 3.0)]
    added = difference(before, after)
    assert [sample.value for sample in added] == [4, 4, 3.0]
    assert quantile(added, WAITED, 0.5) == 0.5


def test_cpu_is_said_per_comment_in_milliseconds() -> None:
    """Five seconds for a thousand comments are five milliseconds for one."""
    assert cpu_per_comment([a_run(Subject.BARE, 100)]) == {Subject.BARE: {"classify": 5.0}}


def test_every_run_has_a_bare_one_before_and_after_it() -> None:
    """Otherwise a drift of the machine would look like a difference."""
    order = list(sequence(2))
    assert order[0] is order[-1] is Subject.BARE
    assert order.count(Subject.PIPELINE) == order.count(Subject.PLAIN) == 2
    at = order.index(Subject.PIPELINE)
    assert order[at - 1] is order[at + 1] is Subject.BARE


def test_a_line_has_a_cell_per_column() -> None:
    """With and without latency."""
    runs = [a_run(Subject.BARE, 200), a_run(Subject.PIPELINE, 150, Latency(75, 0.1, 0.2, 0.25))]
    bare, pipeline = (speed_cells(row) for row in rows(runs))
    assert len(bare) == len(pipeline) == len(SPEED_COLUMNS)
    assert pipeline[1:6] == ("150", "150 to 150", "75 %", "–", "100, 200, 250 ms")


def test_the_page_gets_the_figures_between_its_marks() -> None:
    """Writing twice changes nothing more, and what people wrote around it stays."""
    page = f"# Benchmarks\n{BEGIN}\nold\n{END}\nHow it is measured"
    runs = [a_run(Subject.BARE, 200)]
    figures = markdown(
        runs, day=date(2026, 11, 22), machine="2 cores", software="Python", command="make bench"
    )
    written = replaced(page, figures)
    assert "| bare model | 200 |" in written
    assert "old" not in written
    assert written.endswith("How it is measured")
    assert replaced(written, figures) == written


def test_a_page_without_marks_is_refused() -> None:
    """Nothing is written where nobody would look for it."""
    with pytest.raises(Misconfigured, match="no place for the figures"):
        replaced("# Benchmarks", "figures")


def test_the_comments_are_numbered_and_always_the_same() -> None:
    """No two are equal, so that nothing can be remembered; a later part follows on."""
    all_ = comments(1200)
    assert len({comment.text for comment in all_}) == 1200
    assert comments(200, first=1000) == all_[1000:]
    assert len({comment.arrived(START).event_id for comment in all_}) == 1200
