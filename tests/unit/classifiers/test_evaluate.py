"""The figures of the card, on numbers small enough to check by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifiers.training.data import CATEGORIES, Row
from classifiers.training.evaluate import (
    DevSet,
    FloatArray,
    Probabilities,
    area_under_curve,
    judge_heads,
    macro_f1,
    measure_heads,
    pick_plain,
)
from vigie.domain.assessment import Category

NOTHING = DevSet([], Probabilities.unknown(0))
SCORES = arrays(np.float32, st.integers(1, 30), elements=st.floats(0.0, 1.0, width=32))


def test_area_under_the_curve_counts_ties_half() -> None:
    """Two of three pairs right, one tied: 2.5 of 3."""
    positives = np.array([0.9], np.float32)
    negatives = np.array([0.1, 0.2, 0.9], np.float32)
    assert area_under_curve(positives, negatives) == pytest.approx(2.5 / 3)
    assert area_under_curve(positives, negatives[:0]) is None


@given(SCORES, SCORES)
def test_swapping_the_sides_mirrors_the_area(one: FloatArray, other: FloatArray) -> None:
    """A property that any correct area has."""
    area, mirrored = area_under_curve(one, other), area_under_curve(other, one)
    assert area is not None
    assert mirrored is not None
    assert area + mirrored == pytest.approx(1.0)


def test_macro_f1_counts_the_classes_that_occur() -> None:
    """Subtitles know no neutral: calling one neutral is still an error for the others."""
    truth, said = np.array([0, 0, 2, 2]), np.array([0, 1, 2, 2])
    assert macro_f1(truth, said) == pytest.approx((2 / 3 + 1.0) / 2)


def rows_with(positives: int, negatives: int) -> list[Row]:
    """Return French rows that know the threat head only."""
    at = CATEGORIES.index(Category.THREAT)
    labels = {
        value: tuple(value if n == at else None for n in range(len(CATEGORIES))) for value in (0, 1)
    }
    return [
        *(Row("x", "fr", "s", dev=True, labels=labels[1]) for _ in range(positives)),
        *(Row("x", "fr", "s", dev=True, labels=labels[0]) for _ in range(negatives)),
    ]


def said_of(rows: list[Row]) -> DevSet:
    """Return a model that is right about everything."""
    toxicity = np.array(
        [[float(label or 0) * 0.9 for label in row.labels] for row in rows], np.float32
    )
    return DevSet(rows, Probabilities.unknown(len(rows))._replace(toxicity=toxicity))


@pytest.mark.parametrize(("positives", "ships"), [(100, True), (99, False)])
def test_a_head_ships_from_a_hundred_positives_on(positives: int, *, ships: bool) -> None:
    """Below that its value is unknown in that language, whatever it may score."""
    rows = rows_with(positives, 60)
    heads = judge_heads(rows, said_of(rows), NOTHING)
    (threat,) = [head for head in heads if head.category is Category.THREAT]
    assert threat.available is ships
    assert (threat.threshold is not None) is ships
    assert not any(head.available for head in heads if head.category is not Category.THREAT)


def test_figures_are_given_for_heads_that_ship() -> None:
    """All of a perfect model's positives are found, in total and by source."""
    rows = rows_with(100, 60)
    figures = measure_heads(judge_heads(rows, said_of(rows), NOTHING), said_of(rows))
    assert [(figure.source, figure.auc, figure.found) for figure in figures] == [
        (None, 1.0, 100),
        ("s", 1.0, 100),
    ]


def test_everyday_sentences_are_picked_by_seed() -> None:
    """Two runs measure on the same sentences."""
    rows = [Row(f"phrase {n}", "fr", "s", dev=True) for n in range(4_000)]
    assert pick_plain(rows, 3) == pick_plain(rows, 3) != pick_plain(rows, 4)
    assert len(pick_plain(rows, 3)) == 3_000
