"""Where a role meets unreadable records, bad weather and its own bugs, so that it outlives them.

The one place that catches broadly. It knows nothing of Faust: records come as anything with a
value and a place.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from streams.backoff import Backoff
from streams.failure import Failure, Kind, failure_of
from vigie.domain.dead_letter import DeadLetter
from vigie.errors import Unprocessable
from vigie.ports import Clock
from vigie.telemetry.metrics import Metrics
from vigie.wire import Decoder, Value

logger = logging.getLogger(__name__)

T = TypeVar("T")

KEPT_BYTES = 600_000
"""A dead letter keeps this much of its record: in base64 it still fits Kafka's 1 MB default."""

Send = Callable[[Sequence[Value]], Awaitable[None]]
"""Hand values to a topic; it returns once the broker has them all."""

Stage = Callable[[T], Awaitable[object]]
"""What is done with what was read: single values or batches of them."""


class Place(Protocol):
    """Where a record stands in Kafka."""

    topic: str
    partition: int
    offset: int


class Event(Protocol):
    """A record as it was received; its value is None where somebody sent a tombstone."""

    value: bytes | None

    @property
    def message(self) -> Place:
        """Where it came from."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The edge of one role; `graveyard` is the topic that `bury` sends to."""

    role: str
    clock: Clock
    metrics: Metrics
    bury: Send
    graveyard: str
    backoff: Backoff = field(default_factory=Backoff)

    async def attempt(self, work: Callable[[], Awaitable[object]]) -> Failure | None:
        """Try once; return why it failed, counted and logged."""
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the one boundary: a bug costs a record, not a role
            return self._noted(failure_of(error))
        return None

    async def persist(self, work: Callable[[], Awaitable[object]]) -> Failure | None:
        """Try until it succeeds or fails for good; return why it failed for good."""
        for pause in self.backoff:
            failure = await self.attempt(work)
            if failure is None or failure.kind is not Kind.TRANSIENT:
                return failure
            await asyncio.sleep(max(pause, self.clock.seconds(failure.retry_after)))
        raise AssertionError  # pauses never end

    def persistent(self, send: Send) -> Send:
        """Return the same way out, tried again by itself: what led to it is not done twice."""

        async def until_accepted(values: Sequence[Value]) -> None:
            if failure := await self.persist(lambda: send(values)):
                raise Unprocessable(failure.reason)

        return until_accepted

    async def single(self, event: Event, decode: Decoder[T], stage: Stage[T]) -> None:
        """Take one record through the stage, or to the dead letters."""
        await self.batch([event], decode, lambda values: stage(values[0]))

    async def batch(
        self, events: Sequence[Event], decode: Decoder[T], stage: Stage[Sequence[T]]
    ) -> None:
        """Take records through the stage together.

        Where that fails for good they go one at a time, so that only what is at fault is buried.
        """
        readable = await self._readable(events, decode)
        if not readable:
            return
        failure = await self.persist(lambda: stage([value for _, value in readable]))
        if failure is None:
            return
        if len(readable) == 1:
            await self._bury(readable[0][0], failure)
            return
        for event, value in readable:
            await self._alone(event, value, stage)

    async def _alone(self, event: Event, value: T, stage: Stage[Sequence[T]]) -> None:
        if failure := await self.persist(lambda: stage([value])):
            await self._bury(event, failure)

    async def _readable(self, events: Sequence[Event], decode: Decoder[T]) -> list[tuple[Event, T]]:
        readable = []
        for event in events:
            try:
                readable.append((event, decode(event.value or b"")))
            except Unprocessable as error:
                await self._bury(event, self._noted(failure_of(error)))
        return readable

    def _noted(self, failure: Failure) -> Failure:
        self.metrics.errors.labels(self.role, failure.kind).inc()
        level = logging.WARNING if failure.kind is Kind.TRANSIENT else logging.ERROR
        logger.log(level, "failed role=%s kind=%s: %s", self.role, failure.kind, failure.reason)
        return failure

    async def _bury(self, event: Event, failure: Failure) -> None:
        place = event.message
        position = f"{place.partition}:{place.offset}"
        logger.error("buried origin=%s position=%s: %s", place.topic, position, failure.reason)
        if place.topic == self.graveyard:  # it is kept already, and would come back without end
            return
        self.metrics.dead_letters.labels(place.topic).inc()
        letter = DeadLetter(
            id=f"{place.topic}:{position}",
            origin=place.topic,
            position=position,
            reason=failure.reason,
            payload=(event.value or b"")[:KEPT_BYTES],
            at=self.clock.now(),
        )
        await self.persist(lambda: self.bury([letter]))
