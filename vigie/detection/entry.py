"""What a tally keeps of one post: a hash and one small integer.

Counts derive from entries, so a post that is told twice is counted once. No text, no author.

The integer is `changed << 8 | flags`: `changed` is when the post was edited (milliseconds since
1970), 0 for the state it was created in.
"""

import hashlib
from datetime import datetime
from typing import Final

from vigie.domain.incident import Nature
from vigie.domain.observation import ObservedPost
from vigie.domain.post import Change

NEGATIVE = 1
TOXIC = 2
REMOVED = 4
ELSEWHERE = 8
"""An edit took out what had matched the watch; a later edit may bring it back."""
_NATURE_SHIFT = 4
_NATURES: Final = tuple(Nature)
CAUSE = 128
"""An open incident rests on the post; no change of the post takes that away."""
_FLAG_BITS = 8


def post_hash(post_id: str) -> int:
    """Return 64 bits of BLAKE2b: among a million posts two collide with probability 3e-8."""
    return int.from_bytes(hashlib.blake2b(post_id.encode(), digest_size=8).digest(), "big")


def minute_of(moment: datetime) -> int:
    """Return the whole minutes since 1970, UTC: no zone, so no clock change can matter."""
    return int(moment.timestamp()) // 60


def entry_of(post: ObservedPost) -> int:
    """Return the post's state as an entry."""
    flags = post.negative * NEGATIVE | post.toxic * TOXIC
    flags |= _NATURES.index(post.nature) << _NATURE_SHIFT
    flags |= (not post.concerns) * ELSEWHERE
    if post.change is Change.CREATED:
        return flags
    if post.change is Change.REMOVED:
        flags |= REMOVED
    return int(post.changed.timestamp() * 1000) << _FLAG_BITS | flags


def nature(entry: int) -> Nature:
    """Return what the post does.

    >>> nature(3 << 4 | NEGATIVE).value
    'criticism'
    """
    return _NATURES[entry >> _NATURE_SHIFT & 7]


def counts(entry: int) -> bool:
    """Say whether the post is there and belongs to the watch."""
    return not entry & (REMOVED | ELSEWHERE)


def latest(old: int, new: int) -> int:
    """Return the entry that stands, in whatever order the two came.

    A removal is final; among the rest the later edit stands, and any edit over the creation.
    An equal time is the same change told again and alters nothing.

    >>> latest(NEGATIVE, 0)  # created, told again
    1
    >>> latest(NEGATIVE, 5 << 8)  # edited afterwards
    1280
    >>> latest(REMOVED, 5 << 8)  # an edit that comes after the removal
    4
    """
    if old & REMOVED:
        return old
    if new & REMOVED or new >> _FLAG_BITS > old >> _FLAG_BITS:
        return new | old & CAUSE
    return old
