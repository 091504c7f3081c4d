"""What the use cases need from outside, as Protocols; each has one contract test."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from vigie.domain.action import Action, ActionKind, ActionState, Decision
from vigie.domain.assessment import Assessment, ModelRef, Scores
from vigie.domain.audit import AuditEntry
from vigie.domain.case import Case
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import Channel, Delivery, DeliveryReceipt, Notification
from vigie.domain.post import Post
from vigie.domain.review import Review


class Clock(Protocol):
    """Time as an argument: UTC, possibly scaled, so that drills run faster than life."""

    def now(self) -> datetime:
        """Return the present, UTC."""
        ...

    def seconds(self, duration: timedelta) -> float:
        """Return how many real seconds this duration lasts on this clock, for sleeping."""
        ...


class Classifier(Protocol):
    """Text to scores; computes, so callers keep it off the event loop."""

    @property
    def model(self) -> ModelRef:
        """Which model speaks."""
        ...

    def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return one Scores per text, in order."""
        ...


class AsyncClassifier(Protocol):
    """A classifier that computes elsewhere while the event loop goes on."""

    @property
    def model(self) -> ModelRef:
        """Which model speaks."""
        ...

    async def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return one Scores per text, in order.

        Raises:
            Transient: the engine failed or is overloaded; the same texts may be tried again.
        """
        ...


class ModerationPlatform(Protocol):
    """What we may do on a platform. Every call is idempotent and raises Transient or Rejected."""

    async def hide(self, native_id: str) -> None:
        """Hide the comment."""
        ...

    async def unhide(self, native_id: str) -> None:
        """Show the comment again."""
        ...

    async def is_hidden(self, native_id: str) -> bool:
        """Read back what the platform shows."""
        ...


@dataclass(frozen=True, slots=True)
class Fuse:
    """How many machine hides may be open to the budget: beyond, decisions become proposals."""

    per_hour: int
    per_conversation_hour: int
    per_author_hour: int


class Ledger(Protocol):
    """Actions and their audit trail: one writer at a time, every change in one transaction."""

    def open(
        self, post: Post, kind: ActionKind, decision: Decision, *, fuse: Fuse, at: datetime
    ) -> Action:
        """Record what is about to be done before anything is done; the first call decides.

        A HIDE verdict within the fuse opens the action as APPLIED-to-be (state PROPOSED with
        verdict HIDE); beyond the fuse the decision is kept as PROPOSE with reason BUDGET_SPENT.
        A repeat for the same post change returns the action as it stands now.
        """
        ...

    def advance(
        self, action_id: str, state: ActionState, *, at: datetime, actor: str, detail: str = ""
    ) -> Action:
        """Move the action to this state and write the audit entry; a repeat changes nothing.

        Raises:
            Rejected: no such action, or the move does not exist in its life.
        """
        ...

    def get(self, action_id: str) -> Action | None:
        """Return the action as it stands."""
        ...

    def unfinished(self) -> list[Action]:
        """Return actions with verdict HIDE that were begun and neither confirmed nor ended."""
        ...

    def spent(self, *, at: datetime) -> int:
        """Return how many hides were begun in the hour before `at`."""
        ...

    def entries(self) -> Iterator[AuditEntry]:
        """Yield the audit entries in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent on one channel, rendered.

    `id` is deterministic (the notification's), `thread` groups the messages of one incident.
    `html` and `subject` are None on SMS. `created` bounds a look-up before re-sending.
    """

    id: str
    to: str = field(repr=False)
    text: str
    created: datetime
    thread: str | None = None
    subject: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider answered: its id of the message and whether it reached the person."""

    provider_id: str
    delivered: bool = False


class Notifier(Protocol):
    """One channel. Sending raises Transient or Rejected, classified by the channel itself."""

    @property
    def channel(self) -> Channel:
        """Which channel this is."""
        ...

    @property
    def tells_delivery(self) -> bool:
        """Whether `find` tells that a message arrived; else acceptance is all one can know."""
        ...

    async def send(self, message: Message) -> Receipt:
        """Hand the message to the provider."""
        ...

    async def find(self, message: Message) -> Receipt | None:
        """Look up whether the provider has this message already; None where it cannot tell."""
        ...


class Outbox(Protocol):
    """Notifications until they are accepted; at most one sender holds an item at a time."""

    def enqueue(self, notifications: Iterable[Notification]) -> int:
        """Add those whose id is not there yet or was withdrawn; return how many were added."""
        ...

    def lease(self, *, at: datetime, for_: timedelta, limit: int) -> list[Delivery]:
        """Take due items for a while; an item whose lease ran out is due again.

        A Delivery with attempts > 1 may already be out: look it up. Leasing counts as a try.
        """
        ...

    def accepted(
        self, notification_id: str, *, provider_id: str, delivered: bool, at: datetime
    ) -> None:
        """Record that the provider took it."""
        ...

    def retry(self, delivery: Delivery, *, due: datetime, error: str) -> None:
        """Put it back for later; nothing if the lease it was taken by is no longer the last."""
        ...

    def dead(self, delivery: Delivery, *, error: str, at: datetime) -> None:
        """Give up on it; nothing if the lease it was taken by is no longer the last."""
        ...

    def withdraw(self, notification_ids: Iterable[str], *, at: datetime) -> int:
        """Take back those that wait and that nobody is sending; return how many."""
        ...

    def told(self, receipt: DeliveryReceipt) -> None:
        """Record what a gateway tells of a message, also when it tells it before `accepted`.

        One that did not arrive is dead, so that somebody else is told. What arrived stays so.
        """
        ...

    def find(self, reference: str) -> Delivery | None:
        """Return the item whose id has this reference, by `notification.reference_of`."""
        ...

    def to_person(self, person: str, *, since: datetime) -> list[Delivery]:
        """Return the items of a person that were made since then, oldest first."""
        ...

    def reachable(self) -> frozenset[tuple[str, Channel]]:
        """Return which person was reached on which channel by a test notification."""
        ...

    def pending(self) -> int:
        """Return how many items are neither accepted nor given up."""
        ...

    def deliveries(self, incident_id: str | None = None) -> list[Delivery]:
        """Return the items of an incident, or of all."""
        ...


class Cases(Protocol):
    """Open incidents as far as telling people goes; every change is one transaction."""

    def heard(self, event: IncidentEvent, *, at: datetime) -> Case:
        """Take in one step of an incident, whatever its order, and return the case after it."""
        ...

    def answered(self, review: Review) -> Case | None:
        """Take in a person's word on an incident; None where nothing was heard of it."""
        ...

    def get(self, incident_id: str) -> Case | None:
        """Return the case of an incident; None where nothing was heard of it."""
        ...

    def open(self) -> list[Case]:
        """Return the cases that are not settled, the longest unheard first."""
        ...

    def settle(self, incident_id: str) -> None:
        """Note that nothing is left to be told."""
        ...


class ReadModels(Protocol):
    """What board and console read: idempotent upserts of whatever passed on the topics."""

    def assessments(self, batch: Sequence[Assessment]) -> None:
        """Store posts and scores; an older change never overwrites a newer; removals drop text."""
        ...

    def incidents(self, batch: Sequence[IncidentEvent]) -> None:
        """Store steps and the current state of incidents."""
        ...

    def actions(self, batch: Sequence[Action]) -> None:
        """Store the actions as told on the topic (the ledger's own tables are not touched)."""
        ...

    def reviews(self, batch: Sequence[Review]) -> None:
        """Store reviews."""
        ...

    def dead_letters(self, batch: Sequence[DeadLetter]) -> None:
        """Store dead letters without their payload."""
        ...

    def posts(self, ids: Sequence[str]) -> list[Post]:
        """Return the newest state of these posts, those that are stored and not removed."""
        ...
