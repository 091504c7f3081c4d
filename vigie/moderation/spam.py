"""Spam by rules on one text: links and repetition. No model has a head for it."""

import re
from collections import Counter
from typing import Final

_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD: Final = re.compile(r"\w{3,}")

MANY_LINKS: Final = 3
"""So many links in one comment are advertising."""

REPEATED_SHARE: Final = 0.5
"""One word that makes up half of a longer comment is not conversation."""

LONG: Final = 8
"""Words from which on repetition is looked at: shorter comments may say one word twice."""


def is_spam(text: str) -> bool:
    """Say whether links or repetition make this text advertising."""
    if len(_LINK.findall(text)) >= MANY_LINKS:
        return True
    words = [word.casefold() for word in _WORD.findall(_LINK.sub(" ", text))]
    if len(words) < LONG:
        return False
    (_, count), *_ = Counter(words).most_common(1)
    return count / len(words) >= REPEATED_SHARE
