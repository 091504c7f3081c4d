"""Whom a step of an incident concerns, on which channel and why: pure, so that it can be replayed.

It must not know how messages look, how they are sent, or where they are kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.notification import Channel, Notification, NotifyReason, Person
from vigie.domain.watch import Watch
from vigie.errors import Misconfigured

Told = Mapping[tuple[str, Channel], int]
"""Per person and channel, the highest level queued for the incident."""

_RAISES = frozenset({IncidentChange.OPENED, IncidentChange.ESCALATED, IncidentChange.RESTATED})
_TELLS = frozenset({NotifyReason.LEVEL_RAISED, NotifyReason.RESOLVED})


@dataclass(frozen=True, slots=True)
class WakingHours:
    """From `start` to before `end` by the local clock; equal ends mean the whole day."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "WakingHours":
        """Read hours written as 08:00-21:00.

        Raises:
            Misconfigured: these are not two times of the day.
        """
        try:
            start, end = (time.fromisoformat(part) for part in text.split("-"))
        except ValueError as error:
            message = f"write waking hours such as 08:00-21:00, not {text!r}"
            raise Misconfigured(message) from error
        return cls(start, end)

    def include(self, local: time) -> bool:
        """Say whether people are awake at this local time; hours may pass midnight."""
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """From `level` on, the first `people` recipients that can be told are told on `channels`.

    `waking_only` names the channels that stay quiet outside waking hours.
    """

    level: Level
    channels: tuple[Channel, ...]
    people: int = 1
    waking_only: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one person is told on one channel: the reason says it."""

    person: str
    channel: Channel
    reason: NotifyReason

    @property
    def tells(self) -> bool:
        """Whether a notification follows from the reason."""
        return self.reason in _TELLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The planner of `vigie.pipeline.Alert`: watches name recipients in the order of the rota."""

    people: Mapping[str, Person]
    watches: Mapping[str, Watch]
    routes: tuple[Route, ...]
    waking_hours: WakingHours

    def __call__(
        self,
        event: IncidentEvent,
        *,
        told: Told,
        reachable: frozenset[tuple[str, Channel]],
        now: datetime,
    ) -> list[Notification]:
        """Return a notification per person and channel that is to be told."""
        decisions = self.decide(event, told=told, reachable=reachable, now=now)
        return [_notification(event, decision, now) for decision in decisions if decision.tells]

    def decide(
        self,
        event: IncidentEvent,
        *,
        told: Told,
        reachable: frozenset[tuple[str, Channel]],
        now: datetime,
    ) -> list[Decision]:
        """Return one decision per person and channel considered, told or not."""
        if event.change in _RAISES:
            return self._raised(event, told, reachable, now)
        if event.change is IncidentChange.RESOLVED:
            return self._resolved(event, told)
        return [Decision(*pair, NotifyReason.NOTHING_NEW) for pair in self._pairs(event.watch)]

    def _raised(
        self,
        event: IncidentEvent,
        told: Told,
        reachable: frozenset[tuple[str, Channel]],
        now: datetime,
    ) -> list[Decision]:
        awake = self._awake(event.watch, now)
        best = dict.fromkeys(self._pairs(event.watch), NotifyReason.BELOW_ROUTE)
        for route in (route for route in self.routes if event.level >= route.level):
            for pair, reason in self._on(route, event.watch, reachable, awake=awake).items():
                if best[pair] is not NotifyReason.LEVEL_RAISED:
                    best[pair] = reason
        return [
            Decision(*pair, _unless_told(reason, told.get(pair), event.level))
            for pair, reason in best.items()
        ]

    def _on(
        self, route: Route, watch: str, reachable: frozenset[tuple[str, Channel]], *, awake: bool
    ) -> dict[tuple[str, Channel], NotifyReason]:
        """Go down the rota until enough people can be told; who cannot does not use up a place."""
        reasons: dict[tuple[str, Channel], NotifyReason] = {}
        places = route.people
        for person in self._recipients(watch):
            if places == 0:
                break
            mine = {
                (person, channel): self._why(route, person, channel, reachable, awake=awake)
                for channel in route.channels
            }
            reasons |= mine
            places -= NotifyReason.LEVEL_RAISED in mine.values()
        return reasons

    def _why(
        self,
        route: Route,
        person: str,
        channel: Channel,
        reachable: frozenset[tuple[str, Channel]],
        *,
        awake: bool,
    ) -> NotifyReason:
        if self._address(person, channel) is None:
            return NotifyReason.NO_ADDRESS
        if (person, channel) not in reachable:
            return NotifyReason.NOT_TESTED
        if channel in route.waking_only and not awake:
            return NotifyReason.QUIET_HOURS
        return NotifyReason.LEVEL_RAISED

    def _resolved(self, event: IncidentEvent, told: Told) -> list[Decision]:
        """Close the matter with everyone who heard of it, also those no longer on the rota."""
        pairs = dict.fromkeys([*self._pairs(event.watch), *told])
        return [Decision(*pair, self._why_resolved(pair, told)) for pair in pairs]

    def _why_resolved(self, pair: tuple[str, Channel], told: Told) -> NotifyReason:
        if pair not in told:
            return NotifyReason.NOTHING_NEW
        if self._address(*pair) is None:
            return NotifyReason.NO_ADDRESS
        return NotifyReason.RESOLVED

    def _pairs(self, watch: str) -> Iterator[tuple[str, Channel]]:
        return ((person, channel) for person in self._recipients(watch) for channel in Channel)

    def _recipients(self, watch: str) -> tuple[str, ...]:
        """Return the rota of the watch; a watch that left the configuration has none."""
        return self.watches[watch].recipients if watch in self.watches else ()

    def _address(self, person: str, channel: Channel) -> str | None:
        return self.people[person].address(channel) if person in self.people else None

    def _awake(self, watch: str, now: datetime) -> bool:
        if watch not in self.watches:
            return False
        local = now.astimezone(ZoneInfo(self.watches[watch].time_zone))
        return self.waking_hours.include(local.time())


def _unless_told(reason: NotifyReason, told: int | None, level: Level) -> NotifyReason:
    if reason is NotifyReason.LEVEL_RAISED and told is not None and told >= level:
        return NotifyReason.ALREADY_TOLD
    return reason


def _notification(event: IncidentEvent, decision: Decision, now: datetime) -> Notification:
    resolved = decision.reason is NotifyReason.RESOLVED
    step = "RESOLVED" if resolved else event.level.name
    return Notification(
        id=f"{event.incident_id}:{step}:{decision.person}:{decision.channel}",
        person=decision.person,
        channel=decision.channel,
        reason=decision.reason,
        created=now,
        event=event,
    )
