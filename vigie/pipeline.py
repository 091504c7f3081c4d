"""The use cases: one class per role, one method per arrow of the flow.

It knows ports and pure rules only. What is decided is a value with a reason; who carries it out
is handed in by bootstrap.
"""

import asyncio
from collections import defaultdict
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from vigie.detection.judgement import Figures
from vigie.detection.nature import is_abuse, nature_of
from vigie.detection.sketch import sketch
from vigie.detection.terms import terms
from vigie.domain.action import Action, ActionKind, Decision, Verdict
from vigie.domain.assessment import Assessment
from vigie.domain.canary import CANARY, Canary, Stage, is_canary
from vigie.domain.case import Case
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import Channel, Delivery, DeliveryReceipt, Notification
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.post import Change, Kind, Post
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.domain.watch import Watch, fold, matching
from vigie.ports import AsyncClassifier, Cases, Clock, Fuse, Ledger, Outbox, ReadModels
from vigie.telemetry.metrics import Metrics

YOUNG = timedelta(days=30)
"""An account that is not older: raids are run with such."""


@dataclass(frozen=True, slots=True)
class Classify:
    """mentions, comments → assessments."""

    classifier: AsyncClassifier
    clock: Clock
    metrics: Metrics

    async def __call__(self, posts: Sequence[Post]) -> list[Assessment]:
        """Return one assessment per post, in order.

        Raises:
            Transient: the classifier cannot answer now; nothing was counted, try the batch again.
        """
        judged = [post for post in posts if post.change is not Change.REMOVED and post.text.strip()]
        with self.metrics.classification.time():
            scores = await self.classifier.classify(
                [post.text for post in judged], [post.language for post in judged]
            )
        by_event = {post.event_id: score for post, score in zip(judged, scores, strict=True)}
        self._count(posts)
        now = self.clock.now()
        return [
            Assessment(
                post=post,
                scores=by_event.get(post.event_id),
                model=self.classifier.model,
                assessed=now,
            )
            for post in posts
        ]

    def _count(self, posts: Sequence[Post]) -> None:
        self.metrics.batch.observe(len(posts))
        for post in posts:
            self.metrics.posts.labels(post.kind, post.source, post.change).inc()
            self.metrics.last_post.labels(post.source).set(post.received.timestamp())


class Judge(Protocol):
    """What detection offers: the tally and the verdict of one observation, on a table of bytes."""

    def __call__(
        self, observation: Observation, tallies: MutableMapping[str, bytes]
    ) -> list[IncidentEvent]:
        """Count the observation and return the steps that follow from it."""
        ...

    def figures(self, watch: str) -> Figures | None:
        """Return how the watch stood when last judged; None when it was not since `forget`."""
        ...

    def forget(self) -> None:
        """Drop what is held in memory: the table was handed out anew."""
        ...


@dataclass(frozen=True, slots=True)
class Detect:
    """assessments → observations → incidents."""

    watches: tuple[Watch, ...]
    judge: Judge
    clock: Clock
    metrics: Metrics

    def observe(self, assessments: Sequence[Assessment]) -> list[Observation]:
        """Return one observation per watch that any of these posts concerns."""
        found: dict[str, list[Assessment]] = defaultdict(list)
        posts: dict[str, list[ObservedPost]] = defaultdict(list)
        for assessment in assessments:
            for watch, observed in self._concerned(assessment):
                found[watch].append(assessment)
                posts[watch].append(observed)
        return [
            Observation(
                watch=watch,
                received=max(assessment.post.received for assessment in group),
                posts=tuple(posts[watch]),
            )
            for watch, group in found.items()
        ]

    def _concerned(self, assessment: Assessment) -> list[tuple[str, ObservedPost]]:
        """Say what each watch must count; a canary is told to a watch of its own.

        A removal has no text to match by and an edit may have dropped the words that matched:
        both go to every watch, and those that had counted the post correct their tally.
        """
        if is_canary(assessment.post):
            return [(CANARY, _observed(assessment))]
        matched = matching(self.watches, assessment.post)
        if assessment.post.change is Change.CREATED:
            if not matched:
                self.metrics.unmatched.inc()
            return seen_by(matched, assessment)
        if assessment.post.change is Change.REMOVED:
            return seen_by(self.watches, assessment)
        ids = {watch.id for watch in matched}
        seen = seen_by(self.watches, assessment)
        return [(watch, replace(post, concerns=watch in ids)) for watch, post in seen]

    def canaries(self, observation: Observation) -> list[Canary]:
        """Return what is told of the canaries in this observation."""
        return [
            Canary(post=post.id, sent=post.published, stage=Stage.JUDGED)
            for post in observation.posts
        ]

    def ticks(self) -> list[Observation]:
        """Return one observation of nothing per watch: time has passed."""
        now = self.clock.now()
        return [Observation(watch=watch.id, received=now) for watch in self.watches]

    def reviewed(self, review: Review) -> list[Observation]:
        """Return the observation that carries a person's word on an incident to its watch."""
        if review.subject is not Subject.INCIDENT:
            return []
        return [Observation(watch=review.key, received=review.at, review=review)]


def seen_by(watches: Sequence[Watch], assessment: Assessment) -> list[tuple[str, ObservedPost]]:
    """Return the post as each watch sees it; all but its nature is the same for all."""
    if not watches:
        return []
    post = _observed(assessment)
    return [(watch.id, replace(post, nature=nature_of(assessment, watch))) for watch in watches]


def _observed(assessment: Assessment) -> ObservedPost:
    post, scores = assessment.post, assessment.scores
    folded = fold(post.text)
    created = post.account_created
    return ObservedPost(
        id=post.id,
        change=post.change,
        published=post.published,
        changed=post.changed,
        negative=scores is not None and scores.sentiment.is_negative,
        toxic=scores is not None and is_abuse(scores),
        thread=post.conversation,
        source=post.source,
        author=post.author,
        followers=post.followers,
        young=created is not None and post.published - created < YOUNG,
        sketch=sketch(folded),
        terms=terms(folded),
    )


class Policy(Protocol):
    """What moderation offers: a pure decision on one assessed comment."""

    def __call__(self, assessment: Assessment) -> Decision:
        """Return what should be done with the comment and why."""
        ...


class Executor(Protocol):
    """What carries decisions to a platform, between two entries of the ledger."""

    async def carry_out(self, action: Action) -> Action:
        """Do what was decided, read it back, and return the action as it now stands."""
        ...

    async def undo(self, action_id: str, *, reviewer: str) -> Action:
        """Restore the comment, read it back, and return the action as it now stands."""
        ...

    async def recover(self) -> list[Action]:
        """Finish what a crash or an unreachable platform left half done."""
        ...


@dataclass(frozen=True, slots=True)
class Moderate:
    """assessments (comments) → ledger, platform, actions."""

    policy: Policy
    ledger: Ledger
    executor: Executor
    fuse: Fuse
    clock: Clock
    metrics: Metrics

    async def __call__(self, assessment: Assessment) -> Action | None:
        """Decide on one comment and carry it out; None where the comment is left alone."""
        if assessment.post.kind is not Kind.COMMENT:
            return None
        decision = self.policy(assessment)
        now = self.clock.now()
        self.metrics.decision.observe((now - assessment.post.received).total_seconds())
        self.metrics.decisions.labels(decision.verdict, decision.reason).inc()
        if decision.verdict is Verdict.LEAVE:
            return None
        action = await asyncio.to_thread(
            self.ledger.open, assessment.post, ActionKind.HIDE, decision, fuse=self.fuse, at=now
        )
        return await self.executor.carry_out(action)

    async def reviewed(self, review: Review) -> Action | None:
        """Carry out a person's word on an action."""
        if review.subject is not Subject.ACTION or review.verdict is not ReviewVerdict.UNDO:
            return None
        return await self.executor.undo(review.subject_id, reviewer=review.reviewer)

    async def recover(self) -> list[Action]:
        """Finish what was begun and tell the fuse gauge what is left."""
        finished = await self.executor.recover()
        spent = await asyncio.to_thread(self.ledger.spent, at=self.clock.now())
        self.metrics.fuse.set(max(0, self.fuse.per_hour - spent))
        return finished


class Planner(Protocol):
    """What alerting's policy offers: who must be told of an incident as it stands, purely."""

    def __call__(
        self,
        case: Case,
        *,
        sent: Sequence[Delivery],
        reachable: frozenset[tuple[str, Channel]],
        now: datetime,
    ) -> list[Notification]:
        """Return a notification per person and channel that is to be told and was not yet."""
        ...

    def outdated(self, case: Case, *, sent: Sequence[Delivery], now: datetime) -> list[str]:
        """Return the ids of what waits to be sent and has lost its point."""
        ...


class Sender(Protocol):
    """What delivers the outbox."""

    async def deliver(self) -> int:
        """Try what is due; return how many were accepted."""
        ...


STALE = timedelta(minutes=15)
"""A step read later than this is history: what it led to may be over, a later step may follow."""
UNDISTURBED = timedelta(seconds=10)
"""When nothing was heard of an incident for so long, its newest step is how it stands."""


@dataclass(frozen=True, slots=True)
class Alert:
    """incidents, reviews, receipts → outbox → people."""

    planner: Planner
    cases: Cases
    outbox: Outbox
    sender: Sender
    clock: Clock

    async def __call__(self, event: IncidentEvent) -> int:
        """Queue what this step calls for; return how many notifications were new."""
        return await asyncio.to_thread(self._hear, event)

    async def answered(self, review: Review) -> int:
        """Take in a person's word on an incident, and queue what follows from it."""
        if review.subject is not Subject.INCIDENT:
            return 0
        return await asyncio.to_thread(self._answered, review)

    async def told(self, receipt: DeliveryReceipt) -> None:
        """Take in what a gateway tells of a message; one that is lost is no page."""
        await asyncio.to_thread(self.outbox.told, receipt)

    async def alive(self) -> None:
        """Return when the database answers.

        Raises:
            Transient: it does not.
        """
        await asyncio.to_thread(self.outbox.pending)

    async def deliver(self) -> int:
        """Look at every open case, then try what is due; return how many were accepted."""
        await asyncio.to_thread(self._look)
        return await self.sender.deliver()

    def _hear(self, event: IncidentEvent) -> int:
        now = self.clock.now()
        case = self.cases.heard(event, at=now)
        return 0 if now - event.at > STALE else self._plan(case, now)

    def _answered(self, review: Review) -> int:
        now = self.clock.now()
        case = self.cases.answered(review)
        return self._plan(case, now) if case else 0

    def _look(self) -> None:
        now = self.clock.now()
        for case in self.cases.open():
            if now - case.heard >= UNDISTURBED:
                self._plan(case, now)

    def _plan(self, case: Case, now: datetime) -> int:
        incident = case.event.incident_id
        sent = self.outbox.deliveries(incident)
        self.outbox.withdraw(self.planner.outdated(case, sent=sent, now=now), at=now)
        planned = self.planner(case, sent=sent, reachable=self.outbox.reachable(), now=now)
        if case.closed and not planned and not any(one.waits for one in sent):
            self.cases.settle(incident)
        return self.outbox.enqueue(planned)


@dataclass(frozen=True, slots=True)
class Record:
    """every topic → database."""

    models: ReadModels

    async def assessments(self, batch: Sequence[Assessment]) -> None:
        """Store posts with their scores; a canary is nobody's post."""
        posts = [assessment for assessment in batch if not is_canary(assessment.post)]
        await asyncio.to_thread(self.models.assessments, posts)

    async def incidents(self, batch: Sequence[IncidentEvent]) -> None:
        """Store the steps of incidents."""
        await asyncio.to_thread(self.models.incidents, batch)

    async def actions(self, batch: Sequence[Action]) -> None:
        """Store what became of actions."""
        await asyncio.to_thread(self.models.actions, batch)

    async def reviews(self, batch: Sequence[Review]) -> None:
        """Store what people decided."""
        await asyncio.to_thread(self.models.reviews, batch)

    async def dead_letters(self, batch: Sequence[DeadLetter]) -> None:
        """Store what could not be read, without its content."""
        await asyncio.to_thread(self.models.dead_letters, batch)


Pipeline = Classify | Detect | Moderate | Alert | Record
"""What `streams.app.build_app` turns into a Faust app."""
