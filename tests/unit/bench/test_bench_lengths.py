"""The texts that the classifier's bench asks are real, and as long as it says."""

from itertools import islice

import pytest

from tests.bench.classifier.lengths import french, mixed, of_length
from vigie.errors import Misconfigured


def words(text: str) -> int:
    """Count as a tokeniser of whole words would."""
    return len(text.split())


def test_texts_have_exactly_the_length_asked_for() -> None:
    """Cut between words, from what people write; different ones as long as there are."""
    found = of_length(24, words, 96)
    assert {words(text) for text in found} == {24}
    assert len(set(found)) == 96
    told = " ".join(french())
    assert all(text in " ".join(told.split()) for text in found)


def test_texts_that_miss_the_length_are_left_out() -> None:
    """A tokeniser that counts by twos has no odd length."""
    assert {words(text) for text in of_length(24, lambda text: 2 * words(text), 4)} == {12}
    with pytest.raises(Misconfigured, match="no comment has exactly 23"):
        of_length(23, lambda text: 2 * words(text), 4)


def test_too_few_texts_are_repeated() -> None:
    """Who wants a thousand gets a thousand."""
    assert len(of_length(12, words, 1000)) == 1000


@pytest.mark.parametrize(("copies", "new"), [(0.0, 64), (0.5, 32)])
def test_batches_hold_the_share_of_copies_asked_for(copies: float, new: int) -> None:
    """What counts as new was never asked before, in no batch of either share."""
    other = {text for batch in islice(mixed(64, 0.5 - copies), 20) for text in batch}
    asked: set[str] = set()
    for number, batch in enumerate(islice(mixed(64, copies), 20)):
        fresh = set(batch) - asked
        assert len(batch) == 64
        assert len(fresh) == (new if number else 64)
        assert not fresh & other
        asked |= fresh


def test_mixed_batches_are_always_the_same_and_of_all_lengths() -> None:
    """Drawn by a seed."""
    one, other = (list(islice(mixed(64, 0.5), 5)) for _ in range(2))
    assert one == other
    assert len({words(text) for text in one[0]}) > 8
