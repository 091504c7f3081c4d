"""The life of a crisis on one watch."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final


class Level(IntEnum):
    """How bad it is; travels as a number so that it can be compared and drawn."""

    VERT = 0
    JAUNE = 1
    ORANGE = 2
    ROUGE = 3


class Nature(StrEnum):
    """What a post does, and what most of the posts behind a signal do."""

    OTHER = "other"
    """None of those below, or no telling."""
    SUPPORT = "support"
    """Thanks, praise, encouragement."""
    INFORMATION = "information"
    """Tells what happened in the world, or mourns it."""
    CRITICISM = "criticism"
    """Accuses, doubts or complains about the watch; civil, however hard."""
    ATTACK = "attack"
    """Abuses somebody and is about the watch."""
    FAULT = "fault"
    """A site, a form, a payment does not work."""


AGAINST: Final = (Nature.CRITICISM, Nature.ATTACK)
"""The natures that make a crisis about us."""


class SignalKind(StrEnum):
    """Which detector spoke."""

    VOLUME = "volume"
    NEGATIVE = "negative"
    TOXIC = "toxic"
    AGAINST = "against"
    THREAD = "thread"
    REACH = "reach"
    RAID = "raid"
    THEME = "theme"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Signal:
    """One detector's statement that a watch is off its baseline.

    `count` of `n` posts in the window, against `expected` posts of that kind in a normal one;
    `low` and `high` bound the share count/n (95 %). `attacks` are those of the posts counted that
    attack somebody and name the watch; 0 as well where the model does not say who is attacked.
    `window_s` is how many seconds long the window was, 0 where that was not told. `once_in_s` is
    how many seconds usually lie between two such windows, None where nothing rests on that.
    `subject` names what it is about, where it is not the whole watch: a conversation, an account's
    key, a term, a source.
    """

    kind: SignalKind
    count: int
    n: int
    expected: float
    low: float
    high: float
    attacks: int = 0
    window_s: float = 0.0
    once_in_s: float | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A conversation, a source or a term, and how many posts of a cause it holds."""

    name: str
    posts: int


@dataclass(frozen=True, slots=True)
class Cause:
    """The posts without which there would be no alarm: how many, by how many accounts, and where.

    `fresh` of them were published in the last 20 minutes; `new_terms` are what those say that the
    ones before did not.
    """

    posts: int
    accounts: int
    terms: tuple[Part, ...] = ()
    threads: tuple[Part, ...] = ()
    sources: tuple[Part, ...] = ()
    fresh: int = 0
    new_terms: tuple[str, ...] = ()


class IncidentChange(StrEnum):
    """What happened to the incident."""

    OPENED = "opened"
    ESCALATED = "escalated"
    EASED = "eased"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """One step in the life of an incident, whole in itself: the latest version is the state.

    `number` counts the incidents of the watch and `version` the steps of the incident, so that
    `id` repeats only when the same step is told again (RESTATED keeps the version it restates).
    `nature` is what most of what is unusual does, `cause` what the alarm rests on.
    `crossed` is when the post that carried the watch over the threshold was received, None when
    time alone did. `evidence` are ids of the posts that weigh most. `caught_up`: detected while
    catching up with a backlog.
    """

    watch: str
    number: int
    version: int
    change: IncidentChange
    level: Level
    previous: Level
    at: datetime
    opened: datetime
    since: datetime
    signals: tuple[Signal, ...] = ()
    nature: Nature = Nature.OTHER
    cause: Cause | None = None
    evidence: tuple[str, ...] = ()
    crossed: datetime | None = None
    caught_up: bool = False
    acknowledged_by: str | None = None
    rule_version: str = ""

    @property
    def incident_id(self) -> str:
        """The incident: watch and number."""
        return f"{self.watch}-{self.number}"

    @property
    def id(self) -> str:
        """The step: incident and version."""
        return f"{self.incident_id}.{self.version}"
