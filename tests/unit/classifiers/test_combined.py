"""Models that complete each other: heads that one lacks, and texts that one breaks on."""

from collections.abc import Sequence

import numpy as np

from classifiers.engines import Probabilities
from classifiers.engines.combined import CombinedEngine
from vigie.domain.assessment import Category, ModelRef

SOUND, BREAKING = "merci", "wahou"


class ByRote:
    """Says the same of every text in its language but of those that break it."""

    def __init__(
        self,
        *,
        tone: float = np.nan,
        toxic: float = np.nan,
        breaks_on: str = "nothing",
        language: str = "fr",
    ) -> None:
        self._tone = tone
        self._toxic = toxic
        self._breaks_on = breaks_on
        self._language = language
        self.model = ModelRef("rote", "1")
        self.categories = frozenset({Category.TOXIC} if np.isfinite(toxic) else ())

    def speaks(self, language: str | None) -> bool:
        """Only one language."""
        return language == self._language

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Answer by rote."""
        said = Probabilities.unknown(len(texts))
        for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
            if text != self._breaks_on and self.speaks(language):
                said.sentiment[row] = self._tone
                said.toxicity[row, list(Category).index(Category.TOXIC)] = self._toxic
        return said


def known(said: Probabilities) -> list[tuple[bool, bool]]:
    """Return of each text whether sentiment, and whether any category, is known."""
    return [
        (bool(np.isfinite(tone).all()), bool(np.isfinite(heads).any()))
        for tone, heads in zip(said.sentiment, said.toxicity, strict=True)
    ]


def test_a_text_that_breaks_the_first_model_is_not_judged_by_the_second() -> None:
    """A hide threshold was measured on the first: the second's number must not meet it."""
    first = ByRote(tone=1 / 3, toxic=0.1, breaks_on=BREAKING)
    both = CombinedEngine([first, ByRote(tone=1 / 3, toxic=0.99)])
    said = both.probabilities([SOUND, BREAKING], ["fr", "fr"])
    assert known(said) == [(True, True), (False, False)]


def test_a_text_that_breaks_the_second_model_is_unknown_too() -> None:
    """Half an answer would pass for a whole one, and be kept for the text's copies."""
    both = CombinedEngine([ByRote(tone=1 / 3), ByRote(toxic=0.99, breaks_on=BREAKING)])
    said = both.probabilities([SOUND, BREAKING], ["fr", "fr"])
    assert known(said) == [(True, True), (False, False)]


def test_in_a_language_that_one_does_not_speak_the_other_does() -> None:
    """Not to be asked is not to break."""
    both = CombinedEngine([ByRote(toxic=0.2, language="en"), ByRote(tone=1 / 3, toxic=0.1)])
    said = both.probabilities([SOUND, SOUND], ["fr", "en"])
    assert known(said) == [(True, True), (False, True)]
