"""The posts without which there would be no alarm: found greedily, then pruned.

They grow with the incident: at every look the alarm must rest on them alone, so whoever replays
the stream without them sees none.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

from vigie.detection.detectors.raid import most_copied
from vigie.detection.entry import CAUSE, NEGATIVE, TOXIC, nature, post_hash
from vigie.detection.levels import Reached
from vigie.detection.look import View
from vigie.detection.recent import Detail
from vigie.domain.incident import AGAINST, Cause, Nature, Part, SignalKind

SHOWN: Final = 5
"""How many posts, terms, conversations and sources are named."""
FRESH_S: Final = 20 * 60
"""What was published within so many seconds is new."""
_PRUNED: Final = 32
"""So few are tried one by one; of more, one or two less would say nothing new."""

Alarm = Callable[[AbstractSet[int]], bool]
"""Says whether there is an alarm without these posts."""


def fewest(ranked: list[int], alarm: Alarm) -> set[int]:
    """Return as few of these posts as leave no alarm, in the order they are ranked; or all.

    By doubling, since mostly one or two are missing, then by bisection: leaving out more posts
    seldom raises an alarm that fewer do not. Then each of a few is put back if the alarm does not
    return with it.
    """
    low, high = 0, 1
    while high < len(ranked) and alarm(set(ranked[:high])):
        low, high = high + 1, 2 * high
    high = min(high, len(ranked))
    while low < high:
        middle = (low + high) // 2
        if alarm(set(ranked[:middle])):
            low = middle + 1
        else:
            high = middle
    found = set(ranked[:low])
    for key in ranked[: low - 1] if low <= _PRUNED else ():
        if not alarm(found - {key}):
            found.discard(key)
    return found


def ranked(view: View, minutes: range, found: Reached) -> list[int]:
    """Return the hashes of the posts of these minutes, those that carry the alarm first.

    First what is against the watch, then what is negative; among equals what the signals name: the
    conversation, the copies, the word; then the newest. Those of the cause are left out.
    """
    named = {signal.subject for signal in found.signals if signal.subject}
    raid = any(signal.kind is SignalKind.RAID for signal in found.signals)
    posts = found.window.posts if found.window is not None else []
    copied = {post.detail.id for post in most_copied(posts)} if raid else set()
    carried = {
        post_hash(post.detail.id): _carries(post.detail, named, copied)
        for post in posts
        if named or copied
    }
    ranks = [
        (_weight(entry % CAUSE), carried.get(key, 0), order, key)
        for order, (key, entry) in enumerate(view.tally.rest(minutes))
    ]
    ranks.sort(reverse=True)
    return [rank[-1] for rank in ranks]


@cache  # thousands of entries with the same few flags are ranked at a time
def _weight(flags: int) -> int:
    """Rank what is against the watch before what is negative, an attack before a criticism."""
    does = nature(flags)
    upset = bool(flags & (NEGATIVE | TOXIC))
    return 4 * (does is Nature.ATTACK) + 2 * (does in AGAINST) + upset


def _carries(detail: Detail, named: AbstractSet[str], copied: AbstractSet[str]) -> int:
    said = not named.isdisjoint(detail.terms)
    return (detail.thread in named) + (detail.author in named) + (detail.id in copied) + said


def describe(view: View, *, now: float) -> Cause:
    """Return what a person is told of the cause; `now` in seconds since 1970."""
    details = _details(view)
    fresh = [detail for detail in details if now - detail.published <= FRESH_S]
    return Cause(
        posts=sum(view.tally.entry(key) is not None for key in view.tally.cause),
        accounts=len({detail.author for detail in details if detail.author}),
        terms=_parts(term for detail in details for term in detail.terms),
        threads=_parts(detail.thread for detail in details),
        sources=_parts(detail.source for detail in details),
        fresh=len(fresh),
        new_terms=_said_since(details, fresh),
    )


def evidence(view: View) -> tuple[str, ...]:
    """Return the ids of the posts of the cause that weigh most: attacks, then the newest."""
    ranks = []
    for key in view.tally.cause:
        found, detail = view.tally.entry(key), view.recent.find(key)
        if found is not None and detail is not None:
            ranks.append((_weight(found[1] % CAUSE), detail.published, detail.id))
    return tuple(rank[-1] for rank in sorted(ranks, reverse=True)[:SHOWN])


def _details(view: View) -> list[Detail]:
    counted = (key for key in view.tally.cause if view.tally.entry(key) is not None)
    found = (view.recent.find(key) for key in counted)
    return [detail for detail in found if detail is not None]


def _parts(names: Iterable[str]) -> tuple[Part, ...]:
    counted = Counter(name for name in names if name)
    most = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
    return tuple(Part(name, posts) for name, posts in most)


def _said_since(details: list[Detail], fresh: list[Detail]) -> tuple[str, ...]:
    """Return the terms that several fresh posts hold and none before; none if all are fresh."""
    if len(fresh) == len(details):
        return ()
    new = {detail.id for detail in fresh}
    before = {term for detail in details if detail.id not in new for term in detail.terms}
    said = _parts(term for detail in fresh for term in detail.terms if term not in before)
    return tuple(part.name for part in said if part.posts > 1)
