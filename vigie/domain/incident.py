"""The life of a crisis on one watch."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How bad it is; travels as a number so that it can be compared and drawn."""

    VERT = 0
    JAUNE = 1
    ORANGE = 2
    ROUGE = 3


class SignalKind(StrEnum):
    """Which detector spoke."""

    VOLUME = "volume"
    NEGATIVE = "negative"
    TOXIC = "toxic"


@dataclass(frozen=True, slots=True)
class Signal:
    """One detector's statement that a watch is off its baseline.

    `count` of `n` posts in the window, against `expected` posts of that kind in a normal one;
    `low` and `high` bound the share count/n (95 %). Of abuse, `attacks` are those of the `count`
    that attack somebody and name the watch; 0 as well where the model does not say who is attacked.
    """

    kind: SignalKind
    count: int
    n: int
    expected: float
    low: float
    high: float
    attacks: int = 0


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
