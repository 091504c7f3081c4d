"""When to say that listening is cut: nothing that we let go ourselves comes out of the flow.

Pure: times are given. What is said goes past Kafka and the database, so who was told is kept here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from vigie.domain.notification import Channel

Pair = tuple[str, Channel]
"""A person, and where they are told."""


class Saying(StrEnum):
    """What people are told."""

    CUT = "cut"
    RESTORED = "restored"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Patience:
    """How late a canary may be, and how soon it is said again that none comes."""

    late: timedelta
    again: timedelta


@dataclass(slots=True)
class Deafness:
    """When the last canary came out (or somebody began to wait), and who was told what.

    `said` is when it was last said that listening is cut, None where it is not; `told` are those
    who heard that and not yet that it is restored.
    """

    heard: datetime
    said: datetime | None = None
    told: list[Pair] = field(default_factory=list)

    @property
    def saying(self) -> Saying:
        """What those are to be told who were not yet."""
        return Saying.RESTORED if self.said is None else Saying.CUT

    def came_out(self, sent: datetime) -> None:
        """Take in that the canary came out that was let go then."""
        self.heard = max(self.heard, sent)

    def look(self, now: datetime, patience: Patience) -> Saying | None:
        """Return what everybody is to be told from now on, where that is news."""
        cut = now - self.heard > patience.late
        if cut and (self.said is None or now - self.said >= patience.again):
            self.said, self.told = now, []
            return Saying.CUT
        if not cut and self.said is not None:
            self.said = None
            return Saying.RESTORED
        return None

    def owed(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Return who is still to be told: of a cut everybody, of its end those who heard of it."""
        return [pair for pair in pairs if (pair in self.told) is (self.said is None)]

    def settle(self, pair: Pair, *, reached: bool) -> None:
        """Note that somebody was told, or cannot be."""
        if self.said is None:
            self.told = [one for one in self.told if one != pair]
        elif reached and pair not in self.told:
            self.told.append(pair)
