"""The fuse: a machine that hides more than its budget in an hour only proposes."""

from dataclasses import dataclass, replace

from vigie.domain.action import Decision, DecisionReason, Verdict
from vigie.ports import Fuse


@dataclass(frozen=True, slots=True)
class Spent:
    """Hides begun in the last hour: all of them, and those of the conversation and the author."""

    all: int
    conversation: int
    author: int


def within(fuse: Fuse, spent: Spent, decision: Decision) -> Decision:
    """Return the decision, or where a budget is spent the same as a proposal."""
    blown = (
        spent.all >= fuse.per_hour
        or spent.conversation >= fuse.per_conversation_hour
        or spent.author >= fuse.per_author_hour
    )
    if not blown:
        return decision
    return replace(decision, verdict=Verdict.PROPOSE, reason=DecisionReason.BUDGET_SPENT)
