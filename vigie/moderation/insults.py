"""Unmistakable insults, threats and obscenities aimed at people, as a second witness.

A word alone never hides: it confirms a head of the model whose false alarms could not be measured.
Words that people also use about things, moods or facts are left out on purpose.
"""

import re
from typing import Final

from vigie.domain.watch import fold

_FRENCH: Final = (
    r"connard\w*", r"connass\w*", r"encul\w+", r"salop\w*", r"putes?", r"petasses?", r"batards?",
    r"(?:gros|tetes? de|sales?|pauvres?|bande de|especes? de) con(?:ne)?s?", r"fdp", r"ntm",
    r"pedes?", r"tapettes?", r"bougnoul\w*", r"(?:ta|vos|fermez? (?:ta|la|vos)) gueules?",
    r"(?:va|allez) (?:te|vous) faire (?:foutre|encul\w+|voir)", r"niqu(?:e|ez|er)",
    r"(?:voleurs?|gens|bande|ong|asso\w*|equipe) de merdes?", r"crev(?:e|es|ez)(?: tous)?",
    r"ordures?", r"raclures?", r"dechets? humains?", r"debiles?", r"cretins?", r"abrutis?",
    r"suce(?:z)? (?:moi|mon|ma)", r"sous[- ]?merdes?", r"brulez? en enfer",
)  # fmt: skip
_ENGLISH: Final = (
    r"assholes?", r"arseholes?", r"bitch\w*", r"cunts?", r"whores?", r"sluts?", r"motherfuck\w+",
    r"fuck (?:you|off|yourselves|yourself)", r"scum(?:bags?)?", r"retards?", r"fagg?ots?",
    r"kill yoursel\w+", r"(?:go|just) die", r"die you", r"rot in hell", r"burn in hell",
    r"pieces? of shit", r"vermin", r"subhuman\w*", r"shut the fuck up",
)  # fmt: skip
_UNMISTAKABLE: Final = re.compile(rf"(?<!\w)(?:{'|'.join(_FRENCH + _ENGLISH)})(?!\w)")


def insults_openly(text: str) -> bool:
    """Say whether the text, without case and accents, holds one of these expressions."""
    return _UNMISTAKABLE.search(fold(text)) is not None
