"""The posts that show what an alert is about: ids only, a bounded number of them."""

from collections.abc import Iterable

from vigie.detection.entry import ATTACK, NEGATIVE, TOXIC
from vigie.detection.tally import Tally
from vigie.domain.observation import ObservedPost

SHOWN = 5
"""How many posts an incident names."""
KEPT = 16
"""How many candidates are kept, so that removals rarely leave an incident without evidence."""

Candidates = dict[str, float]
"""Post ids with when they were published (seconds since 1970)."""


def consider(candidates: Candidates, posts: Iterable[ObservedPost], tally: Tally) -> Candidates:
    """Return the best candidates among those kept and these posts, as they stand in the tally."""
    known = {post.id: post.published.timestamp() for post in posts} | candidates
    return {post_id: known[post_id] for post_id in _ranked(known, tally)[:KEPT]}


def evidence(candidates: Candidates, tally: Tally, minutes: range) -> tuple[str, ...]:
    """Return the ids of the posts in these minutes that weigh most."""
    found = ((post_id, tally.find(post_id)) for post_id in candidates)
    within = {i: candidates[i] for i, place in found if place is not None and place[0] in minutes}
    return tuple(_ranked(within, tally)[:SHOWN])


def _ranked(candidates: Candidates, tally: Tally) -> list[str]:
    """Return the ids of posts that count: attacks, then negative or toxic ones, then the newest."""
    ranks = []
    for post_id, published in candidates.items():
        place = tally.find(post_id)
        if place is not None:
            attack, upset = bool(place[1] & ATTACK), bool(place[1] & (NEGATIVE | TOXIC))
            ranks.append((attack, upset, published, post_id))
    return [post_id for *_, post_id in sorted(ranks, reverse=True)]
