"""The one catalogue of topics, their partitions and how long they keep what.

`vigie topics create`, the embedded broker and the Faust apps all read it, so they cannot differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Cleanup(StrEnum):
    """Kafka's `cleanup.policy`."""

    DELETE = "delete"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it must exist; `key` says what its records are keyed by."""

    name: str
    key: str
    retention: timedelta | None
    cleanup: Cleanup = Cleanup.DELETE

    def config(self) -> dict[str, str]:
        """Return the topic-level configuration in Kafka's own terms."""
        keep = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        return {"cleanup.policy": self.cleanup.value, "retention.ms": str(keep)}


MENTIONS = "mentions"
COMMENTS = "comments"
ASSESSMENTS = "assessments"
OBSERVATIONS = "observations"
INCIDENTS = "incidents"
ACTIONS = "actions"
REVIEWS = "reviews"
RECEIPTS = "receipts"
CANARIES = "canaries"
DEAD_LETTERS = "dead-letters"
TALLIES_CHANGELOG = "detect-tallies-changelog"
"""Faust names a table's changelog `<app id>-<table>-changelog`; the app id is `<prefix>detect`."""

CATALOGUE: tuple[Topic, ...] = (
    Topic(MENTIONS, "conversation", timedelta(days=7)),
    Topic(COMMENTS, "conversation", timedelta(days=7)),
    Topic(ASSESSMENTS, "conversation", timedelta(days=35)),
    Topic(OBSERVATIONS, "watch", timedelta(days=7)),
    Topic(INCIDENTS, "watch", timedelta(days=400)),
    Topic(ACTIONS, "conversation", timedelta(days=400)),
    Topic(REVIEWS, "watch of an incident, conversation of an action", timedelta(days=400)),
    Topic(RECEIPTS, "the gateway's id of the message", timedelta(days=14)),
    Topic(CANARIES, "canary", timedelta(days=1)),
    Topic(DEAD_LETTERS, "origin", timedelta(days=14)),
    Topic(TALLIES_CHANGELOG, "watch page", None, Cleanup.COMPACT),
)


@dataclass(frozen=True, slots=True)
class Topics:
    """The catalogue under an installation's prefix, every topic with the same partition count."""

    prefix: str
    partitions: int

    def name(self, topic: str) -> str:
        """Return the full name of a topic of the catalogue."""
        return f"{self.prefix}{topic}"

    def __iter__(self) -> Iterator[tuple[str, Topic]]:
        """Yield each full name with its entry."""
        return ((self.name(topic.name), topic) for topic in CATALOGUE)
