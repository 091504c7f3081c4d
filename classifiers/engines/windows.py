"""A text longer than a network reads is read in windows that overlap, and answered as one.

Knows tokenisers and arrays, no network. Abuse at the end of a letter counts like abuse in a short
comment; but a text of n windows also has n chances of a false alarm, so the odds of the worst
window are divided by n.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from classifiers.engines import FloatArray, Probabilities
from classifiers.engines.batches import Pieces, run_batches

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

#: A window shares a fifth of its pieces with the next: a sentence is rarely cut in both.
_SHARED: Final = 5
#: Probabilities are kept this far from 1, where odds are infinite.
_EDGE: Final = 1e-7


class Windows(NamedTuple):
    """The windows of some texts, in the order of the texts; ``counts`` says how many each has."""

    pieces: list[Pieces]
    counts: NDArray[np.intp]


def read_windows(
    tokenizer: "PreTrainedTokenizerBase",
    texts: Sequence[str],
    *,
    most: int,
    run: Callable[[list[Pieces]], Probabilities],
) -> Probabilities:
    """Return the answers of *run* to whole *texts*, none of whose windows has over *most* pieces.

    Of a text with several windows the toxicity is that of the worst window, its odds divided by the
    number of windows, the target is that of the most toxic window, and the sentiment the mean of
    all, weighted by their pieces. Where one window is unknown, so is the text.
    """
    if not texts:
        return Probabilities.unknown(0)
    windows = cut(tokenizer, texts, most=most)
    return joined(run_batches(windows.pieces, run), windows)


def cut(tokenizer: "PreTrainedTokenizerBase", texts: Sequence[str], *, most: int) -> Windows:
    """Return the windows of *texts*; a tokeniser written in Python knows only the first of each."""
    encoded = tokenizer(
        list(texts),
        truncation=True,
        max_length=most,
        stride=most // _SHARED,
        return_overflowing_tokens=True,
        return_attention_mask=False,
        return_token_type_ids=False,
    )
    owners = encoded.get("overflow_to_sample_mapping", range(len(texts)))
    return Windows(
        cast("list[Pieces]", encoded["input_ids"]), np.bincount(owners, minlength=len(texts))
    )


def joined(said: Probabilities, windows: Windows) -> Probabilities:
    """Return what is said of texts whose *windows* had the answers *said*."""
    begins = np.cumsum(windows.counts) - windows.counts
    whole = Probabilities(*(part[begins] for part in said))
    for text in np.flatnonzero(windows.counts > 1):
        rows = slice(begins[text], begins[text] + windows.counts[text])
        lengths = [len(pieces) for pieces in windows.pieces[rows]]
        toxicity = said.toxicity[rows]
        whole.sentiment[text] = np.average(said.sentiment[rows], axis=0, weights=lengths)
        whole.toxicity[text] = _one_of(len(lengths), toxicity.max(axis=0))
        whole.target[text] = said.target[rows][np.nan_to_num(toxicity).max(axis=1).argmax()]
    return whole


def _one_of(windows: int, worst: FloatArray) -> FloatArray:
    """Return the probability *worst* with its odds divided by the number of *windows*."""
    within = np.minimum(worst, 1.0 - _EDGE)
    return (within / (within + windows * (1.0 - within))).astype(np.float32)
