"""The life of an action: which state may follow which."""

from vigie.domain.action import ActionState

_NEXT = {
    ActionState.PROPOSED: {ActionState.APPLIED, ActionState.RESTORED, ActionState.FAILED},
    ActionState.APPLIED: {ActionState.CONFIRMED, ActionState.RESTORED, ActionState.FAILED},
    ActionState.CONFIRMED: {ActionState.RESTORED, ActionState.EXPIRED},
    # What failed may hide all the same, where the platform's answer to the hide was lost.
    ActionState.FAILED: {ActionState.RESTORED},
}

ENDED = frozenset(ActionState) - {ActionState.PROPOSED, ActionState.APPLIED}
"""States in which nothing is left to be done by itself."""


def allowed(now: ActionState, then: ActionState) -> bool:
    """Say whether an action may move so; nothing follows restored and expired."""
    return then in _NEXT.get(now, ())
