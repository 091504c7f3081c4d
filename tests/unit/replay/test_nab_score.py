"""The benchmark's score, by hand."""

import math

import pytest

from vigie.replay.nab import LOW_FALSE_POSITIVES, STANDARD, Profile, Series, benchmark, optimum


def series(*detected: int, rows: int = 1_000, windows: tuple[range, ...] = ()) -> Series:
    """Return a series with a score of 1 in the rows detected."""
    scores = [float(row in detected) for row in range(rows)]
    return Series(scores, windows or (range(200, 301), range(600, 701)))


def sigmoid(position: float) -> float:
    """Return the paper's sigmoid."""
    return 2 / (1 + math.exp(5 * position)) - 1


def test_a_detector_that_says_nothing_scores_0() -> None:
    """The null detector is the lower end of the scale."""
    assert benchmark([series()], 0.5, STANDARD).score == pytest.approx(0)


def test_a_detection_in_the_first_row_of_every_window_scores_100() -> None:
    """The perfect detector is the upper end."""
    result = benchmark([series(200, 600)], 0.5, STANDARD)
    assert (result.score, result.found, result.windows, result.false) == (100, 2, 2, 0)


def test_one_window_found_and_one_missed_scores_50() -> None:
    """A miss costs as much as the best detection brings: (1 - 1 + 2) / 4."""
    assert benchmark([series(200)], 0.5, STANDARD).score == pytest.approx(50)


@pytest.mark.parametrize(("profile", "cost"), [(STANDARD, 0.11), (LOW_FALSE_POSITIVES, 0.22)])
def test_a_false_detection_before_any_window_costs_its_whole_weight(
    profile: Profile, cost: float
) -> None:
    """No window lies before it that it could still belong to."""
    result = benchmark([series(170, 200, 600)], 0.5, profile)
    assert result.score == pytest.approx(100 * (4 - cost) / 4)
    assert result.false == 1


def test_a_false_detection_just_behind_a_window_costs_next_to_nothing() -> None:
    """Half a window behind, it costs what the sigmoid says; four windows behind, all of it."""
    alone = (range(200, 301),)
    near = benchmark([series(200, 350, windows=alone)], 0.5, STANDARD).score
    far = benchmark([series(200, 701, windows=alone)], 0.5, STANDARD).score
    assert near == pytest.approx(100 * (2 + 0.11 * sigmoid(0.5)) / 2)
    assert far == pytest.approx(100 * (2 - 0.11) / 2)


def test_only_the_first_detection_of_a_window_counts() -> None:
    """Halfway through it is worth what the sigmoid says, whatever follows."""
    alone = (range(200, 301),)
    first = benchmark([series(250, windows=alone)], 0.5, STANDARD).score
    both = benchmark([series(250, 251, 299, windows=alone)], 0.5, STANDARD).score
    worth = sigmoid(-51 / 101) / sigmoid(-1)
    assert first == both == pytest.approx(100 * (worth + 1) / 2)


@pytest.mark.parametrize(("rows", "probation"), [(1_000, 150), (15_902, 750)])
def test_nothing_counts_in_the_first_15_percent_or_750_rows(rows: int, probation: int) -> None:
    """A false detection in the last row of the probation is free, in the next it is not."""
    inside = series(probation - 1, rows=rows, windows=(range(900, 950),))
    outside = series(probation, rows=rows, windows=(range(900, 950),))
    assert benchmark([inside], 0.5, STANDARD).false == 0
    assert benchmark([outside], 0.5, STANDARD).false == 1


def test_the_optimum_is_the_threshold_that_scores_best() -> None:
    """A false detection of 0.6 lies below a true one of 0.9: any threshold between is perfect."""
    scores = [0.0] * 1_000
    scores[200] = scores[600] = 0.9
    scores[500] = 0.6
    threshold, result = optimum([Series(scores, (range(200, 301), range(600, 701)))], STANDARD)
    assert 0.6 < threshold <= 0.9
    assert result.score == pytest.approx(100)


def test_the_optimum_may_be_to_say_nothing() -> None:
    """Where every detection is false, silence scores best."""
    scores = [0.0] * 170 + [0.7] * 30 + [0.0] * 800
    _, result = optimum([Series(scores, (range(900, 950),))], STANDARD)
    assert result.score == pytest.approx(0)
