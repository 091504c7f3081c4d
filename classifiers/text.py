"""The text as the model sees it, the same in training and in service.

Knows nothing of posts, platforms or the model. Social texts carry handles and links that say
nothing about tone and that no model should learn by heart; the training data already replaced them
by ``@user`` and ``http``, so a text in service must lose them in the same way.
"""

import re
from typing import Final

#: Characters kept of a text, about a page: more would cost time without end, and what a crisis is
#: made of is shorter.
MAX_CHARACTERS: Final = 2_000
#: Characters looked at to find those: a megabyte must cost no time, and neither a screen of empty
#: lines nor a long link may push what is said out of sight.
_LOOKED_AT: Final = 10 * MAX_CHARACTERS

_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"]*", re.IGNORECASE)
_HANDLE: Final = re.compile(r"(?<![\w.@])@\w[\w.\-]*(?<![.\-])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
#: Soft hyphens, spaces of no width and marks of direction: they split a word for the model and for
#: nobody else. Those that join emoji and Arabic or Persian letters stay.
_INVISIBLE: Final = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_SPACE: Final = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Return *text* cut to ``MAX_CHARACTERS``, without handles, links or unencodable characters.

    Lone surrogates become ``?`` (the tokeniser only takes valid UTF-8), control characters become
    spaces, runs of space become one, and what nobody can see leaves. The result may be empty.
    """
    cut = text[:_LOOKED_AT].encode("utf-8", "replace").decode("utf-8")
    plain = _CONTROL.sub(" ", _INVISIBLE.sub("", cut))
    anonymous = _HANDLE.sub("@user", _LINK.sub("http", plain))
    return _SPACE.sub(" ", anonymous).strip()[:MAX_CHARACTERS].rstrip()
