"""A canary: a post of our own that goes through the whole flow, to prove that the flow is alive."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from vigie.domain.post import Kind, Platform, Post

CANARY: Final = "vigie-canary"
"""The source of the post, and the watch whose observations carry it; no other may be called so."""
_TEXT: Final = "Vigie écoute."


class Stage(StrEnum):
    """How far a canary has come."""

    JUDGED = "judged"
    ALERTED = "alerted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """What is told of a canary at the far end of the flow; `sent` is when it was let go."""

    post: str
    sent: datetime
    stage: Stage

    @property
    def id(self) -> str:
        """The same each time the same thing is told."""
        return f"{self.post}:{self.stage}"


def canary(at: datetime) -> Post:
    """Return the post: a mention that concerns no watch and that nobody is shown."""
    name = f"{Platform.FILE}:{CANARY}-{at:%Y%m%dT%H%M%S.%f}"
    return Post(
        id=name,
        platform=Platform.FILE,
        source=CANARY,
        kind=Kind.MENTION,
        conversation=name,
        author="",
        published=at,
        changed=at,
        received=at,
        text=_TEXT,
        language="fr",
    )


def is_canary(post: Post) -> bool:
    """Say whether the post is one of our own."""
    return post.source == CANARY
