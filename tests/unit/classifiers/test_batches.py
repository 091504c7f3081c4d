"""How texts are laid out for the model, and what happens when they do not fit."""

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.engines import Probabilities
from classifiers.engines.batches import (
    PART_TEXTS,
    Pieces,
    in_parts,
    micro_batches,
    padded,
    run_batches,
)


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


@given(st.integers(1, 100), st.integers(1, 8))
def test_threads_share_a_batch_evenly(texts: int, threads: int) -> None:
    """All of them work, and none has to wait for another's long part."""
    batch = [[piece] for piece in range(texts)]
    parts = in_parts(batch, threads)
    assert [piece for part in parts for piece in part] == batch
    sizes = [len(part) for part in parts]
    assert len(parts) >= min(threads, texts)
    assert 1 <= max(sizes) <= min(sizes) + 1
    assert max(sizes) <= PART_TEXTS


def test_shorter_texts_are_filled_up_and_masked() -> None:
    """The mask says what is text."""
    inputs, mask = padded([[5, 6, 7], [8]], padding=1)
    assert inputs.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


class SmallMachine:
    """Has memory for so many pieces at a time; answers with a text's first piece."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.tries = 0

    def __call__(self, pieces: list[Pieces]) -> Probabilities:
        """Answer, or run out of memory."""
        self.tries += 1
        if len(pieces) * max(len(one) for one in pieces) > self.room:
            raise MemoryError
        said = Probabilities.unknown(len(pieces))
        said.sentiment[:] = np.array([[one[0]] for one in pieces])
        return said


@given(
    st.lists(st.lists(st.integers(1, 999), min_size=1, max_size=12), max_size=40),
    st.integers(1, 40),
)
def test_what_fits_alone_is_answered_and_what_does_not_is_unknown(
    texts: list[Pieces], room: int
) -> None:
    """In order, whatever had to be halved."""
    said = run_batches(texts, SmallMachine(room))
    for text, tone in zip(texts, said.sentiment, strict=True):
        assert (tone == text[0]).all() if len(text) <= room else np.isnan(tone).all()


def test_running_out_of_memory_is_logged_without_the_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """How many texts of how many pieces were tried, and which length was given up."""
    machine = SmallMachine(room=3)
    with caplog.at_level(logging.WARNING):
        run_batches([[7, 7], [8, 8, 8, 8]], machine)
    assert [record.getMessage() for record in caplog.records] == [
        "batch_halved reason=out_of_memory texts=2 pieces=4",
        "text_given_up reason=out_of_memory pieces=4",
    ]
    assert machine.tries == 3


def test_a_text_without_any_piece_stays_unknown_and_is_not_run() -> None:
    """Some tokenisers leave nothing of a text of signs that they do not know."""
    said = run_batches([[], [5, 6], []], SmallMachine(room=10))
    assert np.isfinite(said.sentiment).all(axis=1).tolist() == [False, True, False]
    assert np.isnan(run_batches([[]], SmallMachine(room=10)).sentiment).all()
