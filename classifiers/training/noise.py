"""Small damage to a text, as people type it: without accents, in capitals, with a letter lost.

Pure: the randomness is an argument.
"""

import random
import unicodedata
from typing import Final

#: Share of the drawn rows that are damaged.
SHARE: Final = 0.2
#: Texts shorter than this (in characters) are left alone: one letter may be their whole meaning.
_SHORTEST: Final = 12


def damaged(text: str, chance: random.Random) -> str:
    """Return *text*, in a ``SHARE`` of cases with one kind of damage."""
    if len(text) < _SHORTEST or chance.random() >= SHARE:
        return text
    kind = chance.randrange(5)
    if kind <= 1:
        return without_accents(text)
    if kind == 2:  # noqa: PLR2004 - the kinds are numbered
        return text.lower()
    if kind == 3:  # noqa: PLR2004 - the same
        return text.upper()
    return _with_a_slip(text, chance)


def without_accents(text: str) -> str:
    """Return *text* with its letters stripped of accents."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def _with_a_slip(text: str, chance: random.Random) -> str:
    """Lose, double or swap one letter."""
    at = chance.randrange(1, len(text) - 1)
    before, here, after = text[:at], text[at], text[at + 1 :]
    return chance.choice(
        (before + after, before + here * 2 + after, before + after[0] + here + after[1:])
    )
