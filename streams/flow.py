"""Faust, spoken in the words of the flow: read, write, every so often, on each hand-over."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import faust
from faust.types import TP, ChannelT, ProducerT
from mode.types.signals import SignalHandlerT

from streams.agents.reading import InBatches, OneByOne
from streams.edge import Edge, Send, Stage
from streams.outlet import Hand, Headers, Outlet
from streams.periodic import Periodic
from streams.roles import Role
from vigie.ports import Clock
from vigie.telemetry.metrics import Metrics
from vigie.topics import DEAD_LETTERS, Topics
from vigie.wire import Decoder

T = TypeVar("T")

OpenChannel = Callable[[faust.App, tuple[str, ...]], ChannelT[Any]]
"""Open what carries these topics; tests hand in channels in memory."""


def open_topic(app: faust.App, names: tuple[str, ...]) -> ChannelT[Any]:
    """Open topics of Kafka, bytes as they are."""
    return app.topic(
        *names, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )


@dataclass(frozen=True, slots=True)
class Batching:
    """How many records are taken together, and how long they wait for company."""

    size: int
    linger: timedelta


class Flow:
    """The app of one role while it is being put together."""

    def __init__(  # noqa: PLR0913 - what a role is made of
        self,
        app: faust.App,
        role: Role,
        topics: Topics,
        *,
        clock: Clock,
        metrics: Metrics,
        open_channel: OpenChannel | None,
    ) -> None:
        self.app = app
        self._role = role
        self._topics = topics
        self._open_channel = open_channel
        self._edge = Edge(
            role=role,
            clock=clock,
            metrics=metrics,
            bury=self._outlet(DEAD_LETTERS),
            graveyard=topics.name(DEAD_LETTERS),
        )

    def write(self, topic: str) -> Send:
        """Return the way out to a topic; it holds on until the broker has taken everything."""
        return self._edge.persistent(self._outlet(topic))

    def read(self, name: str, topic: str, type_: type[T], stage: Stage[T]) -> None:
        """Take the records of a topic through the stage one by one."""
        agent = OneByOne(self._edge, Decoder(type_), stage)
        self._agent(name, (topic,), stage, lambda stream: agent(stream.events()))

    def read_batches(
        self,
        name: str,
        topics: Sequence[str],
        type_: type[T],
        stage: Stage[Sequence[T]],
        batching: Batching,
    ) -> None:
        """Take the records of topics through the stage in batches."""
        agent = InBatches(self._edge, Decoder(type_), stage)
        within = batching.linger.total_seconds()
        self._agent(
            name, topics, stage, lambda stream: agent(stream.take_events(batching.size, within))
        )

    def table(self, name: str) -> MutableMapping[bytes, bytes]:
        """Return a table in memory whose truth is its changelog."""
        return self.app.Table(
            name, key_type=bytes, value_type=bytes, partitions=self._topics.partitions
        )

    def every(
        self,
        seconds: float,
        name: str,
        work: Callable[[], Awaitable[object]],
        *,
        where_first_of: str | None = None,
    ) -> None:
        """Do the work every so many real seconds, and whenever partitions were handed out.

        `where_first_of`: only where partition 0 of this topic is read, so in one process of all.
        """
        due = (lambda: True) if where_first_of is None else self._reads_first_of(where_first_of)
        periodic = Periodic(self._edge, work, due)
        self.app.timer(seconds, name=name)(periodic.__call__)
        self.app.on_rebalance_complete.connect(_hearing(periodic.begin))
        self.app.on_before_shutdown.connect(_hearing(periodic.finish))

    def on_hand_over(self, forget: Callable[[], None]) -> None:
        """Call this whenever partitions go or come."""
        self.app.on_partitions_revoked.connect(_hearing(forget))
        self.app.on_partitions_assigned.connect(_hearing(forget))

    def _agent(
        self,
        name: str,
        topics: Sequence[str],
        stage: object,
        run: Callable[[Any], Awaitable[None]],
    ) -> None:
        run.__doc__ = stage.__doc__
        names = tuple(self._topics.name(topic) for topic in topics)
        self.app.agent(self._open(names), name=name)(run)

    def _open(self, names: tuple[str, ...]) -> ChannelT[Any]:
        return (self._open_channel or open_topic)(self.app, names)

    def _outlet(self, topic: str) -> Outlet:
        name = self._topics.name(topic)
        hand = _to_kafka(self.app, name) if self._open_channel is None else self._to_channel(name)
        return Outlet(hand, source=f"/vigie/{self._role}")

    def _to_channel(self, name: str) -> Hand:
        channel = self._open((name,))

        async def hand(key: bytes, value: bytes, headers: Headers) -> Awaitable[object]:
            return await channel.send(key=key, value=value, headers=headers)

        return hand

    def _reads_first_of(self, topic: str) -> Callable[[], bool]:
        first = TP(self._topics.name(topic), 0)
        return lambda: first in self.app.consumer.assignment()


def _to_kafka(app: faust.App, topic: str) -> Hand:
    """Give records to the producer itself: half the CPU of `topic.send`, the same promises."""

    async def hand(key: bytes, value: bytes, headers: Headers) -> Awaitable[object]:
        producer: ProducerT = app.producer
        # `app.maybe_start_producer` gives way to other tasks each time: one request per record.
        await producer.maybe_start()
        return await producer.send(topic, key, value, None, None, headers)

    return hand


def _hearing(call: Callable[[], Awaitable[None] | None]) -> SignalHandlerT[Any]:
    """Return the call as a receiver of signals, whatever they tell."""

    def hear(*_: object, **__: object) -> Any:  # noqa: ANN401 - Faust awaits what can be awaited
        return call()

    return hear
