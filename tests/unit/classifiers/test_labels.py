"""What the labels of somebody else's model mean, and the sentences for mappings that cannot be."""

import re
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifiers.engines.labels import LabelMap, Outputs, map_labels
from vigie.domain.assessment import Category
from vigie.errors import Misconfigured

STARS = tuple(f"{count} stars" for count in range(1, 6))
BY_STARS = dict(
    zip(STARS, ("negative", "negative", "neutral", "positive", "positive"), strict=True)
)
TOXIC = list(Category).index(Category.TOXIC)


def softmax(labels: tuple[str, ...], wanted: Mapping[str, str]) -> LabelMap:
    """Map labels that exclude each other."""
    return map_labels("stars", labels, wanted, Outputs.SOFTMAX)


def test_stars_become_a_sentiment() -> None:
    """Two labels of one head add up."""
    said = softmax(STARS, BY_STARS).place(np.array([[0.1, 0.2, 0.4, 0.2, 0.1]], np.float32))
    assert said.sentiment[0].tolist() == pytest.approx([0.3, 0.4, 0.3])
    assert np.isnan(said.toxicity).all()
    assert np.isnan(said.target).all()


def test_labels_spelt_like_heads_need_no_mapping() -> None:
    """In small or capital letters, in any order; others are left out."""
    labels = ("Positive", "NEGATIVE", "neutral", "mixed", "toxic")
    said = softmax(labels, {}).place(np.array([[0.1, 0.2, 0.3, 0.3, 0.1]], np.float32))
    assert said.sentiment[0].tolist() == pytest.approx([2 / 6, 3 / 6, 1 / 6])
    assert said.toxicity[0, TOXIC] == pytest.approx(0.1)


def test_of_labels_that_stand_for_themselves_the_likeliest_counts() -> None:
    """Their sum could pass 1."""
    mapped = map_labels(
        "abuse", ("slur", "hate"), {"slur": "toxic", "hate": "toxic"}, Outputs.SIGMOID
    )
    said = mapped.place(np.array([[0.7, 0.8]], np.float32))
    assert said.toxicity[0, TOXIC] == pytest.approx(0.8)


def test_labels_of_one_name_all_count() -> None:
    """A model may call several of its outputs the same."""
    said = softmax(("toxic", "other", "toxic"), {}).place(np.array([[0.3, 0.2, 0.5]], np.float32))
    assert said.toxicity[0, TOXIC] == pytest.approx(0.8)


@given(arrays(np.float32, (3, 5), elements=st.floats(0, 1, width=32)))
def test_a_sentiment_sums_to_1_or_is_unknown(shares: np.ndarray) -> None:
    """Whatever the model leaves for labels that mean nothing to us."""
    said = softmax(STARS, {"1 stars": "negative", "3 stars": "neutral", "5 stars": "positive"})
    for row, tone in zip(shares, said.place(shares).sentiment, strict=True):
        if row[[0, 2, 4]].sum() > 0:
            assert tone.sum() == pytest.approx(1.0, abs=1e-5)
        else:
            assert np.isnan(tone).all()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"6 stars": "negative"}, "classifier.labels names 6 stars, which stars does not have"),
        (BY_STARS | {"1 stars": "bad"}, "classifier.labels maps 1 stars to bad, which is no head"),
        (
            {"1 stars": "negative", "5 stars": "positive"},
            "classifier.labels gives stars a sentiment without neutral: map labels to all of",
        ),
        (
            {"1 stars": "person"},
            "classifier.labels gives stars a target without nobody and group",
        ),
        (
            dict.fromkeys(STARS, "toxic"),
            "classifier.labels maps every label of stars to toxic, which would be 1 of any text",
        ),
        ({}, "no label of stars is spelt like a head of ours: say under classifier.labels"),
    ],
)
def test_a_mapping_that_cannot_be_right_is_a_sentence_that_helps(
    wanted: dict[str, str], sentence: str
) -> None:
    """It names the labels that the model has and the heads that we have."""
    with pytest.raises(Misconfigured, match=re.escape(sentence)) as refused:
        softmax(STARS, wanted)
    assert f"its labels are {', '.join(STARS)}, our heads negative, neutral" in str(refused.value)
