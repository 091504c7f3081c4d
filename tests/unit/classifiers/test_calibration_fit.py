"""The fit finds the correction that was hidden in the scores, and flatters no figure."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers.calibration import calibrate
from classifiers.engines import Probabilities
from classifiers.evaluation.examples import Example
from classifiers.evaluation.fit import MIN_ROWS, cross_fitted, fit, platt, temperature
from classifiers.evaluation.metrics import calibration_error
from vigie.domain.assessment import Category

UNKNOWN_LABELS = (None,) * len(Category)


def sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logistic function of *values*."""
    return 1 / (1 + np.exp(-values))


@pytest.mark.parametrize(("scale", "offset"), [(0.4, 0.0), (1.0, 0.0), (2.5, -1.5)])
def test_scale_and_offset_of_a_category_are_recovered(scale: float, offset: float) -> None:
    """Labels are drawn from the corrected scores; the fit must find the correction."""
    chance = np.random.default_rng(5)
    logits = chance.normal(0, 2, 20_000)
    truth = chance.random(20_000) < sigmoid(scale * logits + offset)
    found = platt(Category.TOXIC, "fr", sigmoid(logits), truth)
    assert (found.scale, found.offset) == (
        pytest.approx(scale, rel=0.06),
        pytest.approx(offset, abs=0.06),
    )


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_the_temperature_of_classes_is_recovered(scale: float) -> None:
    """The same for three classes that exclude each other."""
    chance = np.random.default_rng(6)
    logits = chance.normal(0, 2, (20_000, 3))

    def shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
        odds: NDArray[np.float64] = np.exp(values)
        return odds / odds.sum(1, keepdims=True)

    truth = (chance.random((20_000, 1)) > shares(scale * logits).cumsum(1)).sum(1)
    found = temperature("sentiment", "fr", shares(logits), truth)
    assert found.scale == pytest.approx(scale, rel=0.05)


def test_a_head_without_an_error_does_not_become_certain() -> None:
    """A few rows that happen to be right prove little."""
    truth = np.arange(60) % 2 == 0
    found = platt(Category.TOXIC, "fr", np.where(truth, 0.6, 0.4), truth)
    (corrected,) = sigmoid(found.scale * np.log([0.6 / 0.4]) + found.offset)
    assert 0.9 < corrected < 0.99


def some_examples(rows: int, truth: Callable[[int], int], language: str = "fr") -> list[Example]:
    """Return texts that know the toxic head only."""
    labels = [(truth(row), *UNKNOWN_LABELS[1:]) for row in range(rows)]
    return [Example(f"texte {row}", language, labels=labels[row]) for row in range(rows)]


def answers(toxic: NDArray[np.float64]) -> Probabilities:
    """Return what a network says that has a toxic head only."""
    said = Probabilities.unknown(len(toxic))
    said.toxicity[:, 0] = toxic
    return said


def test_only_heads_with_enough_rows_of_both_kinds_are_fitted() -> None:
    """Elsewhere the network's own answer stays."""
    few = [*some_examples(200, lambda row: int(row < MIN_ROWS - 1))]
    enough = [*some_examples(200, lambda row: int(row < MIN_ROWS), language="en")]
    raw = answers(np.full(400, 0.5))
    assert [(one.head, one.language) for one in fit(raw, [*few, *enough])] == [("toxic", "en")]


@pytest.mark.parametrize(("positives", "corrected"), [(MIN_ROWS, True), (MIN_ROWS - 1, False)])
def test_what_ships_corrected_is_measured_corrected(positives: int, *, corrected: bool) -> None:
    """Four fifths of just enough rows are too few for a fit of its own, not for its measure."""
    examples = some_examples(200, lambda row: int(row < positives))
    raw = answers(np.where(np.arange(200) < positives, 0.6, 0.4))
    unseen = cross_fitted(raw, examples).toxicity[:, 0]
    assert bool(fit(raw, examples)) is corrected
    assert (unseen != raw.toxicity[:, 0]).all() == corrected


def test_what_the_fit_has_seen_looks_better_than_what_it_has_not() -> None:
    """On pure noise a correction can only flatter; the honest figure does not."""
    chance = np.random.default_rng(8)
    truth = chance.random(120) < 0.5
    examples = some_examples(120, lambda row: int(truth[row]))
    raw = answers(chance.random(120))
    seen = calibrate(raw, ["fr"] * 120, fit(raw, examples))
    unseen = cross_fitted(raw, examples)

    def surprise(said: Probabilities) -> float:
        likely = np.where(truth, said.toxicity[:, 0], 1 - said.toxicity[:, 0])
        return float(-np.log(likely).mean())

    assert surprise(seen) < surprise(unseen) < surprise(raw)


def test_calibrated_scores_mean_what_they_say() -> None:
    """A network that is far too sure is put right, on texts that the fit has not seen."""
    chance = np.random.default_rng(9)
    logits = chance.normal(0, 1, 3_000)
    drawn = chance.random(3_000) < sigmoid(logits)
    examples = some_examples(3_000, lambda row: int(drawn[row]))
    raw = answers(sigmoid(4 * logits))
    ones = np.ones((1, 3_000), np.float32)
    before = calibration_error(raw.toxicity[:, 0], drawn)(ones)[0]
    after = calibration_error(cross_fitted(raw, examples).toxicity[:, 0], drawn)(ones)[0]
    assert before > 0.15
    assert after < 0.04


def test_the_same_text_is_never_on_both_sides() -> None:
    """A copy of a text tells the fit nothing about it."""
    examples = some_examples(100, lambda row: row % 2) + some_examples(100, lambda row: row % 2)
    chance = np.random.default_rng(10).random(100)
    said = cross_fitted(answers(np.concatenate([chance, chance])), examples)
    np.testing.assert_array_equal(said.toxicity[:100], said.toxicity[100:])
