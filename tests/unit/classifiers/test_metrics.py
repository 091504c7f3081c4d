"""Figures agree with scikit-learn's and with hand counts; their intervals hold them."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score, roc_auc_score

from classifiers.evaluation.intervals import Statistic, Weights, estimate, share, wilson
from classifiers.evaluation.metrics import (
    BINS,
    area_under_curve,
    best_threshold,
    bins,
    calibration_error,
    macro_f1,
    measurable,
    recall_at,
)

Array = Any

#: Few distinct scores, so that ties are common.
SCORES = st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.7, 0.9, 1.0])


@st.composite
def judged(draw: st.DrawFn) -> tuple[Array, Array]:
    """Draw truths of both kinds with scores."""
    rows = draw(st.integers(2, 40))
    truth = draw(arrays(np.bool_, rows))
    truth[0], truth[1] = True, False
    return truth, draw(arrays(np.float32, rows, elements=SCORES))


@st.composite
def classified(draw: st.DrawFn) -> tuple[Array, Array]:
    """Draw true and said classes."""
    rows = draw(st.integers(1, 40))
    classes = arrays(np.int_, rows, elements=st.integers(0, 2))
    return draw(classes), draw(classes)


def value(statistic: Statistic, rows: int) -> float:
    """Return the statistic of rows that all count once."""
    return float(statistic(np.ones((1, rows), np.float32))[0])


@given(classified())
def test_macro_f1_is_scikit_learn_s_over_the_classes_that_occur(case: tuple[Array, Array]) -> None:
    """Subtitles know no neutral: calling one neutral is still an error for the others."""
    truth, said = case
    expected = f1_score(
        truth, said, labels=sorted(set(truth.tolist())), average="macro", zero_division=0.0
    )
    assert value(macro_f1(truth, said, 3), len(truth)) == pytest.approx(expected, abs=1e-6)


@given(judged())
def test_the_area_under_the_curve_is_scikit_learn_s(case: tuple[Array, Array]) -> None:
    """Ties count half."""
    truth, scores = case
    expected = roc_auc_score(truth, scores)
    assert value(area_under_curve(truth, scores), len(truth)) == pytest.approx(expected)


@given(judged())
def test_a_row_drawn_twice_counts_as_two_rows(case: tuple[Array, Array]) -> None:
    """Weights are what a resample with repeated rows would give."""
    truth, scores = case
    counts = np.arange(len(truth)) % 3 + 1
    repeated = np.repeat(np.arange(len(truth)), counts)
    weights = counts[None].astype(np.float32)
    assert area_under_curve(truth, scores)(weights)[0] == pytest.approx(
        roc_auc_score(truth[repeated], scores[repeated])
    )
    for rate in (0.0, 0.2):
        assert recall_at(truth, scores, rate)(weights)[0] == pytest.approx(
            value(recall_at(truth[repeated], scores[repeated], rate), len(repeated))
        )


@given(judged(), st.sampled_from([0.0, 0.1, 0.34, 1.0]))
def test_recall_is_that_of_the_lowest_threshold_that_keeps_the_rate(
    case: tuple[Array, Array], rate: float
) -> None:
    """Tried against every threshold there is."""
    truth, scores = case
    allowed = math.floor(rate * (~truth).sum() + 1e-9)
    found = [
        (scores[truth] >= limit).mean()
        for limit in [*scores.tolist(), 2.0]
        if (scores[~truth] >= limit).sum() <= allowed
    ]
    assert value(recall_at(truth, scores, rate), len(truth)) == pytest.approx(max(found))


@given(judged())
def test_the_best_threshold_beats_every_other(case: tuple[Array, Array]) -> None:
    """No score, taken as the threshold, gives a higher macro-F1."""
    truth, scores = case

    def f1(limit: float) -> float:
        said = (scores >= limit).astype(np.int_)
        return value(macro_f1(truth.astype(np.int_), said, 2), len(truth))

    best = f1(best_threshold(truth, scores))
    assert best == pytest.approx(max(f1(limit) for limit in scores.tolist()))


def test_calibration_error_by_hand() -> None:
    """Fifteen bins of two rows: each says about 0.8 and is right half of the time."""
    sure = np.repeat(0.8 + 1e-9 * np.arange(BINS), 2)
    right = np.arange(2 * BINS) % 2 == 0
    assert value(calibration_error(sure, right), 2 * BINS) == pytest.approx(0.3)
    assert [(one.confidence, one.right, one.rows) for one in bins(sure, right)] == [
        (pytest.approx(0.8), 0.5, 2)
    ] * BINS


def test_bins_hold_as_many_rows_each() -> None:
    """Equal mass, whatever the scores are."""
    sure = np.random.default_rng(1).beta(0.2, 0.2, 1_000)
    counts = [one.rows for one in bins(sure, sure > 0.5)]
    assert (len(counts), min(counts), max(counts)) == (BINS, 66, 67)


def test_sure_and_right_is_well_calibrated_and_sure_and_wrong_is_not() -> None:
    """The two ends of the scale."""
    sure = np.full(300, 1.0)
    assert value(calibration_error(sure, np.ones(300, bool)), 300) == 0.0
    assert value(calibration_error(sure, np.zeros(300, bool)), 300) == 1.0


@given(judged(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_figure(case: tuple[Array, Array], chance: Any) -> None:  # noqa: ANN401
    """Files come in any order."""
    truth, scores = case
    order = list(range(len(truth)))
    chance.shuffle(order)
    for statistic in (
        lambda at: area_under_curve(truth[at], scores[at]),
        lambda at: recall_at(truth[at], scores[at], 0.2),
        lambda at: macro_f1(truth[at].astype(int), (scores[at] > 0.5).astype(int), 2),
        lambda at: calibration_error(scores[at], truth[at]),
    ):
        given_order, other = statistic(np.arange(len(truth))), statistic(np.array(order))
        assert value(given_order, len(truth)) == pytest.approx(value(other, len(truth)), abs=1e-6)


@settings(max_examples=25)
@given(judged())
def test_an_interval_holds_its_figure(case: tuple[Array, Array]) -> None:
    """Also where chance only ever adds, as to a calibration error."""
    truth, scores = case
    statistics = [
        area_under_curve(truth, scores),
        recall_at(truth, scores, 0.2),
        calibration_error(scores, truth),
    ]
    for figure in estimate(statistics, len(truth), seed=1):
        assert figure is not None
        assert 0.0 <= figure.low <= figure.value <= figure.high <= 1.0


def test_an_interval_is_that_of_the_theory_and_narrows() -> None:
    """The mean of 400 coins is within 0.049 of the truth in 95 of 100 cases."""
    chance = np.random.default_rng(2)

    def mean(coins: Array) -> Statistic:
        return lambda weights: np.asarray(weights @ coins / weights.sum(1), np.float64)

    coins = (chance.random(400) < 0.5).astype(np.float32)
    (figure,) = estimate([mean(coins)], 400, seed=3)
    assert figure is not None
    assert figure.high - figure.low == pytest.approx(0.098, rel=0.1)
    (wide,) = estimate([mean(coins[:40])], 40, seed=3)
    assert wide is not None
    assert wide.high - wide.low > 2 * (figure.high - figure.low)


def test_the_same_seed_gives_the_same_interval() -> None:
    """Whoever measures again finds the same ends."""
    truth, scores = np.arange(50) % 2 == 0, np.linspace(0, 1, 50)
    one, same, other = (estimate([area_under_curve(truth, scores)], 50, seed) for seed in (1, 1, 2))
    assert one == same != other


def test_resamples_come_in_blocks_without_changing_their_number() -> None:
    """A large file takes no more memory than a small one."""
    seen = []

    def count(weights: Weights) -> Array:
        seen.append(weights.shape)
        return weights.sum(1).astype(np.float64)

    (figure,) = estimate([count], 9_000, seed=1)
    assert figure is not None
    assert (figure.low, figure.high) == (9_000, 9_000)
    assert sum(draws for draws, _ in seen[1:]) == 1_000
    assert max(draws for draws, _ in seen) < 1_000


def test_what_has_one_side_only_has_no_area() -> None:
    """Without negatives there is nothing to compare with."""
    truth, scores = np.ones(5, bool), np.linspace(0, 1, 5)
    assert estimate([area_under_curve(truth, scores)], 5, seed=1) == [None]


@pytest.mark.parametrize(
    ("rate", "negatives", "can"),
    [(0.002, 500, True), (0.002, 499, False), (0.01, 100, True), (0.01, 99, False)],
)
def test_a_rate_needs_negatives_enough_for_one_false_alarm(
    rate: float, negatives: int, *, can: bool
) -> None:
    """Two in a thousand of fewer than 500 would be less than one."""
    assert measurable(rate, negatives) is can


def test_a_share_s_interval_holds_it_and_narrows() -> None:
    """More rows, surer figures; nothing of nothing may be anything."""
    few, many = wilson(1, 10), wilson(100, 1_000)
    assert few[0] < 0.1 < few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)
    assert share(3, 4).value == 0.75


def test_the_order_of_rows_with_one_score_does_not_count() -> None:
    """Dev comes source by source: of rows that score alike, the wrong ones stand together."""
    scores = np.repeat([0.2, 0.8], 300)
    truth = np.concatenate([np.arange(300) < 60, np.arange(300) < 240])
    (error,) = calibration_error(scores, truth)(np.ones((1, 600), np.float32))
    assert error == pytest.approx(0.0, abs=1e-6)
