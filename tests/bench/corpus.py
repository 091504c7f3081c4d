"""The same comments for every subject: the scenario's texts, numbered so that no two are equal."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from vigie.demo.script import Entry, entries
from vigie.domain.post import Capability, Kind, Platform, Post

SEED: Final = 20261122
CONVERSATIONS: Final = 97
AUTHORS: Final = 5000


class Arriving(Protocol):
    """What is written to Kafka once its moment has come."""

    def arrived(self, at: datetime) -> Post:
        """Return it as a post of this moment."""
        ...


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment before it arrives anywhere."""

    number: int
    text: str
    language: str

    def arrived(self, at: datetime) -> Post:
        """Return it as the post that a connector writes to Kafka."""
        return Post(
            id=f"{Platform.PRACTICE}:bench-{self.number}",
            platform=Platform.PRACTICE,
            source="practice-page",
            kind=Kind.COMMENT,
            conversation=f"{Platform.PRACTICE}:pub-{self.number % CONVERSATIONS}",
            author=f"author-{self.number % AUTHORS}",
            published=at,
            changed=at,
            received=at,
            text=self.text,
            language=self.language,
            capabilities=(Capability.HIDE,),
        )


def comments(count: int, *, first: int = 0) -> list[Comment]:
    """Return the comments with the numbers from `first` on."""
    texts = _texts()
    return [_comment(number, texts) for number in range(first, first + count)]


def _comment(number: int, texts: Sequence[Entry]) -> Comment:
    entry = texts[number % len(texts)]
    return Comment(number, f"{entry.text} ({number})", entry.language)


def _texts() -> list[Entry]:
    """Return the scenario's posts that have a text, in an order of the seed."""
    found = [entry for entry in entries() if entry.text]
    random.Random(SEED).shuffle(found)  # noqa: S311 - a repeatable order
    return found
