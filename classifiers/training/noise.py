"""Small damage to a text, as people type it: no accents, SMS French, leet, stretched letters.

Pure: the randomness is an argument.
"""

import random
import re
import unicodedata
from collections.abc import Callable
from typing import Final

#: Share of the drawn rows that are damaged.
SHARE: Final = 0.3
#: Texts shorter than this (in characters) are left alone: one letter may be their whole meaning.
_SHORTEST: Final = 12
#: How likely a word that has a short form is written so, and a letter that has a look-alike.
_SHORTENED: Final = 0.7
_REPLACED: Final = 0.35
_VOWELS: Final = "aeiouéèêàùâîôû"
_LOOK_ALIKE: Final = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "é": "3"}
_SHORT_FORMS: Final = {
    "pas": "pa", "que": "ke", "qui": "ki", "quoi": "koi", "quand": "qd", "c'est": "c",
    "c’est": "c", "j'ai": "g", "j’ai": "g", "je": "j", "tu": "t", "es": "é", "est": "é",
    "vous": "vs", "nous": "ns", "dans": "ds", "pour": "pr", "parce": "pcq", "beaucoup": "bcp",
    "toujours": "tjrs", "jamais": "jms", "tout": "tt", "tous": "ts", "toute": "tte", "avec": "ac",
    "mais": "mé", "rien": "r1", "bien": "b1", "putain": "ptn", "gueule": "gl", "comme": "com",
    "quelqu'un": "qqn", "quelque": "qq", "aussi": "ossi", "moi": "mwa", "toi": "twa", "fait": "f",
    "même": "mm", "vraiment": "vrmt", "maintenant": "mtn", "longtemps": "lgtps", "sais": "c",
    "suis": "chui", "chez": "ché", "trop": "tro", "cause": "koz", "the": "da", "you": "u",
    "are": "r", "your": "ur", "people": "ppl", "because": "bc", "for": "4", "please": "pls",
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+(?:['’]ai|['’]est|['’]un)?")


def damaged(text: str, chance: random.Random) -> str:
    """Return *text*, in a ``SHARE`` of cases with one kind of damage."""
    if len(text) < _SHORTEST or chance.random() >= SHARE:
        return text
    return chance.choice(_KINDS)(text, chance)


def without_accents(text: str) -> str:
    """Return *text* with its letters stripped of accents."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def in_short_forms(text: str, chance: random.Random) -> str:
    """Return *text* with many of its small words as in a text message."""

    def shortened(match: re.Match[str]) -> str:
        word = match.group()
        short = _SHORT_FORMS.get(word.lower())
        return short if short and chance.random() < _SHORTENED else word

    return _WORD.sub(shortened, text)


def with_look_alikes(text: str, chance: random.Random) -> str:
    """Return *text* with digits and signs for some letters of one of its longer words."""
    words = [match.span() for match in _WORD.finditer(text) if len(match.group()) > 3]  # noqa: PLR2004
    if not words:
        return text
    start, end = chance.choice(words)
    replaced = "".join(
        chance.choice(_LOOK_ALIKE[letter.lower()])
        if letter.lower() in _LOOK_ALIKE and chance.random() < _REPLACED
        else letter
        for letter in text[start:end]
    )
    return text[:start] + replaced + text[end:]


def stretched(text: str, chance: random.Random) -> str:
    """Return *text* with the last vowel of one word repeated."""
    ends = [match.end() for match in _WORD.finditer(text) if match.group()[-1].lower() in _VOWELS]
    if not ends:
        return text
    at = chance.choice(ends)
    return text[:at] + text[at - 1] * chance.randint(2, 5) + text[at:]


def with_a_slip(text: str, chance: random.Random) -> str:
    """Lose, double or swap one letter."""
    at = chance.randrange(1, len(text) - 1)
    before, here, after = text[:at], text[at], text[at + 1 :]
    return chance.choice(
        (before + after, before + here * 2 + after, before + after[0] + here + after[1:])
    )


def _unpunctuated(text: str, _chance: random.Random) -> str:
    return re.sub(r"[.,;:!?…]+", "", text).lower()


_KINDS: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    lambda text, _: without_accents(text),
    lambda text, _: without_accents(text).lower(),
    lambda text, _: text.upper(),
    _unpunctuated,
    in_short_forms,
    in_short_forms,
    with_look_alikes,
    stretched,
    with_a_slip,
    with_a_slip,
)
