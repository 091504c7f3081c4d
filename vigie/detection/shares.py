"""How much of what a watch hears is usually negative, toxic, against it."""

import math
from dataclasses import dataclass, field
from typing import Final

from vigie.detection.tally import Counts

_MEMORY_H: Final = 28.0 * 24
"""After so long what was learned weighs 1/e."""
_PRIOR_POSTS: Final = 20.0
_PRIOR: Final = {"negatives": 0.25, "toxic": 0.03, "against": 0.1}
"""What an organisation like others hears, until some tens of posts say better."""


@dataclass(slots=True)
class Shares:
    """Exponentially weighted counts by kind, beside those of all posts.

    >>> shares = Shares()
    >>> shares.learn(Counts(posts=180, negatives=15), hours=1.0)
    >>> shares.of("negatives")
    0.1
    """

    posts: float = 0.0
    kinds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_PRIOR, 0.0))

    def learn(self, counts: Counts, hours: float) -> None:
        """Take in what was counted in so much time."""
        kept = math.exp(-hours / _MEMORY_H)
        self.posts = self.posts * kept + counts.posts
        for kind in _PRIOR:
            self.kinds[kind] = self.kinds[kind] * kept + getattr(counts, kind)

    def copy(self) -> "Shares":
        """Return one that learns apart."""
        return Shares(self.posts, dict(self.kinds))

    def of(self, kind: str) -> float:
        """Return the share of this kind that is normal."""
        return (self.kinds[kind] + _PRIOR_POSTS * _PRIOR[kind]) / (self.posts + _PRIOR_POSTS)
