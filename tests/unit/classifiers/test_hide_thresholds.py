"""Hide thresholds: chosen with care on few negatives, and held by all heads together."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifiers.engines import Probabilities
from classifiers.evaluation.examples import Example
from classifiers.evaluation.hide_thresholds import (
    FALSE_ALARMS,
    MIN_NEGATIVES,
    judge_heads,
    lowest_limit,
    raised_together,
)
from classifiers.evaluation.judged import Judged
from classifiers.manifest import MIN_POSITIVES, Head
from classifiers.training.data import CATEGORIES, Row
from vigie.domain.assessment import Category

SCORES = st.floats(0.0, 0.9990234375, width=32)
NOTHING = np.zeros(0, np.float32)
NO_TEXTS = Judged([], Probabilities.unknown(0), Probabilities.unknown(0))

Labels = dict[Category, int]


@given(arrays(np.float32, st.integers(MIN_NEGATIVES, 499), elements=SCORES))
def test_few_negatives_put_the_threshold_above_them_all(scores: Any) -> None:  # noqa: ANN401 - array
    """Where dev cannot show 2 in 1,000, no negative seen may be hidden."""
    assert scores.max() < lowest_limit(scores, NOTHING) < 1.0


@given(arrays(np.float32, st.integers(500, 2_000), elements=SCORES))
def test_many_negatives_keep_the_rate(scores: Any) -> None:  # noqa: ANN401 - array
    """At most 2 in 1,000 of the negatives lie at or above the threshold."""
    reached = scores.astype(np.float64) >= lowest_limit(scores, NOTHING)
    assert reached.sum() <= FALSE_ALARMS * len(scores)


@given(arrays(np.float32, st.integers(500, 2_000), elements=SCORES))
def test_a_cautious_threshold_lies_above_every_negative(scores: Any) -> None:  # noqa: ANN401 - array
    """However many there are."""
    assert scores.max() < lowest_limit(scores, NOTHING, cautious=True) < 1.0


def test_everyday_sentences_raise_a_threshold() -> None:
    """What nobody labelled counts too: a machine must not hide everyday talk."""
    labelled = np.linspace(0.0, 0.3, 600, dtype=np.float32)
    everyday = np.linspace(0.0, 0.8, 1_000, dtype=np.float32)
    assert lowest_limit(labelled, NOTHING) < 0.31
    assert lowest_limit(labelled, everyday) > 0.79


@given(
    arrays(np.float32, st.tuples(st.integers(0, 1_200), st.just(3)), elements=SCORES),
    st.lists(st.floats(0.1, 0.9), min_size=3, max_size=3),
)
def test_heads_keep_the_rate_together(scores: Any, limits: list[float]) -> None:  # noqa: ANN401
    """Six heads with 2 in 1,000 each would hide up to 12: they are raised, never lowered."""
    raised = raised_together(limits, scores)
    reached = (scores.astype(np.float64) >= raised).any(axis=1).sum()
    assert reached <= FALSE_ALARMS * len(scores)
    assert all(after >= before for after, before in zip(raised, limits, strict=True))


def texts(count: int, labels: Labels, source: str = "mlma") -> list[Row]:
    """Return French dev rows that all have *labels*."""
    known = tuple(labels.get(category) for category in CATEGORIES)
    return [Row(f"{source} {n}", "fr", source, dev=True, labels=known) for n in range(count)]


def judged(rows: list[Row], scores: dict[Category, Any]) -> Judged:
    """Return what a model says of *rows*."""
    said = Probabilities.unknown(len(rows))
    for category, column in scores.items():
        said.toxicity[:, CATEGORIES.index(category)] = column
    examples = [Example(row.text, "fr", row.source, labels=row.labels) for row in rows]
    return Judged(examples, said, said)


def toxic_head(positives: list[Row], negatives: int) -> Head:
    """Return the toxic head of a model that is right about everything."""
    rows = positives + texts(negatives, {Category.TOXIC: 0})
    scores = np.array([0.9 * (row.toxic or 0) for row in rows], np.float32)
    heads = judge_heads(rows, judged(rows, {Category.TOXIC: scores}), NO_TEXTS)
    (toxic,) = (head for head in heads if head.category is Category.TOXIC)
    assert not any(head.available for head in heads if head is not toxic)
    return toxic


@pytest.mark.parametrize(("positives", "ships"), [(MIN_POSITIVES, True), (99, False)])
def test_a_head_ships_from_a_hundred_positives_on(positives: int, *, ships: bool) -> None:
    """Below that its value is unknown in that language, whatever it may score."""
    head = toxic_head(texts(positives, {Category.TOXIC: 1}), 60)
    assert (head.positives, head.available) == (positives, ships)
    assert (head.threshold is not None) is ships


@pytest.mark.parametrize(
    ("negatives", "threshold", "supported"),
    [(39, False, False), (499, True, False), (500, True, True)],
)
def test_how_many_negatives_it_takes(negatives: int, *, threshold: bool, supported: bool) -> None:
    """Hardly any: no threshold. Some: a cautious one. 500: one that dev has shown."""
    head = toxic_head(texts(100, {Category.TOXIC: 1}), negatives)
    assert (head.threshold is not None) is threshold
    if head.threshold:
        assert head.threshold.supported is supported
        assert (head.threshold.negatives, head.threshold.false_alarms) == (negatives, 0)


def test_a_head_that_rests_on_our_own_texts_never_hides_alone() -> None:
    """With a measured rate it may be one of two witnesses; without, it has no threshold."""
    ours = texts(300, {Category.TOXIC: 1}, source="own:abuse") + texts(99, {Category.TOXIC: 1})
    measured, unmeasured = toxic_head(ours, 600), toxic_head(ours, 499)
    assert measured.available
    assert measured.threshold is not None
    assert not measured.threshold.supported
    assert unmeasured.available
    assert unmeasured.threshold is None


def test_thresholds_are_held_on_harmless_texts_together_and_counted_alone() -> None:
    """Each head has its own false alarm among 1,000 harmless texts: one of the two must go."""
    both = {Category.TOXIC: 1, Category.INSULT: 1}
    rows = texts(100, both) + texts(1_000, dict.fromkeys(both, 0), source="plain")
    toxic = np.concatenate([np.full(100, 0.9), np.linspace(0.0, 0.6, 1_000)])
    insult = np.concatenate([np.full(100, 0.9), np.linspace(0.6, 0.0, 1_000)])
    scores = {Category.TOXIC: toxic, Category.INSULT: insult}
    heads = judge_heads(rows, judged(rows, scores), NO_TEXTS)
    thresholds = [head.threshold for head in heads if head.threshold]
    assert [one.false_alarms for one in thresholds] == [1, 1]
    assert all(one.supported for one in thresholds)
