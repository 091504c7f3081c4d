"""Texts too alike to stand on both sides of a split, found with MinHash (Broder 1997).

Knows strings only. Two texts are alike by the character 5-grams they share: a retweet, a template
filled twice or one word changed would let a figure measure memory instead of judgement.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]  # ships no types

#: Estimated Jaccard similarity of the 5-grams from which on two texts are the same to us.
ALIKE: Final = 0.6
_PERMUTATIONS: Final = 64
_GRAM: Final = 5
_SEED: Final = 1
_NOT_A_LETTER: Final = re.compile(r"[\W_]+")


def near_duplicates(texts: Sequence[str], measured: Iterable[str]) -> set[int]:
    """Return the positions of those *texts* that are near duplicates of a *measured* text.

    Case, punctuation and spaces do not count. Both may be long: time grows with their sum.
    """
    index = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS)
    with index.insertion_session() as session:
        for number, sketch in enumerate(_sketches(dict.fromkeys(measured))):
            session.insert(number, sketch)
    return {at for at, sketch in enumerate(_sketches(texts)) if index.query(sketch)}


def _sketches(texts: Iterable[str]) -> Iterator[MinHash]:
    yield from MinHash.generator(
        (_grams(text) for text in texts),
        num_perm=_PERMUTATIONS,
        seed=_SEED,
        hashfunc=zlib.crc32,
    )


def _grams(text: str) -> set[bytes]:
    """Return the 5-grams of *text*; one that is shorter, or all signs, is its own gram."""
    letters = _NOT_A_LETTER.sub(" ", text.lower()).strip()
    if len(letters) < _GRAM:
        return {(letters or text).encode("utf-8", "replace")}
    return {
        letters[at : at + _GRAM].encode("utf-8", "replace")
        for at in range(len(letters) - _GRAM + 1)
    }
