"""Valid values with everything defaulted, so that a test names only what it is about."""

from dataclasses import replace
from typing import Any

from vigie.domain.assessment import (
    Assessment,
    ModelRef,
    Scores,
    Sentiment,
    Target,
    Toxicity,
    Unknown,
)
from vigie.domain.post import Capability, Kind, Platform, Post
from vigie.testing.clock import START

MODEL = ModelRef(id="fake", version="0")
NEUTRAL = Sentiment(negative=0.1, neutral=0.8, positive=0.1)
NEGATIVE = Sentiment(negative=0.9, neutral=0.08, positive=0.02)
POSITIVE = Sentiment(negative=0.02, neutral=0.08, positive=0.9)
CIVIL = Toxicity(toxic=0.01, insult=0.01, obscene=0.01, threat=0.01, identity_attack=0.01)
ABUSIVE = Toxicity(toxic=0.999, insult=0.999, obscene=0.2, threat=0.01, identity_attack=0.01)


def a_post(number: int = 1, **changes: Any) -> Post:  # noqa: ANN401 - any field of Post
    """Return a comment on the practice platform, received a second after it was published."""
    post = Post(
        id=f"practice:{number}",
        platform=Platform.PRACTICE,
        source="practice-page",
        kind=Kind.COMMENT,
        conversation="practice:pub-1",
        author=f"author-{number}",
        published=START,
        changed=START,
        received=START,
        text="Bonjour à toute l'équipe",
        language="fr",
        capabilities=(Capability.HIDE,),
    )
    return replace(post, **changes)


def an_assessment(  # noqa: PLR0913 - what scores are made of
    post: Post | None = None,
    *,
    sentiment: Sentiment = NEUTRAL,
    toxicity: Toxicity = CIVIL,
    language: str | None = "fr",
    target: Target | None = None,
    unknown: Unknown | None = None,
) -> Assessment:
    """Return the assessment of a post by the fake model."""
    post = post or a_post()
    return Assessment(
        post=post,
        scores=Scores(sentiment, toxicity, language, target=target, unknown=unknown),
        model=MODEL,
        assessed=post.received,
    )
