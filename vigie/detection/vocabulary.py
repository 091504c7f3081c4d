"""Which words a watch's posts usually hold, so that new ones stand out; a bounded number."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 512
"""Words that are kept, 9 kB; the rarest go first (space saving: A. Metwally et al. (2005))."""
_KEPT: Final = 0.75
"""How many of them are left when there are too many, so that this is done rarely."""
_MEMORY_H: Final = 28.0 * 24
_PRIOR_POSTS: Final = 50.0
"""Any word is taken to be held by one of so many posts, until more were seen."""


@dataclass(slots=True)
class Vocabulary:
    """How many of so many posts held each word, older ones counting less.

    >>> words = Vocabulary()
    >>> for _ in range(100):
    ...     words.learn(("puits", "forage"))
    >>> round(words.share("puits"), 2), round(words.share("detournement"), 3)
    (0.67, 0.007)
    """

    posts: float = 0.0
    held: dict[str, float] = field(default_factory=dict)

    def learn(self, terms: Iterable[str]) -> None:
        """Take in the words of one post."""
        self.posts += 1
        for term in terms:
            self.held[term] = self.held.get(term, 0.0) + 1
        if len(self.held) > MOST:
            most = sorted(self.held.items(), key=lambda item: -item[1])
            self.held = dict(most[: int(MOST * _KEPT)])

    def fade(self, hours: float) -> None:
        """Let time pass."""
        kept = math.exp(-hours / _MEMORY_H)
        self.posts *= kept
        self.held = {term: count * kept for term, count in self.held.items()}

    def share(self, term: str) -> float:
        """Return the share of posts that usually hold the word; never nothing."""
        return (self.held.get(term, 0.0) + 1) / (self.posts + _PRIOR_POSTS)
