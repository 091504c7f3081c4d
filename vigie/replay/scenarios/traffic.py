"""How posts come on calm days: by the hour and the weekday, in threads, in bursts, unevenly."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from vigie.domain.observation import ObservedPost
from vigie.domain.post import Kind
from vigie.replay.scenarios.texts import PLACES, Texts, Written

ZONE: Final = ZoneInfo("Europe/Paris")
DAY: Final = timedelta(days=1)

_HOURS: Final = np.array(
    [3, 2, 1, 1, 1, 2, 5, 9, 12, 12, 11, 11, 13, 12, 10, 10, 11, 13, 15, 17, 18, 15, 10, 6], float
)
_HOURS_SHARE: Final = _HOURS / _HOURS.mean()
_WEEKEND: Final = 0.7
_UNEVEN: Final = 0.4
"""Standard deviation of the logarithm of an hour's rate: hours are no two alike."""
_LINGERS: Final = 0.7
"""How much of that is left in the next hour."""
_IN_THREADS: Final = 0.4
"""The share of posts that answer what the organisation has published."""
_PUBLISHED_A_DAY: Final = 1.5
_GRUMBLING: Final = 0.05
"""The share of publications that are not liked: half of the answers complain, on a calm day."""
_NEWS_EVERY_DAYS: Final = 8.0
"""The press speaks of us: three times the posts for some two hours."""

_MIX: Final = {
    "chatter": 0.46, "thanks": 0.26, "complaint": 0.12, "news": 0.08, "advert": 0.04,
    "fault": 0.02, "insult": 0.02,
}  # fmt: skip
_GRUMBLE: Final = {"complaint": 0.4, "chatter": 0.3, "thanks": 0.26, "insult": 0.04}
_NEWS: Final = {"news": 0.7, "chatter": 0.2, "thanks": 0.1}

Mix = dict[str, float]


@dataclass(frozen=True, slots=True)
class Planned:
    """A post to come: when, what for, and where it stands."""

    at: datetime
    role: str
    kind: Kind = Kind.MENTION
    thread: str = ""
    affair: int = 0
    copied: int | None = None
    followers: int | None = None
    young: bool = False
    late: timedelta = timedelta(0)


class Traffic:
    """Calm traffic of one watch with so many posts a day, and the posts of anything else."""

    def __init__(self, texts: Texts, seed: int, per_day: float) -> None:
        self._texts = texts
        self._rng = np.random.default_rng(seed)
        self._per_day = per_day
        self._mood = 0.0
        self._number = 0

    @property
    def per_day(self) -> float:
        """Posts a day, about."""
        return self._per_day

    @property
    def rng(self) -> np.random.Generator:
        """Chance, seeded."""
        return self._rng

    def day(self, begins: datetime) -> list[Planned]:
        """Return the posts of a day, in no order."""
        posts = [post for hour in range(24) for post in self._hour(begins + hour * DAY / 24)]
        posts += self._threads(begins)
        if self._rng.random() < 1 / _NEWS_EVERY_DAYS:
            posts += self._in_the_news(begins)
        return posts

    def _hour(self, begins: datetime) -> Iterator[Planned]:
        local = begins.astimezone(ZONE)
        noise = math.sqrt(1 - _LINGERS**2) * self._rng.normal(0, _UNEVEN)
        self._mood = _LINGERS * self._mood + noise
        rate = self._per_day / 24 * (1 - _IN_THREADS) * _HOURS_SHARE[local.hour]
        rate *= math.exp(self._mood) * (_WEEKEND if local.weekday() >= 5 else 1.0)  # noqa: PLR2004 - Saturday
        for _ in range(self._rng.poisson(rate)):
            kind = Kind.COMMENT if self._rng.random() < 0.3 else Kind.MENTION  # noqa: PLR2004 - a share
            yield Planned(begins + self._rng.random() * DAY / 24, self.role(_MIX), kind)

    def _threads(self, begins: datetime) -> Iterator[Planned]:
        """Yield the answers to what was published this day."""
        mean = self._per_day * _IN_THREADS / _PUBLISHED_A_DAY
        for number in range(self._rng.poisson(_PUBLISHED_A_DAY)):
            at = begins + self._rng.uniform(8, 20) * DAY / 24
            mix = _GRUMBLE if self._rng.random() < _GRUMBLING else _MIX
            size = mean * math.exp(self._rng.normal(-0.3, 0.8))
            thread = f"{begins:%Y%m%d}-{number}"
            for _ in range(self._rng.poisson(size)):
                when = at + self._rng.exponential(2.5) * DAY / 24
                yield Planned(when, self.role(mix), Kind.COMMENT, thread)

    def _in_the_news(self, begins: datetime) -> Iterator[Planned]:
        at = begins + self._rng.uniform(7, 22) * DAY / 24
        for _ in range(self._rng.poisson(self._per_day / 24 * 2 * 2)):
            yield Planned(at + self._rng.exponential(1.0) * DAY / 24, self.role(_NEWS))

    def role(self, mix: Mix) -> str:
        """Return what a post of this mix is there for."""
        return str(self._rng.choice(list(mix), p=list(mix.values())))

    def calm_role(self) -> str:
        """Return what a post of a calm day is there for."""
        return self.role(_MIX)

    def write(self, planned: Planned) -> ObservedPost:
        """Return the post as its watch sees it."""
        self._number += 1
        rng, texts = self._rng, self._texts
        number = planned.copied
        if number is None:
            number = int(rng.integers(texts.count(planned.role)))
        place = 0 if planned.copied is not None else int(rng.integers(len(PLACES)))
        seen = texts.seen(Written(planned.role, number, place, planned.affair), planned.kind)
        return replace(
            seen,
            id=f"practice:{planned.thread or planned.role}-{self._number}",
            published=planned.at,
            changed=planned.at,
            thread=planned.thread or f"alone-{self._number}",
            author=f"a{rng.integers(max(int(self._per_day * 20), 50))}"
            if planned.copied is None
            else f"new{self._number}",
            followers=planned.followers or int(rng.lognormal(5.3, 1.5)),
            young=planned.young,
            # The library is small and people are not: only what is copied resembles anything.
            sketch=seen.sketch if planned.copied is not None else rng.bytes(24),
        )


def by_arrival(traffic: Traffic, planned: Sequence[Planned]) -> list[tuple[datetime, ObservedPost]]:
    """Return the posts in the order they arrive."""
    ordered = sorted(planned, key=lambda one: (one.at + one.late, one.role))
    return [(one.at + one.late, traffic.write(one)) for one in ordered]


def midnight(day: date) -> datetime:
    """Return when this day begins in Paris, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
