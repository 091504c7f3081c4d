"""What the classifier says of a post."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vigie.domain.post import Post


class Category(StrEnum):
    """Kinds of abuse a model has a head for; spam is found by rules and has none."""

    TOXIC = "toxic"
    INSULT = "insult"
    OBSCENE = "obscene"
    THREAT = "threat"
    IDENTITY_ATTACK = "identity_attack"
    SEXUAL = "sexual"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Three probabilities that sum to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def is_negative(self) -> bool:
        """Whether negative is the likeliest of the three."""
        return self.negative > max(self.neutral, self.positive)


@dataclass(frozen=True, slots=True)
class Toxicity:
    """A probability per category; None is unknown, and no rule may act on what is unknown."""

    toxic: float | None = None
    insult: float | None = None
    obscene: float | None = None
    threat: float | None = None
    identity_attack: float | None = None
    sexual: float | None = None

    def known(self) -> dict[Category, float]:
        """Return the categories that have a value."""
        values = ((category, getattr(self, category.value)) for category in Category)
        return {category: value for category, value in values if value is not None}


class Target(StrEnum):
    """Who is attacked in a text."""

    NOBODY = "nobody"
    PERSON = "person"
    GROUP = "group"


class Unknown(StrEnum):
    """Why a text has no category at all: nothing may be hidden on it."""

    EMPTY = "empty"
    """There is nothing to read."""
    LANGUAGE = "language"
    """The language was not recognised, or the model has no head for it."""
    MODEL = "model"
    """The model gave no usable number, or broke on this text."""


@dataclass(frozen=True, slots=True)
class ModelRef:
    """Which model spoke: it rides on every decision that follows from it."""

    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Scores:
    """A text as the model sees it; `language` is an ISO 639-1 code or None when undecided.

    `confidence`, 0 to 1, is how sure the language is; None where the post brought its own.
    `target` is None where the model has no head for it. `unknown` says why no category is known.
    """

    sentiment: Sentiment
    toxicity: Toxicity
    language: str | None
    target: Target | None = None
    confidence: float | None = None
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A post with its scores: exactly one per post and change, whether or not a watch matches.

    `scores` is None where there is nothing to judge (a removal, an empty text).
    """

    post: Post
    scores: Scores | None
    model: ModelRef
    assessed: datetime
