"""Foreign text made fit to be quoted: it must not reorder, cover or break what stands around it."""

import unicodedata
from collections.abc import Iterator
from typing import Final

_REORDERS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates (UAX 9, section 2): text from right to left needs none."""
_MARKS: Final = 3
"""Combining characters on one letter: no language that is written needs more."""


def legible(text: str, *, longest: int) -> str:
    r"""Return the text in one line, with at most so many characters and an ellipsis where cut.

    >>> legible("e\u0301te\u0301  \u202eici", longest=80)
    'été ici'
    >>> legible("abcdef", longest=3)
    'abc…'
    """
    whole = " ".join("".join(_kept(unicodedata.normalize("NFC", text))).split())
    if len(whole) <= longest:
        return whole
    end = longest
    while end > 0 and _joins(whole[end]):  # never between a letter and its marks
        end -= 1
    return whole[:end].rstrip() + "…"


def _kept(text: str) -> Iterator[str]:
    marks = 0
    for letter in text:
        marks = marks + 1 if _joins(letter) else 0
        if marks <= _MARKS and letter not in _REORDERS:
            yield " " if unicodedata.category(letter) == "Cc" else letter


def _joins(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Me"}
