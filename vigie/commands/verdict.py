"""What would be done with a text if it stood as a comment under our own content, and why.

Asks the policy that decides in service, in the mode in which a machine may hide: what is shown here
cannot differ from what happens there.
"""

from datetime import UTC, datetime
from typing import Final

from classifiers.thresholds import Thresholds
from vigie.domain.action import Decision, Mode
from vigie.domain.assessment import Assessment, ModelRef, Scores
from vigie.domain.post import Capability, Kind, Platform, Post
from vigie.moderation.policy import HidePolicy

_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No rule of the policy looks at times."""


def decide(text: str, scores: Scores, thresholds: Thresholds, model: ModelRef) -> Decision:
    """Return what the policy would decide in the mode enforce."""
    post = Post(
        id="practice:classify",
        platform=Platform.PRACTICE,
        source="classify",
        kind=Kind.COMMENT,
        conversation="practice:classify",
        author="",
        published=_NO_TIME,
        changed=_NO_TIME,
        received=_NO_TIME,
        text=text,
        language=scores.language,
        capabilities=(Capability.HIDE,),
    )
    assessment = Assessment(post=post, scores=scores, model=model, assessed=_NO_TIME)
    return HidePolicy(Mode.ENFORCE, thresholds, version="classify")(assessment)
