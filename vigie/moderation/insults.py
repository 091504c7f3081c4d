"""Unmistakable insults, threats and obscenities aimed at people, as a second witness.

A word alone never hides: it confirms a head of the model whose false alarms could not be measured.
Words that people also use about things, moods, facts or emergencies are left out on purpose, and a
list speaks for its own language only: « retard » is no insult in French.
"""

import re
from typing import Final

from vigie.domain.watch import fold

_EXPRESSIONS: Final = {
    "fr": (
        r"connard\w*", r"connass\w*", r"encul\w+", r"salop\w*", r"sales? putes?", r"fdp", r"ntm",
        r"(?:gros|tetes? de|sales?|pauvres?|bande de|especes? de) con(?:ne)?s?", r"petasses?",
        r"(?:ta|vos|fermez? (?:ta|la|vos)) gueules?", r"niqu(?:e|ez) (?:ta|vos|tes)",
        r"(?:va|allez) (?:te|vous) faire (?:foutre|encul\w+)", r"sous[- ]?merdes?",
        r"(?:voleurs?|gens|bande|ong|asso\w*|equipe) de merdes?", r"crev(?:e|ez) tous",
        r"(?:merdes?|voleurs?) crev(?:e|ez)", r"suce(?:z)? (?:moi|mon|ma)",
        r"brulez? en enfer", r"(?:grosses?|vous etes des) (?:putes?|ordures?)",
    ),
    "en": (
        r"assholes?", r"arseholes?", r"bitch\w*", r"cunts?", r"whores?", r"sluts?", r"scumbags?",
        r"motherfuck\w+", r"fuck (?:you|off|yourselves|yourself)", r"fagg?ots?",
        r"kill yoursel\w+", r"die you", r"rot in hell", r"burn in hell", r"pieces? of shit",
        r"shut the fuck up",
    ),
}  # fmt: skip
_PATTERNS: Final = {
    language: re.compile(rf"(?<!\w)(?:{'|'.join(expressions)})(?!\w)")
    for language, expressions in _EXPRESSIONS.items()
}


def insults_openly(text: str, language: str | None) -> bool:
    """Say whether the text, without case and accents, holds such an expression of its language."""
    pattern = _PATTERNS.get(language or "")
    return pattern is not None and pattern.search(fold(text)) is not None
