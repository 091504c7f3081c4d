"""The fuse: beyond a budget a hide becomes a proposal."""

from dataclasses import replace

import pytest

from vigie.domain.action import Decision, DecisionReason, Verdict
from vigie.moderation.fuse import Spent, within
from vigie.ports import Fuse

FUSE = Fuse(per_hour=3, per_conversation_hour=2, per_author_hour=1)
HIDE = Decision(
    verdict=Verdict.HIDE,
    reason=DecisionReason.ABUSE_ABOVE_THRESHOLD,
    category="insult",
    score=0.99,
    threshold=0.9,
    rule_version="7f3a",
)


def test_within_every_budget_the_decision_stands() -> None:
    """One hide is left in each budget."""
    assert within(FUSE, Spent(all=2, conversation=1, author=0), HIDE) is HIDE


@pytest.mark.parametrize(
    "spent",
    [
        Spent(all=3, conversation=0, author=0),
        Spent(all=2, conversation=2, author=0),
        Spent(all=2, conversation=1, author=1),
        Spent(all=99, conversation=99, author=99),
    ],
)
def test_one_spent_budget_is_enough_to_only_propose(spent: Spent) -> None:
    """What the decision rests on stays; verdict and reason change."""
    assert within(FUSE, spent, HIDE) == replace(
        HIDE, verdict=Verdict.PROPOSE, reason=DecisionReason.BUDGET_SPENT
    )
