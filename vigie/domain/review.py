"""A person's decision, on its way back into the flow."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Subject(StrEnum):
    """What was reviewed."""

    INCIDENT = "incident"
    ACTION = "action"


class ReviewVerdict(StrEnum):
    """What the person decided."""

    ACKNOWLEDGE = "acknowledge"
    PASS = "pass"  # noqa: S105 - the word of somebody who passes an incident on
    FALSE_ALARM = "false_alarm"
    CLOSE = "close"
    CONFIRM = "confirm"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision of one person.

    `key` is the watch of an incident, the conversation of an action.
    """

    id: str
    subject: Subject
    subject_id: str
    key: str
    verdict: ReviewVerdict
    reviewer: str
    at: datetime
