"""Restrictions of comments: what was decided, why, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """How far moderation may go by itself; a new installation starts in shadow."""

    SHADOW = "shadow"
    REVIEW = "review"
    ENFORCE = "enforce"


class ActionKind(StrEnum):
    """Kinds of restriction; only those that can be undone may be taken by a machine."""

    HIDE = "hide"
    HOLD = "hold"
    MUTE = "mute"
    BLOCK = "block"
    DELETE = "delete"
    REPORT = "report"

    @property
    def open_to_machines(self) -> bool:
        """Whether a machine may do it without a person."""
        return self in (ActionKind.HIDE, ActionKind.HOLD)


class ActionState(StrEnum):
    """Life of an action: proposed → applied → confirmed, then restored or expired; or failed."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    RESTORED = "restored"
    EXPIRED = "expired"
    FAILED = "failed"


class Verdict(StrEnum):
    """What the policy wants."""

    LEAVE = "leave"
    PROPOSE = "propose"
    HIDE = "hide"


class DecisionReason(StrEnum):
    """Why; it goes unchanged to log, metric label, audit and screen."""

    ABUSE_ABOVE_THRESHOLD = "abuse_above_threshold"
    ONE_UNPROVEN_HEAD = "one_unproven_head"
    NOBODY_ATTACKED = "nobody_attacked"
    SPAM_RULE = "spam_rule"
    SHADOW_MODE = "shadow_mode"
    REVIEW_MODE = "review_mode"
    BUDGET_SPENT = "budget_spent"
    CANNOT_BE_HIDDEN = "cannot_be_hidden"
    NOT_A_COMMENT = "not_a_comment"
    NOT_ABUSE = "not_abuse"
    CRITICISM_FIREWALL = "criticism_firewall"
    NOT_ASSESSED = "not_assessed"
    UNKNOWN_LANGUAGE = "unknown_language"
    NOTHING_TO_READ = "nothing_to_read"
    MODEL_SILENT = "model_silent"
    REMOVED_BY_PLATFORM = "removed_by_platform"


@dataclass(frozen=True, slots=True)
class HideThreshold:
    """The score from which on a machine may hide.

    `proven`: the labelled data were enough to measure the false alarms that were aimed at.
    """

    value: float
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the policy says of one comment, with what it rests on.

    `category` is a toxicity category or "spam"; `score` reached or missed `threshold`.
    """

    verdict: Verdict
    reason: DecisionReason
    category: str | None = None
    score: float | None = None
    threshold: float | None = None
    rule_version: str = ""
    model_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One restriction of one comment; `id` is made from kind and post change, so it repeats.

    `published` is the comment's own time, from which exposure is measured.
    """

    id: str
    kind: ActionKind
    state: ActionState
    post: str
    platform: str
    conversation: str
    author: str
    decision: Decision
    published: datetime
    at: datetime
    detail: str | None = None
