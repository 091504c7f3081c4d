"""The life of an action, move by move."""

import pytest

from vigie.domain.action import ActionState
from vigie.moderation.life import ENDED, allowed

MOVES = {
    ("proposed", "applied"),
    ("proposed", "restored"),
    ("proposed", "failed"),
    ("applied", "confirmed"),
    ("applied", "restored"),
    ("applied", "failed"),
    ("confirmed", "restored"),
    ("confirmed", "expired"),
    ("failed", "restored"),
}


@pytest.mark.parametrize("now", list(ActionState))
@pytest.mark.parametrize("then", list(ActionState))
def test_an_action_moves_only_along_its_life(now: ActionState, then: ActionState) -> None:
    """The whole table: nothing goes back, and a person can restore whatever may be hidden."""
    assert allowed(now, then) == ((now, then) in MOVES)


def test_nothing_is_left_to_be_done_once_an_action_has_ended() -> None:
    """Recovery takes up the two states in between."""
    assert set(ActionState) - ENDED == {ActionState.PROPOSED, ActionState.APPLIED}
