"""The port ``Classifier``: what is said of a text beyond numbers, whichever engine runs.

Knows languages and why a head is silent, and neither posts nor models; logs no text.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

from classifiers.cache import DuplicateCache
from classifiers.engines import Engine, Probabilities
from classifiers.language import Identified, primary_language
from classifiers.text import normalise
from vigie.domain.assessment import (
    Category,
    ModelRef,
    Scores,
    Sentiment,
    Target,
    Toxicity,
    Unknown,
)

#: The sentiment of a text of which the model says nothing.
_NOTHING_SAID: Final = Sentiment(negative=0.0, neutral=1.0, positive=0.0)
_CATEGORIES: Final = tuple(category.value for category in Category)
_TARGETS: Final = tuple(Target)


class TextClassifier:
    """Scores texts with one engine; call it from one thread at a time.

    Every text gets scores; where nothing is known of it they say why.
    """

    def __init__(
        self,
        engine: Engine,
        identify: Callable[[str], Identified],
        cache: DuplicateCache,
        undecided: str,
    ) -> None:
        self._engine = engine
        self._identify = identify
        self._cache = cache
        self._undecided = undecided

    @property
    def model(self) -> ModelRef:
        """Id and version of the model."""
        return self._engine.model

    def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return the scores of *texts*, in order.

        *languages* are ISO 639-1 codes (a region after ``-`` is ignored) or None where a post
        brings none: then the language is identified from the text. Where that cannot tell it, the
        scores are those of the language for the undecided, and their own language is None.

        Raises:
            Transient: the engine failed.
            ValueError: *texts* and *languages* differ in length.
        """
        given = list(zip(texts, languages, strict=True))
        plain = [normalise(text) for text, _ in given]
        return self._cache.answers(plain, [primary_language(tag) for _, tag in given], self._judge)

    def _judge(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return the scores of normalised *texts*."""
        spoken: list[tuple[str | None, float | None]] = [
            (language, None) if language else self._identify(text)
            for text, language in zip(texts, languages, strict=True)
        ]
        said = self._ask(texts, [language or self._undecided for language, _ in spoken])
        numbers = zip(*(part.tolist() for part in said), strict=True)
        return [
            self._scores(text, language, confidence, heads)
            for text, (language, confidence), heads in zip(texts, spoken, numbers, strict=True)
        ]

    def _ask(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Return the engine's answers; it is not asked about empty texts."""
        said = Probabilities.unknown(len(texts))
        rows = [row for row, text in enumerate(texts) if text]
        if rows:
            answer = self._engine.probabilities(
                [texts[row] for row in rows], [languages[row] for row in rows]
            )
            for whole, part in zip(said, answer, strict=True):
                whole[rows] = part
        return said

    def _scores(
        self,
        text: str,
        language: str | None,
        confidence: float | None,
        heads: tuple[list[float], ...],
    ) -> Scores:
        sentiment, toxicity, target = heads
        toned = all(map(math.isfinite, sentiment))
        known = {
            name: value
            for name, value in zip(_CATEGORIES, toxicity, strict=True)
            if math.isfinite(value)
        }
        unknown = self._unknown(text, language, toned=toned, known=bool(known))
        aimed = unknown is None and all(map(math.isfinite, target))
        return Scores(
            Sentiment(*sentiment) if toned else _NOTHING_SAID,
            Toxicity() if unknown else Toxicity(**known),
            language,
            target=_TARGETS[target.index(max(target))] if aimed else None,
            confidence=confidence,
            unknown=unknown,
        )

    def _unknown(
        self, text: str, language: str | None, *, toned: bool, known: bool
    ) -> Unknown | None:
        if not text:
            return Unknown.EMPTY
        if not toned:
            speaks = self._engine.speaks(language or self._undecided)
            return Unknown.MODEL if speaks else Unknown.LANGUAGE
        # A model without any head of abuse is silent by nature and in every language.
        return Unknown.LANGUAGE if self._engine.categories and not known else None
