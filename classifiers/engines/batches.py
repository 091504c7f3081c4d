"""Texts of like length share a run of the model, and a run that does not fit is halved.

Knows pieces and arrays, no library: an engine tells a lack of memory by ``MemoryError``.
"""

import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers.engines import Probabilities

log = logging.getLogger(__name__)

#: A text as the numbers of its pieces.
Pieces = list[int]

#: Largest micro-batch, in texts and in pieces with padding: bounds memory whatever is asked.
BATCH_TEXTS: Final = 32
BATCH_PIECES: Final = 2_048
#: Largest part of a micro-batch that a thread takes for itself: what it needs fits a core's cache.
PART_TEXTS: Final = 8


def run_batches(
    pieces: Sequence[Pieces], run: Callable[[list[Pieces]], Probabilities]
) -> Probabilities:
    """Return the answers of *run* to all *pieces*, in order, asked in micro-batches.

    Where *run* raises ``MemoryError`` it is asked again for half as many; a single text that it has
    no memory for stays unknown, and so does one without any piece, which no network takes.
    """
    said = Probabilities.unknown(len(pieces))
    waiting = list(micro_batches([len(one) for one in pieces]))
    while waiting:
        rows = waiting.pop()
        try:
            answer = run([pieces[row] for row in rows])
        except MemoryError:
            waiting += _halves(rows, len(pieces[rows[-1]]))
        else:
            for whole, part in zip(said, answer, strict=True):
                whole[rows] = part
    return said


def _halves(rows: list[int], longest: int) -> list[list[int]]:
    if len(rows) == 1:
        log.error("text_given_up reason=out_of_memory pieces=%d", longest)
        return []
    log.warning("batch_halved reason=out_of_memory texts=%d pieces=%d", len(rows), longest)
    middle = len(rows) // 2
    return [rows[:middle], rows[middle:]]


def give_up(said: Probabilities, broken: NDArray[np.bool_]) -> None:
    """Take back everything that is *said* of the texts that are *broken*."""
    if broken.any():
        log.error("texts_given_up reason=no_probability texts=%d", broken.sum())
        for whole in said:
            whole[broken] = np.nan


def micro_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers in batches of like length, none larger than the two bounds above.

    Rows of no length are left out.
    """
    rows = sorted(filter(lengths.__getitem__, range(len(lengths))), key=lengths.__getitem__)
    batch: list[int] = []
    for row in rows:
        # Rows come shortest first, so the row at hand is as wide as the batch would become.
        if len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[row] > BATCH_PIECES:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def in_parts(pieces: list[Pieces], threads: int) -> list[list[Pieces]]:
    """Return *pieces* in order, in parts for so many *threads*, alike in size to one text.

    No part is larger than ``PART_TEXTS``, and none is empty.
    """
    rounds = -(-len(pieces) // (threads * PART_TEXTS))
    parts = min(threads * rounds, len(pieces))
    ends = [len(pieces) * part // parts for part in range(parts + 1)]
    return [pieces[begin:end] for begin, end in itertools.pairwise(ends)]


def padded(pieces: Sequence[Pieces], padding: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return *pieces* as one array (texts, longest) filled up with *padding*, and its mask."""
    width = max(len(one) for one in pieces)
    inputs = np.full((len(pieces), width), padding, np.int64)
    mask = np.zeros((len(pieces), width), np.int64)
    for row, one in enumerate(pieces):
        inputs[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return inputs, mask
