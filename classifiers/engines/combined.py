"""Several models as one: the first that knows a head speaks for it, text by text.

Knows no model. A model of sentiment and another of abuse together have what either lacks. A text
that one of them broke on stays unknown: the hide threshold of one is not that of the next.
"""

from collections.abc import Sequence

import numpy as np

from classifiers.engines import Engine, Probabilities
from vigie.domain.assessment import Category, ModelRef


class CombinedEngine:
    """What the first engine leaves unknown (NaN), the next one fills in."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self._engines = tuple(engines)

    @property
    def model(self) -> ModelRef:
        """Ids and versions, joined by ``+`` in the order of the engines."""
        models = [engine.model for engine in self._engines]
        return ModelRef("+".join(m.id for m in models), "+".join(m.version for m in models))

    @property
    def categories(self) -> frozenset[Category]:
        """Categories that any of them has a head for."""
        return frozenset[Category]().union(*(engine.categories for engine in self._engines))

    def speaks(self, language: str | None) -> bool:
        """Say whether any of them was made for *language*."""
        return any(engine.speaks(language) for engine in self._engines)

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Return every head from the first engine that knows it of a text."""
        said = Probabilities.unknown(len(texts))
        broken = np.zeros(len(texts), bool)
        for engine in self._engines:
            answer = engine.probabilities(texts, languages)
            asked = np.array([engine.speaks(language) for language in languages], bool)
            broken |= asked & np.isnan(np.hstack(answer)).all(axis=1)
            for whole, part in zip(said, answer, strict=True):
                # Sentiment and target are whole or unknown, so filling by number keeps them so.
                np.copyto(whole, part, where=np.isnan(whole))
        for whole in said:
            whole[broken] = np.nan
        return said
