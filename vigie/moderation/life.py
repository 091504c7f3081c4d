"""The life of an action: which state may follow which."""

from vigie.domain.action import ActionState

_NEXT = {
    ActionState.PROPOSED: {ActionState.APPLIED, ActionState.FAILED},
    ActionState.APPLIED: {ActionState.CONFIRMED, ActionState.RESTORED, ActionState.FAILED},
    ActionState.CONFIRMED: {ActionState.RESTORED, ActionState.EXPIRED},
}

ENDED = frozenset(ActionState) - {ActionState.PROPOSED, ActionState.APPLIED}
"""States in which nothing is left to be done by itself."""


def allowed(now: ActionState, then: ActionState) -> bool:
    """Say whether an action may move so; nothing follows restored, expired and failed."""
    return then in _NEXT.get(now, ())
