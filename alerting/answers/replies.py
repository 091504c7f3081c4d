"""What somebody means who answers an alert by text message.

`1 184` takes incident 184 on, `2 184` passes it on, `3 184` calls it a false alarm. The number may
be left out, by somebody who was told of a single one.
"""

import re
from dataclasses import dataclass
from typing import Final

from vigie.domain.review import ReviewVerdict

VERDICTS: Final = {
    "1": ReviewVerdict.ACKNOWLEDGE,
    "2": ReviewVerdict.PASS,
    "3": ReviewVerdict.FALSE_ALARM,
}
_REPLY: Final = re.compile(r"\s*([123])(?:[\s#.,:;-]+([0-9]{1,9}))?[\s.!]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `number` is that of the incident, where one was named."""

    verdict: ReviewVerdict
    number: int | None = None


def read(text: str) -> Reply | None:
    """Return what the message says; None where it is no answer: nothing is guessed.

    >>> read(" 1 #184. ")
    Reply(verdict=<ReviewVerdict.ACKNOWLEDGE: 'acknowledge'>, number=184)
    >>> read("1184") or read("not 1 184")
    """
    found = _REPLY.fullmatch(text)
    if found is None:
        return None
    return Reply(VERDICTS[found[1]], int(found[2]) if found[2] else None)
