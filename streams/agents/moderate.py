"""assessments of comments, and people's words on actions → ledger, platform, actions."""

from dataclasses import dataclass

from streams.edge import Send
from vigie.domain.action import Action
from vigie.domain.assessment import Assessment
from vigie.domain.review import Review
from vigie.pipeline import Moderate as Pipeline


def _any(action: Action | None) -> list[Action]:
    return [] if action is None else [action]


@dataclass(frozen=True, slots=True)
class Moderate:
    """Decides on one comment, carries it out and tells what became of it."""

    pipeline: Pipeline
    actions: Send

    async def __call__(self, assessment: Assessment) -> None:
        """Moderate the comment; done when the ledger, the platform and the broker know."""
        await self.actions(_any(await self.pipeline(assessment)))


@dataclass(frozen=True, slots=True)
class Undo:
    """Carries out a person's word on an action."""

    pipeline: Pipeline
    actions: Send

    async def __call__(self, review: Review) -> None:
        """Restore what the person wants restored."""
        await self.actions(_any(await self.pipeline.reviewed(review)))


@dataclass(frozen=True, slots=True)
class Recover:
    """Finishes what a crash or an unreachable platform left half done."""

    pipeline: Pipeline
    actions: Send

    async def __call__(self) -> None:
        """Finish, and tell what changed."""
        await self.actions(await self.pipeline.recover())
