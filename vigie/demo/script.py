"""The scenario as data: what is written when by whom, and what a person says it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from vigie.domain.post import Change, Kind


class Label(StrEnum):
    """What a person calls the text; given before any model ran on it."""

    NEUTRAL = "neutral"
    QUESTION = "question"
    PRAISE = "praise"
    SORROW = "sorrow"
    TESTIMONY = "testimony"
    CRITICISM = "criticism"
    COUNTER_SPEECH = "counter_speech"
    ABUSE = "abuse"
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the scenario; `at` is in seconds from its start."""

    id: str
    at: float
    act: str
    kind: Kind
    source: str
    conversation: str
    parent: str | None
    author: str
    followers: int
    account_created: str | None
    language: str
    text: str
    change: Change
    label: Label
    about_us: bool

    def line(self, *, published: datetime, changed: datetime) -> dict[str, Any]:
        """Return the post as the practice platform publishes it (a line of `vigie ingest`)."""
        created = self.change is Change.CREATED
        return {
            "id": self.id,
            "platform": "practice",
            "source": self.source,
            "kind": self.kind,
            "change": self.change,
            "conversation": self.conversation,
            "parent": self.parent,
            "author": self.author,
            "followers": self.followers,
            "account_created": self.account_created and f"{self.account_created}T00:00:00Z",
            "published": published.isoformat(),
            "changed": None if created else changed.isoformat(),
            "text": self.text,
            "language": self.language,
            "capabilities": ["hide"] if self.kind is Kind.COMMENT else [],
        }


@cache
def entries() -> tuple[Entry, ...]:
    """Return the whole scenario in the order of its time."""
    text = files("vigie.demo").joinpath("scenario", "posts.jsonl").read_bytes()
    decoder = msgspec.json.Decoder(Entry)
    return tuple(decoder.decode(line) for line in text.splitlines())


def length() -> timedelta:
    """Return how long the scenario lasts."""
    return timedelta(seconds=entries()[-1].at)
