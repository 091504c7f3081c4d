"""How texts are laid out for the model."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.engine import micro_batches


@given(st.lists(st.integers(2, 80), max_size=200))
def test_every_text_lies_in_exactly_one_small_batch(lengths: list[int]) -> None:
    """Memory is bounded whatever is asked, and no text is lost or scored twice."""
    batches = list(micro_batches(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        assert 1 <= len(batch) <= 32
        assert len(batch) * max(lengths[row] for row in batch) <= 2_048


def test_texts_of_like_length_share_a_batch() -> None:
    """A short text beside a long one would be padded to its length."""
    first, *_ = micro_batches([80, 3, 79, 4] * 16)
    assert all(row % 4 in {1, 3} for row in first)
