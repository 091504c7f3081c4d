"""Calibration corrects the numbers of one head in one language, and touches nothing else."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.calibration import Calibration, calibrate, scale_category, scale_classes
from classifiers.engines import Probabilities
from vigie.domain.assessment import Category

SHARES = st.floats(0.0, 1.0, width=32)
SCALES = st.floats(0.01, 50.0)
OFFSETS = st.floats(-20.0, 20.0)


def raw() -> Probabilities:
    """Return two sure texts."""
    said = Probabilities.unknown(2)
    said.sentiment[:] = 0.9, 0.08, 0.02
    said.toxicity[:, 0] = 0.9
    said.target[:] = 0.9, 0.05, 0.05
    return said


def test_a_correction_changes_its_head_in_its_language_only() -> None:
    """The second text is English and stays."""
    correction = Calibration(head="toxic", language="fr", scale=0.5)
    said = calibrate(raw(), ["fr", "en"], [correction])
    assert said.toxicity[:, 0].tolist() == pytest.approx([0.75, 0.9])  # odds 9 become 3
    assert np.isnan(said.toxicity[:, 1:]).all()
    assert said.sentiment.tolist() == raw().sentiment.tolist()


@pytest.mark.parametrize("head", ["sentiment", "target"])
def test_classes_get_less_sure_together(head: str) -> None:
    """And still sum to 1."""
    said = calibrate(raw(), ["fr", None], [Calibration(head=head, language="fr", scale=0.5)])
    corrected, other = getattr(said, head)
    assert corrected.sum() == pytest.approx(1.0)
    assert corrected[0] < other[0] == pytest.approx(0.9)


def test_what_comes_in_is_not_changed() -> None:
    """Raw numbers are kept to be fitted."""
    given_numbers = raw()
    calibrate(given_numbers, ["fr", "fr"], [Calibration(head="toxic", language="fr", scale=2.0)])
    np.testing.assert_array_equal(given_numbers.toxicity, raw().toxicity)


@given(st.lists(SHARES, min_size=2, max_size=2), SCALES, OFFSETS)
def test_a_category_keeps_its_order_and_stays_a_probability(
    shares: list[float], scale: float, offset: float
) -> None:
    """Calibration never makes the milder text the worse one, not even at 0 and 1."""
    correction = Calibration(head="toxic", language="fr", scale=scale, offset=offset)
    one, other = scale_category(np.array(sorted(shares), np.float32), correction)
    assert 0.0 <= one <= other <= 1.0


@given(st.lists(SHARES, min_size=3, max_size=3).filter(any), SCALES)
def test_classes_keep_their_order_and_their_sum(shares: list[float], scale: float) -> None:
    """The likeliest stays the likeliest."""
    tone = np.array([shares], np.float32) / np.float32(sum(shares))
    correction = Calibration(head="sentiment", language="fr", scale=scale)
    scaled = scale_classes(tone, correction)
    assert scaled.sum() == pytest.approx(1.0)
    assert scaled[0, tone[0].argmax()] == scaled.max()


def test_unknown_stays_unknown() -> None:
    """Nothing is made of nothing."""
    corrections = [
        Calibration(head=head, language="fr", scale=2.0, offset=1.0)
        for head in ("sentiment", "target", *Category)
    ]
    said = calibrate(Probabilities.unknown(1), ["fr"], corrections)
    assert all(np.isnan(part).all() for part in said)


def test_scale_1_and_offset_0_change_nothing() -> None:
    """The identity, but for rounding."""
    said = calibrate(raw(), ["fr", "fr"], [Calibration(head="toxic", language="fr", scale=1.0)])
    np.testing.assert_allclose(said.toxicity[:, 0], 0.9, atol=1e-6)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (b'{"head":"spam","language":"fr","scale":1}', "spam is no head"),
        (b'{"head":"toxic","language":"fr","scale":0}', "> 0.0"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(written: bytes, sentence: str) -> None:
    """Where the model folder is read, not at the first post."""
    with pytest.raises(msgspec.ValidationError, match=sentence):
        msgspec.json.decode(written, type=Calibration)
