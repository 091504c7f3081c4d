"""Comments of a wanted length: real French texts, cut between words, never in a word.

Knows what counts pieces only as a function, and draws from a seed.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from typing import Final

from tests.bench.corpus import SEED, comments
from vigie.demo.script import entries
from vigie.errors import Misconfigured

#: A text is put together from so many comments at most.
_JOINED: Final = 12
#: What is asked again was asked at most so many texts ago.
_REMEMBERED: Final = 2_000
#: Number of the first comment of mixed length.
_FIRST: Final = 200_000


def french() -> list[str]:
    """Return the scenario's French comments, in the order in which they are told."""
    return [entry.text for entry in entries() if entry.text and entry.language == "fr"]


def of_length(pieces: int, measured: Callable[[str], int], wanted: int) -> list[str]:
    """Return `wanted` texts that have exactly so many `pieces`, some of them twice if need be.

    Raises:
        Misconfigured: no text comes out at that length.
    """
    told = french()
    starts = (told[at : at + _JOINED] for at in range(len(told)))
    cut = (_cut(" ".join(joined).split(), pieces, measured) for joined in starts)
    found = list(islice((text for text in cut if text), wanted))
    if not found:
        message = f"no comment has exactly {pieces} pieces by this tokeniser: choose another length"
        raise Misconfigured(message)
    return [found[at % len(found)] for at in range(wanted)]


def _cut(words: Sequence[str], pieces: int, measured: Callable[[str], int]) -> str | None:
    """Return the first words that make exactly so many pieces, if any do."""
    for length in range(1, len(words) + 1):
        text = " ".join(words[:length])
        made = measured(text)
        if made >= pieces:
            return text if made == pieces else None
    return None


def mixed(batch: int, copies: float) -> Iterator[list[str]]:
    """Yield batches of real lengths for ever; a share of `copies` in each was asked before."""
    draw = random.Random(SEED)  # noqa: S311 - a repeatable order
    asked: list[str] = []
    # Every share of copies has numbers of its own, with as many digits.
    for first in count(int(_FIRST * (1 + copies)), batch):
        again = draw.choices(asked, k=round(batch * copies)) if asked else []
        new = [one.text for one in comments(batch - len(again), first=first)]
        asked = [*asked, *new][-_REMEMBERED:]
        texts = [*new, *again]
        draw.shuffle(texts)
        yield texts
