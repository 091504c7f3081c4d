"""How a text longer than the network reads becomes one answer."""

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifiers.engines import Probabilities
from classifiers.engines.windows import Windows, joined
from vigie.domain.assessment import Category, Target

if TYPE_CHECKING:
    from classifiers.engines.batches import Pieces

TOXIC = list(Category).index(Category.TOXIC)


def answers(*toxic: float) -> Probabilities:
    """Return one answer per window, aimed at a group where it is toxic and at nobody elsewhere."""
    said = Probabilities.unknown(len(toxic))
    said.sentiment[:] = [[score, 1 - score, 0] for score in toxic]
    said.toxicity[:] = np.array(toxic)[:, None]
    said.target[:] = [[1 - score, 0, score] for score in toxic]
    return said


def windows(*counts: int, length: int = 10) -> Windows:
    """Return windows alike in length."""
    pieces: list[Pieces] = [[7] * length for _ in range(sum(counts))]
    return Windows(pieces, np.array(counts, np.intp))


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20))
def test_texts_of_one_window_keep_their_answer(scores: list[float]) -> None:
    """Bit by bit, and in order."""
    said = answers(*scores)
    whole = joined(said, windows(*[1] * len(scores)))
    for part, other in zip(whole, said, strict=True):
        np.testing.assert_array_equal(part, other)


@given(st.lists(st.floats(0, 1, width=32), min_size=2, max_size=8))
def test_a_long_text_is_never_more_toxic_than_its_worst_window(scores: list[float]) -> None:
    """Nor more toxic than the same window would be in a shorter text."""
    said = joined(answers(*scores), windows(len(scores))).toxicity[0, TOXIC]
    assert said <= np.float32(max(scores))
    longer = joined(answers(*scores, 0.0), windows(len(scores) + 1)).toxicity[0, TOXIC]
    assert longer <= said


def test_abuse_in_the_last_window_counts() -> None:
    """Odds of 99 to 1 in one of three windows are 33 to 1 for the text."""
    whole = joined(answers(0.01, 0.01, 0.99), windows(3))
    np.testing.assert_allclose(whole.toxicity[0, TOXIC], 33 / 34, atol=1e-5)
    assert whole.target[0].argmax() == list(Target).index(Target.GROUP)


def test_certainty_stays_high_in_any_text() -> None:
    """A probability of 1 has infinite odds."""
    assert 0.99999 < joined(answers(1.0, 0.0), windows(2)).toxicity[0, TOXIC] <= 1.0


def test_sentiment_is_the_mean_by_length() -> None:
    """A last window of few words weighs little."""
    pieces = [[7] * 30, [7] * 10]
    whole = joined(answers(0.8, 0.4), Windows(pieces, np.array([2], np.intp)))
    np.testing.assert_allclose(whole.sentiment[0], [0.7, 0.3, 0.0], atol=1e-6)


def test_an_unknown_window_makes_the_text_unknown() -> None:
    """And no other: what could not be read may have been abuse."""
    said = answers(0.2, 0.3, 0.4)
    for part in said:
        part[1] = np.nan
    whole = joined(said, windows(2, 1))
    assert np.isnan(whole.sentiment[0]).all()
    assert np.isnan(whole.toxicity[0]).all()
    np.testing.assert_allclose(whole.toxicity[1, TOXIC], 0.4)


def test_a_head_that_the_model_lacks_stays_unknown() -> None:
    """The others are joined all the same."""
    said = answers(0.2, 0.8)
    said.toxicity[:, TOXIC] = np.nan
    whole = joined(said, windows(2))
    assert np.isnan(whole.toxicity[0, TOXIC])
    assert np.isfinite(np.delete(whole.toxicity[0], TOXIC)).all()
    assert whole.target[0].argmax() == list(Target).index(Target.GROUP)
