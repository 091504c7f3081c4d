"""A series of counts, scored row by row."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.detection.series import ALARM, score

START = datetime(2026, 3, 2, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def rows(counts: list[float], step: timedelta = QUARTER) -> list[tuple[datetime, float]]:
    """Return one row per step."""
    return [(START + n * step, count) for n, count in enumerate(counts)]


def calm(days: int, seed: int = 1) -> list[float]:
    """Return quarters of an hour with 12 posts by day and 3 by night, spread widely."""
    rng = random.Random(seed)  # noqa: S311 - seeded, no secret
    means = (12 if 8 <= n // 4 % 24 < 22 else 3 for n in range(days * 96))
    return [float(round(rng.gammavariate(3, mean / 3))) for mean in means]


def alarms(counts: list[float]) -> list[int]:
    """Return the rows that are alarms."""
    return [n for n, one in enumerate(score(rows(counts))) if one >= ALARM]


def test_a_burst_is_an_alarm_in_its_first_row_and_only_there() -> None:
    """Ten times the normal, for three hours."""
    counts = calm(14)
    for n in range(1_000, 1_012):
        counts[n] = 150.0
    assert alarms(counts) == [1_000]


def test_four_calm_weeks_have_few_alarms() -> None:
    """The evening peak of every day is none."""
    assert len(alarms(calm(28))) <= 4


def test_the_first_day_has_no_alarm() -> None:
    """Nothing is normal yet."""
    counts = [1.0] * 90 + [500.0] + [1.0] * 5
    assert alarms(counts) == []


def test_silence_is_no_burst() -> None:
    """A source that falls silent scores 0."""
    assert alarms(calm(14) + [0.0] * 200) == alarms(calm(14))


def test_a_worse_burst_within_the_day_is_told_again() -> None:
    """Known is what was as rare; ten times as many again is news."""
    counts = calm(14)
    counts[1_000], counts[1_020], counts[1_040] = 150.0, 150.0, 1_500.0
    assert alarms(counts) == [1_000, 1_040]


@settings(max_examples=20, deadline=None)
@given(st.integers(100, 400), st.lists(st.integers(0, 5_000), min_size=1, max_size=30))
def test_no_score_depends_on_a_later_row(cut: int, later: list[int]) -> None:
    """The same rows score the same, whatever follows."""
    counts = calm(5)[:cut]
    whole = score(rows(counts + [float(n) for n in later]))
    assert whole[:cut] == score(rows(counts))


def test_every_score_lies_between_0_and_1() -> None:
    """Whatever the counts: none, halves, millions."""
    counts = [0.0] * 200 + [0.5] * 200 + [1e9, 0.0, 3.0]
    assert all(0 <= one < 1 for one in score(rows(counts)))
