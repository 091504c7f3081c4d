"""What reaches one watch: posts of a batch, a person's review, or the mere passing of time."""

from dataclasses import dataclass
from datetime import datetime

from vigie.domain.incident import Nature
from vigie.domain.post import Change
from vigie.domain.review import Review


@dataclass(frozen=True, slots=True)
class ObservedPost:
    """One post as a watch sees it, without its text; a removal says nothing but that it is gone.

    `toxic` is abuse of somebody, or of nobody knows whom. `concerns` is False for an edit that no
    longer matches the watch, which may have counted it. `author` is a keyed hash, `young` whether
    the account was less than 30 days old. `sketch` tells near copies, `terms` are its own words.
    """

    id: str
    change: Change
    published: datetime
    changed: datetime
    negative: bool = False
    toxic: bool = False
    concerns: bool = True
    nature: Nature = Nature.OTHER
    thread: str = ""
    source: str = ""
    author: str = ""
    followers: int | None = None
    young: bool = False
    sketch: bytes = b""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One record for one watch.

    `received` is the latest arrival among the posts: how far behind the present we are. An
    observation with neither posts nor review is a tick: a watch is judged even when nobody writes.
    """

    watch: str
    received: datetime
    posts: tuple[ObservedPost, ...] = ()
    review: Review | None = None
