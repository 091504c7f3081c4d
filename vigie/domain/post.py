"""What somebody wrote to us or about us, normalised over platforms."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Platform(StrEnum):
    """Where posts come from; a post of any other platform is unprocessable."""

    PRACTICE = "practice"
    FILE = "file"
    X = "x"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    YOUTUBE = "youtube"


class Kind(StrEnum):
    """A mention names us anywhere; a comment stands under our own content and can be restricted."""

    MENTION = "mention"
    COMMENT = "comment"


class Change(StrEnum):
    """What happened to the post on its platform."""

    CREATED = "created"
    EDITED = "edited"
    REMOVED = "removed"


class Capability(StrEnum):
    """What the platform lets us do to this very post."""

    HIDE = "hide"
    DELETE = "delete"
    REPLY = "reply"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One state of one mention or comment.

    `id` is the same for every change of the post; times are UTC. `published` stays that of the
    creation, `changed` is when this change happened, `received` is when Vigie first saw it.
    `author` is a keyed hash; `handle` travels only where a reply or a hide needs it.
    """

    id: str
    platform: Platform
    source: str
    kind: Kind
    conversation: str
    author: str
    published: datetime
    changed: datetime
    received: datetime
    text: str
    change: Change = Change.CREATED
    parent: str | None = None
    handle: str | None = None
    followers: int | None = None
    account_created: datetime | None = None
    language: str | None = None
    url: str | None = None
    audience: str | None = None
    capabilities: tuple[Capability, ...] = ()

    @property
    def event_id(self) -> str:
        """Identity of this change of the post: what repeats are recognised by."""
        if self.change is Change.CREATED:
            return f"{self.id}#created"
        return f"{self.id}#{self.change}@{int(self.changed.timestamp() * 1000)}"

    @property
    def native_id(self) -> str:
        """The platform's own id, as its API wants it."""
        return self.id.removeprefix(f"{self.platform}:")
