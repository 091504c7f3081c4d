"""Texts to numbers: what every engine promises, whichever library runs its model.

Knows neither posts nor scores nor duplicates. Unknown is NaN: a head that a model lacks, a language
that it was not made for, a text that it broke on.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from vigie.domain.assessment import Category, ModelRef, Target

FloatArray = NDArray[np.float32]

#: Order of the columns of every sentiment.
SENTIMENTS: Final = ("negative", "neutral", "positive")


class Probabilities(NamedTuple):
    """What a model says of n texts, float32 from 0 to 1; NaN is unknown.

    ``sentiment`` (n, 3) has the columns of ``SENTIMENTS``, ``toxicity`` (n, categories) those of
    ``Category`` and ``target`` (n, 3) those of ``Target``. Sentiment and target sum to 1.
    """

    sentiment: FloatArray
    toxicity: FloatArray
    target: FloatArray

    @classmethod
    def unknown(cls, texts: int) -> Self:
        """Return what is said of so many texts when nothing is known."""
        widths = (len(SENTIMENTS), len(Category), len(Target))
        return cls(*(np.full((texts, width), np.nan, np.float32) for width in widths))


class Engine(Protocol):
    """A model that runs. Called from one thread at a time."""

    @property
    def model(self) -> ModelRef:
        """Id and version of the model."""
        ...

    @property
    def categories(self) -> frozenset[Category]:
        """Categories that the model has a head for, in one language at least."""
        ...

    def speaks(self, language: str | None) -> bool:
        """Say whether the model was made for *language*; None is one that nobody recognised."""
        ...

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Return calibrated probabilities of normalised *texts*, in order.

        A category or target that the model has no head for, or not in the text's language, is NaN.
        So may be everything, of a text that the model broke on or whose language it does not speak.

        Raises:
            Transient: the library underneath failed, and not because of one text.
        """
        ...
