"""What happens to a watch: crises a person would call so, and events that are none.

A crisis has a size: so many posts against the watch in its worst two hours that anybody who
reads them would be called: 20, and six times what usual two hours hold. In the small hours, when
that is little, twice what two hours of a whole day do: some fifteen times what is usual then.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from vigie.domain.incident import Nature
from vigie.domain.post import Kind
from vigie.replay.scenarios.texts import AFFAIRS
from vigie.replay.scenarios.traffic import Mix, Planned, Traffic

HOUR: Final = timedelta(hours=1)
SUMMER_TIME: Final = date(2026, 3, 29)
"""When the clocks in Paris go from 2 to 3."""

_LEAST_IN_TWO_HOURS: Final = 20.0
_TIMES_USUAL: Final = 6.0
_TIMES_AT_NIGHT: Final = 2.0
_USUAL_AGAINST: Final = 0.18
"""The share of calm posts that the rules of natures hold to be against the watch, about."""

_AGAINST: Final[Mix] = {"accusation": 0.72, "insult": 0.1, "chatter": 0.12, "thanks": 0.06}
_PRAISE: Final[Mix] = {"praise": 0.85, "chatter": 0.15}
_EMERGENCY: Final[Mix] = {"emergency": 0.85, "chatter": 0.12, "thanks": 0.03}


def size_of(per_day: float) -> float:
    """Return how many posts a crisis of this watch brings in its worst two hours."""
    return max(_LEAST_IN_TWO_HOURS, _TIMES_USUAL * _usual(per_day))


def size_at_night(per_day: float) -> float:
    """Return the same in the small hours."""
    return max(_LEAST_IN_TWO_HOURS, _TIMES_AT_NIGHT * _usual(per_day))


def _usual(per_day: float) -> float:
    """Return how many posts against the watch two hours hold, of a day's mean."""
    return per_day * _USUAL_AGAINST * 2 / 24


@dataclass(frozen=True, slots=True)
class Scenario:
    """One event: what it plans from its onset on, and what should come of it.

    `hour` is the local hour of the onset, None for any between 7 and 22; `day` the day, where that
    matters. `nature` is what its signals should be told to be; `pages` whether somebody should be
    called. `size` is by the posts a day of the watch.
    """

    name: str
    plan: Callable[[Traffic, datetime, float], list[Planned]]
    nature: Nature
    pages: bool
    hour: int | None = None
    hours: int = 12
    day: date | None = None
    size: Callable[[float], float] = size_of


def _spread(  # noqa: PLR0913 - the shape of a crowd
    traffic: Traffic,
    onset: datetime,
    count: float,
    when: Callable[[], float],
    mix: Mix,
    *,
    thread: str = "",
) -> Iterator[Planned]:
    """Yield about so many posts, each so many hours after the onset."""
    affair = int(traffic.rng.integers(len(AFFAIRS)))
    kind = Kind.COMMENT if thread else Kind.MENTION
    for _ in range(max(traffic.rng.poisson(count), 1)):
        at = onset + when() * HOUR
        yield Planned(at, traffic.role(mix), kind, thread, affair)


def accusation(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """Somebody publishes an accusation: a steep rise, a long tail."""
    rng = traffic.rng
    return list(_spread(traffic, onset, 2.9 * size, lambda: rng.gamma(1.6, 1.1), _AGAINST))


def slow_burn(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """It smoulders: more every hour, over ten."""
    rng = traffic.rng
    return list(_spread(traffic, onset, 4.6 * size, lambda: 10 * rng.random() ** 0.5, _AGAINST))


def raid(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """New accounts post copies of one text within forty minutes."""
    copied = int(traffic.rng.integers(3))
    return [
        Planned(
            onset + traffic.rng.random() * 2 / 3 * HOUR,
            "copied",
            Kind.COMMENT,
            "raided",
            copied=copied,
            followers=int(traffic.rng.integers(0, 20)),
            young=bool(traffic.rng.random() < 0.8),  # noqa: PLR2004 - a share
        )
        for _ in range(round(size))
    ]


def huge_account(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """Somebody whom a million follow accuses; others answer, hours later still."""
    rng = traffic.rng
    first = Planned(onset, "accusation", Kind.MENTION, "star", followers=1_200_000)
    answers = _spread(
        traffic, onset, 2.7 * size, lambda: 0.1 + rng.gamma(1.5, 1.0), _AGAINST, thread="star"
    )
    return [first, *answers]


def runaway_thread(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """What we published turns against us."""
    rng = traffic.rng
    return list(
        _spread(traffic, onset, 2.7 * size, lambda: rng.gamma(1.4, 1.0), _AGAINST, thread="ours")
    )


def amid_thanks(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """Somebody accuses while a video moves people: four of five posts are thanks."""
    rng = traffic.rng
    thanks = _spread(traffic, onset, 11.6 * size, lambda: rng.gamma(1.6, 1.1), _PRAISE)
    return [*accusation(traffic, onset, size), *thanks]


def praise(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """A video moves people: far more posts than any crisis has."""
    rng = traffic.rng
    return list(_spread(traffic, onset, 6 * size, lambda: rng.gamma(1.5, 1.2), _PRAISE))


def emergency(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """A catastrophe in the world, where we work: not about us."""
    rng = traffic.rng
    return list(_spread(traffic, onset, 6 * size, lambda: rng.gamma(1.3, 1.5), _EMERGENCY))


def robots(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """Machines repeat an advertisement under our posts."""
    rng = traffic.rng
    return [
        Planned(onset + rng.random() * 2 * HOUR, "advert", Kind.COMMENT, "ours", copied=2)
        for _ in range(round(2 * size))
    ]


def outage(traffic: Traffic, onset: datetime, size: float) -> list[Planned]:
    """A wave of thanks, heard only when a platform speaks again three hours later."""
    end = onset + 3 * HOUR
    posts = praise(traffic, onset, size / 3)
    return [replace(post, late=max(end - post.at, timedelta(0))) for post in posts]


CRISES: Final = (
    Scenario("accusation", accusation, Nature.CRITICISM, pages=True),
    Scenario("slow burn", slow_burn, Nature.CRITICISM, pages=True, hours=14),
    Scenario("raid", raid, Nature.CRITICISM, pages=True, hours=6),
    Scenario("very large account", huge_account, Nature.CRITICISM, pages=True),
    Scenario("runaway thread", runaway_thread, Nature.CRITICISM, pages=True),
    Scenario("accusation at midnight", accusation, Nature.CRITICISM, pages=True, hour=0),
    Scenario(
        "accusation as summer time begins",
        accusation,
        Nature.CRITICISM,
        pages=True,
        hour=1,
        day=SUMMER_TIME,
    ),
    Scenario(
        "accusation in the small hours",
        accusation,
        Nature.CRITICISM,
        pages=True,
        hour=3,
        size=size_at_night,
    ),
    Scenario("accusation amid thanks", amid_thanks, Nature.CRITICISM, pages=True),
)
OTHERS: Final = (
    Scenario("viral praise", praise, Nature.SUPPORT, pages=False),
    Scenario("world emergency", emergency, Nature.INFORMATION, pages=False),
    Scenario("robots repeat an advertisement", robots, Nature.OTHER, pages=False, hours=6),
    Scenario("outage with backlog", outage, Nature.SUPPORT, pages=False, hours=8),
)
