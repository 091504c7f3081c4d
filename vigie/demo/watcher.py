"""Reads the topics beside the roles, to show and to count what really passed on them."""

import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from kafka import KafkaConsumer, TopicPartition  # type: ignore[import-untyped]

from vigie import topics
from vigie.domain.action import Action
from vigie.domain.assessment import Assessment
from vigie.domain.incident import IncidentEvent
from vigie.topics import Topics
from vigie.wire import Decoder, Value


class Watcher:
    """Calls `on_value` from a thread with every distinct assessment, incident step and action.

    `assessed` holds the event ids of the posts assessed so far.
    """

    def __init__(
        self, consumer: KafkaConsumer, names: Topics, on_value: Callable[[Value], None]
    ) -> None:
        self._consumer = consumer
        self._partitions = names.partitions
        self._decoders: dict[str, Decoder[Any]] = {
            names.name(topics.ASSESSMENTS): Decoder(Assessment),
            names.name(topics.INCIDENTS): Decoder(IncidentEvent),
            names.name(topics.ACTIONS): Decoder(Action),
        }
        self._on_value = on_value
        self._seen: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.assessed: set[str] = set()

    def __enter__(self) -> Self:
        self._consumer.assign(
            [
                TopicPartition(topic, number)
                for topic in self._decoders
                for number in range(self._partitions)
            ]
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._consumer.close()

    def _watch(self) -> None:
        while not self._ended.is_set():
            for value in self._values():
                identity = _identity(value)
                if identity not in self._seen:
                    self._seen.add(identity)
                    self._on_value(value)

    def _values(self) -> Iterator[Value]:
        for partition, records in self._consumer.poll(timeout_ms=100).items():
            decode = self._decoders[partition.topic]
            for record in records:
                value: Value = decode(record.value)
                if isinstance(value, Assessment):
                    self.assessed.add(value.post.event_id)
                yield value


def _identity(value: Value) -> str:
    match value:
        case Assessment():
            return value.post.event_id
        case IncidentEvent():
            return value.id
        case Action():
            return f"{value.id} {value.state}"
        case _:
            return repr(value)
