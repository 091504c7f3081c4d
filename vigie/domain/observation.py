"""What reaches one watch: posts of a batch, a person's review, or the mere passing of time."""

from dataclasses import dataclass
from datetime import datetime

from vigie.domain.post import Change
from vigie.domain.review import Review


@dataclass(frozen=True, slots=True)
class ObservedPost:
    """One post as the tally counts it; a removal says nothing of its sentiment.

    `toxic` is abuse of somebody, or of nobody knows whom; `attack` is abuse of somebody in a text
    that names the watch. `concerns` is False for an edit that no longer matches the watch, which
    may have counted it.
    """

    id: str
    change: Change
    published: datetime
    changed: datetime
    negative: bool = False
    toxic: bool = False
    concerns: bool = True
    attack: bool = False


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
