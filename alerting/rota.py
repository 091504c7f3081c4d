"""Who is on call: turns of a week, covers, and people who are away. Pure; knows no settings.

Turns and covers are on the local clock: the hand-over stays at nine when summer time begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

TURN = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From `begins` to before `ends`, on the local clock (without a zone)."""

    begins: datetime
    ends: datetime

    def __contains__(self, local: datetime) -> bool:
        return self.begins <= local < self.ends


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody stands in for whoever's turn it is."""

    person: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """People who take turns of a week each, from `starts` on (local, a hand-over) and before it."""

    people: tuple[str, ...]
    starts: datetime
    zone: ZoneInfo
    covers: tuple[Cover, ...] = ()

    def order(self, now: datetime) -> tuple[str, ...]:
        """Return who is on call at this moment (aware), then those to ask next, each once.

        >>> rota = Rota(
        ...     people=("amina", "bastien"),
        ...     starts=datetime(2026, 11, 2, 9),
        ...     zone=ZoneInfo("Europe/Paris"),
        ... )
        >>> rota.order(datetime(2026, 11, 9, 7, 59, tzinfo=ZoneInfo("UTC")))
        ('amina', 'bastien')
        >>> rota.order(datetime(2026, 11, 9, 8, 0, tzinfo=ZoneInfo("UTC")))
        ('bastien', 'amina')
        """
        local = now.astimezone(self.zone).replace(tzinfo=None)
        first = (local - self.starts) // TURN % len(self.people)
        turns = (*self.people[first:], *self.people[:first])
        return tuple(dict.fromkeys((*self._covering(local), *turns)))

    def _covering(self, local: datetime) -> Iterator[str]:
        return (cover.person for cover in self.covers if local in cover.span)
