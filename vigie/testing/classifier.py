"""A classifier that looks for a few words: predictable, instant, no model."""

from collections.abc import Sequence

from vigie.domain.assessment import ModelRef, Scores
from vigie.domain.watch import fold
from vigie.testing.builders import ABUSIVE, CIVIL, MODEL, NEGATIVE, NEUTRAL, POSITIVE


class FakeClassifier:
    """« honteux » is negative, « merci » positive, « connard » abusive; the rest is neutral."""

    @property
    def model(self) -> ModelRef:
        """Which model speaks."""
        return MODEL

    def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return one Scores per text, in order."""
        return [
            _score(fold(text), language) for text, language in zip(texts, languages, strict=True)
        ]


def _score(folded: str, language: str | None) -> Scores:
    abusive = "connard" in folded
    sentiment = NEUTRAL
    if abusive or "honteux" in folded:
        sentiment = NEGATIVE
    elif "merci" in folded:
        sentiment = POSITIVE
    return Scores(sentiment, ABUSIVE if abusive else CIVIL, language or "fr")


class FakeAsyncClassifier:
    """The same behind the asynchronous port."""

    def __init__(self) -> None:
        self._fake = FakeClassifier()

    @property
    def model(self) -> ModelRef:
        """Which model speaks."""
        return self._fake.model

    async def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return one Scores per text, in order."""
        return self._fake.classify(texts, languages)
