"""What comes again and again to some watches: unusual the first time, usual in the end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vigie.domain.post import Kind
from vigie.replay.scenarios.crises import HOUR
from vigie.replay.scenarios.traffic import ZONE, Planned, Traffic

_FRIDAY: Final = 4
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Habit:
    """What it adds to the day that begins at this moment."""

    name: str
    plan: Callable[[Traffic, datetime], list[Planned]]


def opponents(traffic: Traffic, begins: datetime) -> list[Planned]:
    """Fourteen accounts pass on one text every evening."""
    return [
        Planned(
            begins + 20 * HOUR + traffic.rng.random() * 12 * _MINUTE,
            "copied",
            Kind.COMMENT,
            f"evening-{begins:%Y%m%d}",
            copied=begins.toordinal() % 3,
        )
        for _ in range(14)
    ]


def newspaper(_traffic: Traffic, begins: datetime) -> list[Planned]:
    """A newspaper that a million read finds fault every second day; two readers answer."""
    if begins.toordinal() % 2:
        return []
    at, thread = begins + 9 * HOUR, f"paper-{begins:%Y%m%d}"
    article = Planned(at, "accusation", Kind.MENTION, thread, followers=1_100_000)
    answers = [Planned(at + n * _MINUTE, "chatter", Kind.COMMENT, thread) for n in (2, 5)]
    return [article, *answers]


def newsletter(traffic: Traffic, begins: datetime) -> list[Planned]:
    """A letter goes out every Friday, and a dozen complain of the same."""
    if _weekday(begins) != _FRIDAY:
        return []
    at, thread = begins + 10 * HOUR, f"letter-{begins:%Y%m%d}"
    return [
        Planned(at + traffic.rng.random() * 20 * _MINUTE, "accusation", Kind.COMMENT, thread)
        for _ in range(12)
    ]


def broadcast(traffic: Traffic, begins: datetime) -> list[Planned]:
    """A broadcast on Friday evenings brings twelve times as many posts for two hours."""
    if _weekday(begins) != _FRIDAY:
        return []
    at = begins + 19 * HOUR
    count = traffic.rng.poisson(traffic.per_day / 24 * 2 * 12)
    return [
        Planned(at + traffic.rng.random() * 2 * HOUR, traffic.calm_role()) for _ in range(count)
    ]


def _weekday(begins: datetime) -> int:
    return begins.astimezone(ZONE).weekday()


HABITS: Final = (
    Habit("fourteen accounts pass on one text every evening", opponents),
    Habit("a very large account finds fault every second day", newspaper),
    Habit("a dozen complain of the same every Friday", newsletter),
    Habit("twelve times the posts every Friday evening", broadcast),
)
