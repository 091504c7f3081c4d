"""mentions, comments → assessments."""

from collections.abc import Sequence
from dataclasses import dataclass

from streams.edge import Send
from vigie.domain.post import Post
from vigie.pipeline import Classify as Pipeline
from vigie.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Classify:
    """Scores a batch of posts and hands the assessments on."""

    pipeline: Pipeline
    assessments: Send
    metrics: Metrics

    async def __call__(self, posts: Sequence[Post]) -> None:
        """Assess the posts; done when the broker has every assessment."""
        assessed = await self.pipeline(posts)
        await self.assessments(assessed)
        self.metrics.assessed.inc(len(assessed))
