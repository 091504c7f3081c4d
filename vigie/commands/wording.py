"""How results are said to a person at the terminal: in French or English, with its typography.

Results only: help and errors are in English, as everywhere on the command line. The English
sentence is the key of the French one, so that code stays readable.
"""

import re
from collections.abc import Mapping
from typing import Final

from babel import Locale
from babel.numbers import format_decimal

from vigie.commands.french import FRENCH

LANGUAGES: Final = ("fr", "en")

_NARROW: Final = "\u202f"
"""Narrow no-break space: French puts it before : ; ! ? % and inside « »."""

_BEFORE: Final = re.compile(r" (?=[:;!?%»])")
_AFTER: Final = re.compile(r"(?<=«) ")
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which POSIX asks them; the first that is set decides."""


def choose_language(environ: Mapping[str, str], default: str) -> str:
    """Return the language of the person's locale, or `default` where it names none of ours."""
    locale = next((value for name in _LOCALE_VARIABLES if (value := environ.get(name))), "")
    language = re.split(r"[_.@-]", locale.lower())[0]
    return language if language in LANGUAGES else default


class Wording:
    """One of the `LANGUAGES`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language)

    def say(self, sentence: str, /, **values: object) -> str:
        """Return the sentence in this language with its values put in."""
        return self._typeset(sentence).format(**values)

    def say_many(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the sentence in the number that n takes; n is put in as {n}."""
        # French counts nought as one.
        singular = n < 2 if self.language == "fr" else n == 1  # noqa: PLR2004
        return self.say(one if singular else many, n=self.count(n), **values)

    def score(self, value: float, digits: int = 2) -> str:
        """Return a score from 0 to 1; one that is not 1 is never rounded up to it."""
        largest = 1 - 10.0**-digits
        shown = min(value, largest) if value < 1 else value
        return self._decimal(shown, "0." + "0" * digits)

    def change(self, value: float) -> str:
        """Return the difference of two scores with its sign, a true minus."""
        sign = "−" if value < 0 else "+"
        return sign + self._decimal(abs(value), "0.00")

    def count(self, n: int) -> str:
        """Return a number of things, its thousands grouped."""
        return self._decimal(n, "#,##0")

    def number(self, value: float) -> str:
        """Return a quantity: whole from 100 on, else with one decimal."""
        return self._decimal(value, "#,##0" if value >= 100 else "#,##0.0")  # noqa: PLR2004

    def percent(self, part: int, whole: int) -> str:
        """Return the share of the whole in per cent with one decimal; a dash of nothing."""
        if not whole:
            return "–"
        space = _NARROW if self.language == "fr" else ""
        return f"{self._decimal(100 * part / whole, '0.0')}{space}%"

    def language_name(self, code: str) -> str:
        """Return the name of a language, or its code where it has none here."""
        return str(self._locale.languages.get(code, code))

    def _decimal(self, value: float, form: str) -> str:
        return str(format_decimal(value, form, locale=self._locale))

    def _typeset(self, sentence: str) -> str:
        if self.language != "fr":
            return sentence
        spaced = _AFTER.sub(_NARROW, _BEFORE.sub(_NARROW, FRENCH[sentence]))
        return spaced.replace("'", "’")
