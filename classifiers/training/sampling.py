"""Which rows a training step sees: a fixed mixture of groups, drawn by seed and position.

The draw is a pure function of the seed and the block's number, so an interrupted training goes on
with exactly the rows that it would have seen.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from classifiers.training.data import OWN, PLAIN_SOURCES, UNLABELLED_SOURCES, Row

#: Share of each group in what is drawn. French rows are a tenth of the labelled data and more than
#: half of the mixture.
SHARES: Final[Mapping[str, float]] = {
    "fr own": 0.20,
    "fr not toxic": 0.06,
    "fr toxic": 0.12,
    "fr sentiment, tweets": 0.09,
    "fr sentiment, subtitles": 0.03,
    "fr plain": 0.05,
    "pairs": 0.06,
    "en own": 0.03,
    "en toxicity": 0.14,
    "en not hateful": 0.03,
    "en sentiment": 0.11,
    "other toxicity": 0.03,
    "other sentiment": 0.05,
}
#: What a shallow network sees to learn from the deep one: French and English that nobody labelled,
#: whose every register counts, beside the labelled texts. Of these our own and French tweets weigh
#: twice: what they teach is the first thing that few layers forget.
DISTILLING: Final[Mapping[str, float]] = {
    **SHARES,
    "fr own": 0.36,
    "fr sentiment, tweets": 0.15,
    "fr unlabelled": 0.30,
    "fr plain": 0.20,
    "pairs": 0.20,
}
#: Batches per block; within a block, rows of like length share a batch.
BATCHES_PER_BLOCK: Final = 20


def group_of(row: Row) -> str:
    """Name the group of the mixture that *row* is drawn with."""
    language = row.language if row.language in {"fr", "en"} else "other"
    if row.source.startswith(OWN):
        return f"{language} own"
    if row.twin is not None:
        return "pairs"
    if row.sentiment is not None:
        return _sentiment_group(row, language)
    if row.source in PLAIN_SOURCES:
        return f"{language} plain"
    if row.source in UNLABELLED_SOURCES:
        return f"{language} unlabelled"
    return _toxicity_group(row, language)


def _sentiment_group(row: Row, language: str) -> str:
    if language != "fr":
        return f"{language} sentiment"
    return f"fr sentiment, {'subtitles' if row.source == 'xed' else 'tweets'}"


def _toxicity_group(row: Row, language: str) -> str:
    if language == "fr":
        return "fr toxic" if row.toxic else "fr not toxic"
    if language == "en" and row.label_weight < 1.0 and not row.toxic:
        return "en not hateful"
    return f"{language} toxicity"


def drawn_from(rows: Sequence[Row], shares: Mapping[str, float]) -> list[Row]:
    """Return the *rows* that can be drawn: those of a group without *shares* never are."""
    return [row for row in rows if group_of(row) in shares]


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws blocks of batches from grouped rows."""

    groups: Mapping[str, Sequence[Row]]
    seed: int
    batch: int
    shares: Mapping[str, float]

    @classmethod
    def over(
        cls, rows: Sequence[Row], *, seed: int, batch: int, shares: Mapping[str, float] = SHARES
    ) -> "Sampler":
        """Group *rows*; a group without *shares* is never drawn, one without rows left out."""
        groups: dict[str, list[Row]] = {}
        for row in drawn_from(rows, shares):
            groups.setdefault(group_of(row), []).append(row)
        return cls(groups, seed, batch, shares)

    def block(self, number: int, key: Callable[[Row], int]) -> list[list[Row]]:
        """Return the batches of block *number*, each of rows with a like *key* (their length)."""
        drawn = sorted(self._draw(number), key=key)
        batches = [drawn[at : at + self.batch] for at in range(0, len(drawn), self.batch)]
        random.Random(f"{self.seed}:order:{number}").shuffle(batches)  # noqa: S311 - no secret
        return batches

    def _draw(self, number: int) -> list[Row]:
        total = sum(self.shares[name] for name in self.groups)
        size = self.batch * BATCHES_PER_BLOCK
        drawn: list[Row] = []
        for name in sorted(self.groups):
            count = math.ceil(size * self.shares[name] / total)
            drawn += self._take(name, number * count, count)
        return drawn

    def _take(self, name: str, start: int, count: int) -> list[Row]:
        """Return *count* rows from position *start* of a group repeated and shuffled endlessly."""
        rows = self.groups[name]
        orders: dict[int, list[int]] = {}
        taken = []
        for position in range(start, start + count):
            epoch, index = divmod(position, len(rows))
            if epoch not in orders:
                orders[epoch] = list(range(len(rows)))
                random.Random(f"{self.seed}:{name}:{epoch}").shuffle(orders[epoch])  # noqa: S311
            taken.append(rows[orders[epoch][index]])
        return taken
