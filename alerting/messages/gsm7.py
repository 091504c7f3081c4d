"""The alphabet of text messages: one character outside it triples the price and splits the alert.

Source: 3GPP TS 23.038, section 6.2.1 (default alphabet) and 6.2.1.1 (extension table).
"""

import unicodedata

SEGMENT = 160
"""Septets in a message of a single segment."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")
"""Characters that are sent as an escape and a second septet."""

_SPELLED = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "ĳ": "ij", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
        "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‹": "'", "›": "'",
        "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'",
        "–": "-", "—": "-", "‑": "-", "−": "-", "·": ".", "•": "-",
        "×": "x", "÷": "/", "→": "->", "≥": ">=", "≤": "<=", "≈": "~",
        "\t": " ", "\u200b": "", "\u200d": "", "\ufeff": "",
    }
)  # fmt: skip


def septets(text: str) -> int | None:
    """Return how many septets the text takes, None where GSM-7 cannot carry it."""
    if not all(character in BASIC or character in EXTENSION for character in text):
        return None
    return sum(2 if character in EXTENSION else 1 for character in text)


def transliterate(text: str) -> str:
    """Return the text in GSM-7: ê becomes e, œ becomes oe, what has no likeness becomes ?.

    Characters that only decorate (marks without a letter, emoji joiners, symbols) are left out.
    """
    return "".join(_likeness(character) for character in unicodedata.normalize("NFC", text))


def _likeness(character: str) -> str:
    if septets(character) is not None:
        return character
    spelled = character.translate(_SPELLED)
    if spelled != character:
        return spelled
    decomposed = unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in decomposed if septets(c) is not None)
    if kept:
        return kept
    return "?" if unicodedata.category(character).startswith(("L", "N")) else ""


def cut(text: str, limit: int) -> str:
    """Return the GSM-7 text in at most `limit` septets, ending in dots where something is lost."""
    if _length(text) <= limit:
        return text
    dots = "..." if limit > len("...") else ""
    while _length(text) + len(dots) > limit:
        text = text[:-1]
    return text.rstrip() + dots


def _length(text: str) -> int:
    length = septets(text)
    if length is None:
        message = "transliterate the text to GSM-7 before measuring it"
        raise ValueError(message)
    return length
