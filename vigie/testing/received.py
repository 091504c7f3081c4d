"""Records as a role receives them, and a topic that remembers, without Kafka and Faust."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from vigie.wire import Value, encode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Received:
    """A record as an agent gets it."""

    value: bytes | None
    message: Place


@dataclass(slots=True)
class Sent:
    """A topic that remembers what it was given; `failures` come first, one per call."""

    values: list[Value] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def __call__(self, values: Sequence[Value]) -> None:
        """Take the values, or fail as planned."""
        if self.failures:
            raise self.failures.pop(0)
        self.values.extend(values)


def received(
    *payloads: Value | bytes | None, topic: str = "vigie.comments", partition: int = 2
) -> list[Received]:
    """Return the payloads as records of one partition, with offsets from 0."""
    raw = [p if p is None or isinstance(p, bytes) else encode(p) for p in payloads]
    return [Received(value, Place(topic, partition, n)) for n, value in enumerate(raw)]


async def feed(*items: T) -> AsyncIterator[T]:
    """Yield the items as a stream would."""
    for item in items:
        yield item
