"""What would change if one model took the place of another, told on texts that both have judged.

Pure: scores and thresholds in, counts out; it runs no model and keeps no more of a stream than what
is shown in the end.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Final

from classifiers.engines import SENTIMENTS
from classifiers.thresholds import Thresholds
from vigie.domain.assessment import Category, Scores, Unknown

#: Texts of which nothing is said have no sentiment, whatever stands in its place.
_WITHOUT_TONE: Final = frozenset({Unknown.EMPTY, Unknown.MODEL})


@dataclass(frozen=True, slots=True)
class Pair:
    """A text as both models see it."""

    id: str
    text: str
    before: Scores
    after: Scores


@dataclass(slots=True)
class Agreement:
    """Of the texts on which both models say something, on how many they say the same."""

    known: int = 0
    same: int = 0

    def add(self, one: object, other: object) -> None:
        """Count a text."""
        self.known += 1
        self.same += one == other


@dataclass(slots=True)
class Reach:
    """Texts at or above a hide threshold, by each model's own."""

    before: int = 0
    after: int = 0
    newly: int = 0
    no_longer: int = 0

    def add(self, *, before: bool, after: bool) -> None:
        """Count a text."""
        self.before += before
        self.after += after
        self.newly += after and not before
        self.no_longer += before and not after


@dataclass(frozen=True, slots=True)
class Change:
    """The score of one text that changes most; ``head`` is a class of sentiment or a category."""

    id: str
    text: str
    head: str
    before: float
    after: float

    @property
    def size(self) -> float:
        """Return how far the score moves."""
        return abs(self.after - self.before)


@dataclass(slots=True)
class Comparison:
    """What changes over a stream of ``texts``.

    ``reach`` is by category, ``any_reach`` counts texts with one at least; ``tones`` are the texts
    by their likeliest sentiment, and ``unknown`` those of which a model is silent, by why.
    ``heads_gained`` and ``heads_lost`` count texts where only one model knows a category.
    """

    texts: int = 0
    sentiment: Agreement = field(default_factory=Agreement)
    target: Agreement = field(default_factory=Agreement)
    tones: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    unknown: tuple[Counter[Unknown], Counter[Unknown]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    reach: dict[Category, Reach] = field(
        default_factory=lambda: {category: Reach() for category in Category}
    )
    any_reach: Reach = field(default_factory=Reach)
    heads_gained: Counter[Category] = field(default_factory=Counter)
    heads_lost: Counter[Category] = field(default_factory=Counter)
    largest: tuple[Change, ...] = ()


def compare(
    pairs: Iterable[Pair], before: Thresholds, after: Thresholds, *, largest: int = 10
) -> Comparison:
    """Return what changes over *pairs*, with the thresholds of each model.

    *pairs* is read once and not kept; of their changes the *largest* are, biggest first.
    """
    found = Comparison()
    heap: list[tuple[float, int, Change]] = []
    for pair in pairs:
        found.texts += 1
        _count_said(found, pair)
        _count_reach(found, reached(pair.before, before), reached(pair.after, after))
        change = largest_change(pair)
        if change and change.size and largest:
            # The number decides between equals, so that the earliest text stays.
            entry = (change.size, -found.texts, change)
            heappush(heap, entry) if len(heap) < largest else heappushpop(heap, entry)
    found.largest = tuple(change for _, _, change in sorted(heap, reverse=True))
    return found


def reached(scores: Scores, thresholds: Thresholds) -> frozenset[Category]:
    """Return the categories of a text at or above the threshold of its language."""
    if scores.unknown or scores.language is None:
        return frozenset()
    return frozenset(
        category
        for category, score in scores.toxicity.known().items()
        if (threshold := thresholds.get((category, scores.language))) and score >= threshold.value
    )


def tone(scores: Scores) -> str | None:
    """Return the likeliest sentiment; None where nothing is said of the text."""
    if scores.unknown in _WITHOUT_TONE:
        return None
    return max(SENTIMENTS, key=lambda name: float(getattr(scores.sentiment, name)))


def largest_change(pair: Pair) -> Change | None:
    """Return the score that moves most among those that both models give."""
    before, after = _given(pair.before), _given(pair.after)
    shared = before.keys() & after.keys()
    if not shared:
        return None
    head = max(sorted(shared), key=lambda name: abs(after[name] - before[name]))
    return Change(pair.id, pair.text, head, before[head], after[head])


def _given(scores: Scores) -> Mapping[str, float]:
    given = {category.value: score for category, score in scores.toxicity.known().items()}
    if tone(scores):
        given |= {name: getattr(scores.sentiment, name) for name in SENTIMENTS}
    return given


def _count_said(found: Comparison, pair: Pair) -> None:
    tones = tone(pair.before), tone(pair.after)
    if all(tones):
        found.sentiment.add(*tones)
    if pair.before.target and pair.after.target:
        found.target.add(pair.before.target, pair.after.target)
    for side, scores in enumerate((pair.before, pair.after)):
        if said := tones[side]:
            found.tones[side][said] += 1
        if scores.unknown:
            found.unknown[side][scores.unknown] += 1
    before, after = pair.before.toxicity.known().keys(), pair.after.toxicity.known().keys()
    found.heads_gained.update(after - before)
    found.heads_lost.update(before - after)


def _count_reach(
    found: Comparison, before: frozenset[Category], after: frozenset[Category]
) -> None:
    for category in Category:
        found.reach[category].add(before=category in before, after=category in after)
    found.any_reach.add(before=bool(before), after=bool(after))
