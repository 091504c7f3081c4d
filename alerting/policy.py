"""Whom an incident concerns now, on which channel and why: pure, so that it can be replayed.

It must not know how messages look, how they are sent, or where they are kept.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from alerting.escalation import Escalation, asked
from alerting.rota import Rota, Span
from alerting.routes import Route, WakingHours
from vigie.domain.case import Case
from vigie.domain.notification import (
    PAGES,
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    NotifyReason,
    Person,
)
from vigie.domain.watch import Watch

Pair = tuple[str, Channel]
Seat = tuple[str, int]
"""A person, and how often the person was told of this step before."""
Key = tuple[str, Channel, int]
"""A person, a channel, and how often the person was told of this step before."""

_TELLS = PAGES | {NotifyReason.RESOLVED}
_NEXT = frozenset({NotifyReason.UNANSWERED, NotifyReason.PASSED_ON, NotifyReason.TAKER_QUIET})
"""Reasons to tell somebody else, pointless once somebody takes it on."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one person is told on one channel: the reason says it."""

    person: str
    channel: Channel
    reason: NotifyReason
    round: int = 0

    @property
    def tells(self) -> bool:
        """Whether a notification follows from the reason."""
        return self.reason in _TELLS


@dataclass(frozen=True, slots=True)
class _Look:
    """What a decision rests on: the case, its pages of this step so far, and the hour."""

    case: Case
    pages: tuple[Delivery, ...]
    reachable: frozenset[Pair]
    now: datetime
    awake: bool
    order: tuple[str, ...]

    @property
    def told(self) -> set[Key]:
        """Whom this step was told, on which channel, in which round."""
        notes = (page.notification for page in self.pages)
        return {(note.person, note.channel, note.round) for note in notes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The planner of `vigie.pipeline.Alert`: watches name rotas and people in the order to ask.

    `zone` is on whose clock people are away.
    """

    people: Mapping[str, Person]
    watches: Mapping[str, Watch]
    routes: tuple[Route, ...]
    waking_hours: WakingHours
    zone: ZoneInfo
    rotas: Mapping[str, Rota] = field(default_factory=dict)
    away: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    escalation: Escalation = field(default_factory=Escalation)

    def __call__(
        self, case: Case, *, sent: Sequence[Delivery], reachable: frozenset[Pair], now: datetime
    ) -> list[Notification]:
        """Return a notification per person and channel that is to be told and was not yet."""
        decisions = self.decide(case, sent=sent, reachable=reachable, now=now)
        return [_notification(case, decision, now) for decision in decisions if decision.tells]

    def decide(
        self, case: Case, *, sent: Sequence[Delivery], reachable: frozenset[Pair], now: datetime
    ) -> list[Decision]:
        """Return one decision per person and channel considered, told or not."""
        if case.closed:
            return self._closing(case, sent)
        look = _Look(
            case=case,
            pages=tuple(_pages(case, sent)),
            reachable=reachable,
            now=now,
            awake=self._awake(case.event.watch, now),
            order=self._order(case.event.watch, now),
        )
        best: dict[Key, NotifyReason] = {
            (person, channel, 0): NotifyReason.BELOW_ROUTE
            for person in look.order
            for channel in Channel
        }
        routes = [route for route in self.routes if route.concerns(case.event)]
        seats = self._seats(routes, look)
        for route in routes:
            for key, reason in self._on(route, seats, look):
                if best.get(key) not in PAGES:
                    best[key] = reason
        return [
            Decision(person, channel, reason, round_)
            for (person, channel, round_), reason in best.items()
        ]

    def outdated(self, case: Case, *, sent: Sequence[Delivery], now: datetime) -> list[str]:
        """Return the ids of pages that wait to be sent and have lost their point."""
        awake = self._awake(case.event.watch, now)
        return [
            delivery.notification.id
            for delivery in sent
            if delivery.state is DeliveryState.QUEUED
            and delivery.notification.reason in PAGES
            and self._pointless(delivery.notification, case, awake=awake)
        ]

    def _pointless(self, page: Notification, case: Case, *, awake: bool) -> bool:
        if case.closed or page.step != case.step:
            return True
        if case.taken is not None and page.reason in _NEXT:
            return page.reason is not NotifyReason.TAKER_QUIET
        event = page.event or case.event
        routes = [route for route in self.routes if route.concerns(event)]
        return not any(route.open(page.channel, awake=awake) for route in routes)

    def _on(
        self, route: Route, seats: Mapping[Seat, NotifyReason], look: _Look
    ) -> Iterator[tuple[Key, NotifyReason]]:
        """Yield what is decided for each seat, and why others on the way have none."""
        told = look.told
        for (person, round_), why in seats.items():
            for channel in route.channels:
                key = person, channel, round_
                if key in told:
                    yield key, NotifyReason.ALREADY_TOLD
                elif why is NotifyReason.LEVEL_RAISED and look.case.taken is not None:
                    yield key, NotifyReason.TAKEN
                else:
                    yield key, self._why_not(route, person, channel, look) or why
        for person in look.order:
            if (person, 0) in seats:
                continue
            for channel in route.channels:
                why_not = self._why_not(route, person, channel, look)
                if why_not is not None:
                    yield (person, channel, 0), why_not

    def _seats(self, routes: Sequence[Route], look: _Look) -> dict[Seat, NotifyReason]:
        """Return who is to be told in which round: those told already, then the next to ask.

        Where every try to reach somebody was given up, the next person has the seat. Routes share
        their seats, the strictest first: a later look then finds the same people.
        """
        times = Counter(person for person, _ in asked(look.pages, dead=True))
        seats = dict.fromkeys(asked(look.pages), NotifyReason.LEVEL_RAISED)
        for route in sorted(routes, key=lambda route: route.level, reverse=True):
            can = [
                person
                for person in look.order
                if (person, times[person]) not in seats and self._can(route, person, look)
            ]
            can.sort(key=lambda person: times[person])  # who was asked least, then by the rota
            due = self.escalation.due(
                look.case,
                look.pages,
                people=route.people,
                most=self.escalation.rounds * len(look.order),
                now=look.now,
            )
            given = zip(can, due[len(seats) :], strict=False)
            seats |= {(person, times[person]): reason for person, reason in given}
        return seats

    def _can(self, route: Route, person: str, look: _Look) -> bool:
        mine = [page for page in look.pages if page.notification.person == person]
        return self.escalation.allows(look.case, mine, now=look.now) and any(
            self._why_not(route, person, channel, look) is None for channel in route.channels
        )

    def _why_not(
        self, route: Route, person: str, channel: Channel, look: _Look
    ) -> NotifyReason | None:
        if self._address(person, channel) is None:
            return NotifyReason.NO_ADDRESS
        if (person, channel) not in look.reachable:
            return NotifyReason.NOT_TESTED
        if not route.open(channel, awake=look.awake):
            return NotifyReason.QUIET_HOURS
        return None

    def _closing(self, case: Case, sent: Sequence[Delivery]) -> list[Decision]:
        """Close the matter with everyone who may have heard of it, also those off the rota."""
        heard = {
            (delivery.notification.person, delivery.notification.channel)
            for delivery in sent
            if delivery.notification.reason in PAGES and _may_have_arrived(delivery)
        }
        closed = {
            (delivery.notification.person, delivery.notification.channel)
            for delivery in sent
            if delivery.notification.reason is NotifyReason.RESOLVED
        }
        names = self._recipients(case.event.watch, case.heard)
        pairs = dict.fromkeys((*((p, c) for p in names for c in Channel), *sorted(heard)))
        return [Decision(*pair, self._why_closing(pair, heard, closed)) for pair in pairs]

    def _why_closing(self, pair: Pair, heard: set[Pair], closed: set[Pair]) -> NotifyReason:
        if pair not in heard:
            return NotifyReason.NOTHING_NEW
        if pair in closed:
            return NotifyReason.ALREADY_TOLD
        return NotifyReason.RESOLVED if self._address(*pair) else NotifyReason.NO_ADDRESS

    def _order(self, watch: str, now: datetime) -> tuple[str, ...]:
        """Return whom to ask, without those who are away; all of them where all are."""
        everybody = self._recipients(watch, now)
        here = tuple(person for person in everybody if not self._is_away(person, now))
        return here or everybody

    def _recipients(self, watch: str, now: datetime) -> tuple[str, ...]:
        """Return the people of the watch; one that left the configuration has none."""
        names = self.watches[watch].recipients if watch in self.watches else ()
        people: dict[str, None] = {}
        for name in names:
            people |= dict.fromkeys(self.rotas[name].order(now) if name in self.rotas else (name,))
        return tuple(people)

    def _is_away(self, person: str, now: datetime) -> bool:
        local = now.astimezone(self.zone).replace(tzinfo=None)
        return any(local in span for span in self.away.get(person, ()))

    def _address(self, person: str, channel: Channel) -> str | None:
        return self.people[person].address(channel) if person in self.people else None

    def _awake(self, watch: str, now: datetime) -> bool:
        if watch not in self.watches:
            return False
        local = now.astimezone(ZoneInfo(self.watches[watch].time_zone))
        return self.waking_hours.include(local.time())


def _pages(case: Case, sent: Sequence[Delivery]) -> Iterator[Delivery]:
    """Yield the pages of the step that last raised the level, but those withdrawn."""
    for delivery in sent:
        note = delivery.notification
        if (
            note.step == case.step
            and note.reason in PAGES
            and delivery.state is not DeliveryState.WITHDRAWN
        ):
            yield delivery


def _may_have_arrived(delivery: Delivery) -> bool:
    return delivery.attempts > 0 and delivery.state is not DeliveryState.DEAD


def _notification(case: Case, decision: Decision, now: datetime) -> Notification:
    event = case.event
    resolved = decision.reason is NotifyReason.RESOLVED
    step = "RESOLVED" if resolved else str(case.step)
    again = f":{decision.round + 1}" if decision.round else ""
    return Notification(
        id=f"{event.incident_id}:{step}:{decision.person}:{decision.channel}{again}",
        person=decision.person,
        channel=decision.channel,
        reason=decision.reason,
        created=now,
        event=event,
        step=case.step,
        round=decision.round,
    )
