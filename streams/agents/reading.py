"""How agents read: one record at a time, or in batches; the edge keeps them alive."""

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from streams.edge import Edge, Event, Stage
from vigie.wire import Decoder

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OneByOne(Generic[T]):
    """Takes records through its stage one at a time, in order."""

    edge: Edge
    decode: Decoder[T]
    stage: Stage[T]

    async def __call__(self, events: AsyncIterable[Event]) -> None:
        """Go on until the records end: an event is done when the next one is asked for."""
        async for event in events:
            await self.edge.single(event, self.decode, self.stage)


@dataclass(frozen=True, slots=True)
class InBatches(Generic[T]):
    """Takes records through its stage in batches."""

    edge: Edge
    decode: Decoder[T]
    stage: Stage[Sequence[T]]

    async def __call__(self, batches: AsyncIterable[Sequence[Event]]) -> None:
        """Go on until the records end: a batch is done when the next one is asked for."""
        async for events in batches:
            await self.edge.batch(events, self.decode, self.stage)
