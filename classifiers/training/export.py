"""From the trained network to the file that serves: 8-bit matrices, 4-bit word embeddings."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from classifiers.training.base import PackedRows
from classifiers.training.data import Row
from classifiers.training.graph import write_graph
from classifiers.training.quantise import quantise
from classifiers.training.sampling import Sampler

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from classifiers.training.model import MultiTaskModel

#: Texts on which the ranges of the matrices' inputs are fixed.
_SAMPLES: Final = 300


def export(
    model: "MultiTaskModel",
    words: PackedRows,
    samples: Sequence[Sequence[int]],
    target: Path,
) -> None:
    """Write *model*, with word embeddings *words*, to *target*; *samples* are texts as pieces."""
    positions = model.encoder.config.max_position_embeddings
    write_graph(model, words, quantise(model, samples), target, positions=positions)


def sample_pieces(rows: Sequence[Row], tokenizer: "Tokenizer", *, seed: int) -> list[list[int]]:
    """Return texts of the training mixture as pieces, drawn by *seed*."""
    drawn = [row for batch in Sampler.over(rows, seed=seed, batch=_SAMPLES).block(0, _length)
             for row in batch]  # fmt: skip
    chosen = random.Random(seed).sample(drawn, min(_SAMPLES, len(drawn)))  # noqa: S311 - no secret
    return [one.ids for one in tokenizer.encode_batch_fast([row.text for row in chosen])]


def _length(row: Row) -> int:
    return len(row.text)
