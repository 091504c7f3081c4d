"""Which words weigh most in what a model says of a text: each is left out in turn (occlusion).

Works with any engine and knows no screen. The weight of a word is what really happens without it
(Zeiler & Fergus 2014; Li, Monroe & Jurafsky 2016, "Understanding neural networks through
representation erasure"). Where two words say the same, leaving out either changes little: then no
word weighs much alone, and that too is true.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from classifiers.engines import SENTIMENTS, Engine, FloatArray
from classifiers.text import normalise
from vigie.domain.assessment import Category

#: Parts that a text is cut into at most: longer texts lose several neighbouring words at a time.
MAX_PARTS: Final = 48

#: From here on a category is what a reader asks about; below, the sentiment.
_NOTABLE: Final = 0.5

#: A word with the punctuation that stands apart behind it, as French writes it.
_WORD: Final = re.compile(r"\S+(?: [!?:;.,…»]+(?!\S))*")

_HEADS: Final = (*SENTIMENTS, *(category.value for category in Category))


@dataclass(frozen=True, slots=True)
class Weight:
    """Neighbouring words of a text, and the score of the head without them."""

    words: str
    without: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A class of sentiment or a category, its score, and the words of the text, heaviest first.

    A text of a single part has no weights: without it there is nothing to judge.
    """

    head: str
    score: float
    weights: tuple[Weight, ...]

    def effect(self, weight: Weight) -> float:
        """Return how far the words raise the score; less than 0 where they lower it."""
        return self.score - weight.without


def explain(engine: Engine, text: str, language: str | None) -> Explanation | None:
    """Return what weighs on the highest head of *text*; None where the model says nothing of it.

    The head is the highest category where one reaches a half, else the likeliest sentiment. All
    variants share a call of *engine*, in the *language* of the whole text.

    Raises:
        Transient: the engine failed.
    """
    parts = split(normalise(text))
    if not parts:
        return None
    variants = [_joined(parts)]
    if len(parts) > 1:
        variants += [_joined([*parts[:at], *parts[at + 1 :]]) for at in range(len(parts))]
    said = engine.probabilities(variants, [language] * len(variants))
    scores = np.hstack([said.sentiment, said.toxicity])
    column = _highest(scores[0])
    if column is None:
        return None
    whole, *without = scores[:, column].tolist()
    weights = [
        Weight(part, score)
        for part, score in zip(parts, without, strict=False)
        if math.isfinite(score)
    ]
    weights.sort(key=lambda weight: -abs(whole - weight.without))
    return Explanation(_HEADS[column], whole, tuple(weights))


def split(text: str) -> list[str]:
    """Return the words of a normalised *text* in order, in at most ``MAX_PARTS`` parts."""
    words = _WORD.findall(text)
    size = math.ceil(len(words) / MAX_PARTS)
    return [_joined(words[at : at + size]) for at in range(0, len(words), size or 1)]


def _joined(words: Sequence[str]) -> str:
    return " ".join(words)


def _highest(scores: FloatArray) -> int | None:
    """Return the column to explain of one text's sentiment and categories."""
    known = np.where(np.isfinite(scores), scores, -1.0)
    sentiment = int(known[: len(SENTIMENTS)].argmax())
    category = int(known[len(SENTIMENTS) :].argmax()) + len(SENTIMENTS)
    if known[category] >= _NOTABLE or known[sentiment] < 0:
        return category if known[category] >= 0 else None
    return sentiment
