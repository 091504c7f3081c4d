"""What is normal: which minutes are learned, and how much they weigh."""

import math

import pytest

from vigie.detection.baseline import Baseline, Mean
from vigie.detection.tally import Counts


def steady(minute: int) -> Counts:
    """Say two posts in every minute, a hundred from minute 600 on."""
    return Counts(posts=100 if minute >= 600 else 2)


def learned(baseline: Baseline, *, upto: int) -> float:
    """Watch every minute up to this one and return what a minute is expected to hold."""
    for now in range(baseline.seen, upto + 1):
        baseline.fold(steady, earliest=now - 120, now=now)
    return baseline.expected(steady, before=upto, minutes=1).posts


def test_after_the_time_constant_the_past_weighs_one_over_e() -> None:
    """Six hours of another volume leave 1/e of the old one, in a long history."""
    mean = Mean()
    for _ in range(20_000):
        mean.learn(Counts(posts=2))
    for _ in range(360):
        mean.learn(Counts(posts=0))
    assert mean.expected(1).posts == pytest.approx(2 / math.e, rel=0.01)


def test_folded_and_live_minutes_count_alike() -> None:
    """When the horizon passes over a minute, the expectation does not move."""
    baseline = Baseline(until=0, seen=0)
    assert learned(baseline, upto=500) == pytest.approx(2)
    assert baseline.until == 380


def test_paused_minutes_are_never_learned() -> None:
    """Neither while they are live nor when they are folded."""
    baseline = Baseline(until=0, seen=0)
    learned(baseline, upto=610)
    baseline.pause(600)
    assert learned(baseline, upto=1000) == pytest.approx(2)
    baseline.resume(1000)
    assert learned(baseline, upto=1060) > 10


def test_a_level_that_comes_and_goes_leaves_one_span() -> None:
    """However often it does: the state stays small."""
    baseline = Baseline(until=0, seen=0)
    for minute in range(100, 200, 2):
        baseline.pause(minute - 14)
        baseline.resume(minute)
    assert baseline.unlearned == [(86, 198)]
    baseline.pause(300)
    assert baseline.unlearned == [(86, 198), (300, None)]


def test_an_outage_during_a_crisis_is_part_of_the_crisis() -> None:
    """One open span covers both."""
    baseline = Baseline(until=0, seen=50)
    baseline.pause(40)
    baseline.fold(steady, earliest=0, now=90)
    assert baseline.unlearned == [(40, None)]


@pytest.mark.parametrize(("now", "spans"), [(55, []), (56, [(51, 56)])])
def test_more_than_five_minutes_without_a_sign_of_life_are_unknown(
    now: int, spans: list[tuple[int, int]]
) -> None:
    """Ticks come every few seconds; when they do not, nobody was counting."""
    baseline = Baseline(until=0, seen=50)
    baseline.fold(steady, earliest=0, now=now)
    assert baseline.unlearned == spans
