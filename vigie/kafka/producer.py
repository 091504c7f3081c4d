"""Writes posts, reviews, receipts and dead letters from outside the roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self

from kafka import KafkaProducer  # type: ignore[import-untyped]
from kafka.errors import KafkaTimeoutError  # type: ignore[import-untyped]
from kafka.producer.future import FutureRecordMetadata  # type: ignore[import-untyped]

from config.settings import Kafka
from vigie import wire
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.notification import DeliveryReceipt
from vigie.domain.post import Kind, Post
from vigie.domain.review import Review
from vigie.errors import Misconfigured
from vigie.kafka.connection import ANSWER_TIMEOUT, client_arguments, require_broker, translated
from vigie.topics import COMMENTS, DEAD_LETTERS, MENTIONS, RECEIPTS, REVIEWS, Topics

Record = Post | Review | DeliveryReceipt | DeadLetter

DELIVERY_TIMEOUT: Final = timedelta(seconds=60)
"""How long a record is tried for: longer than a broker takes to restart on a busy machine."""


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a record goes and what its envelope says."""

    topic: str
    key: str
    id: str
    time: datetime


class PostWriter:
    """One connection to the broker; `source` is the CloudEvents source, such as /vigie/ingest.

    Its methods may be called from several threads. Keys are spread as Java's client does
    (murmur2), like everywhere in Vigie.

    Raises:
        Transient: no broker answers.
    """

    def __init__(self, kafka: Kafka, *, source: str) -> None:
        self._kafka = kafka
        self._source = source
        self._topics = Topics(kafka.topic_prefix, kafka.partitions)
        self._known: set[str] = set()
        require_broker(kafka)
        with translated(kafka):
            self._producer = KafkaProducer(
                **client_arguments(kafka),
                acks="all",
                # The embedded broker has no producer state worth asking for.
                enable_idempotence=not kafka.embedded,
                allow_auto_create_topics=False,
                max_block_ms=int(ANSWER_TIMEOUT / timedelta(milliseconds=1)),
                delivery_timeout_ms=int(DELIVERY_TIMEOUT / timedelta(milliseconds=1)),
                linger_ms=5,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back; everything that `write` returned for is safe already."""
        self._producer.close(timeout=ANSWER_TIMEOUT.total_seconds())

    def write(self, records: Sequence[Record]) -> None:
        """Write the records in order and return once the broker has all of them.

        Raises:
            Transient: the broker does not answer; some may be written, writing all again is safe.
            Misconfigured: a topic does not exist, or the broker refuses a record.
        """
        with translated(self._kafka):
            pending = [self._send(record) for record in records]
            self._producer.flush()
            for future in pending:
                future.get(timeout=0)

    def _send(self, record: Record) -> FutureRecordMetadata:
        address = _address(record)
        topic = self._topics.name(address.topic)
        self._require_topic(topic)
        return self._producer.send(
            topic,
            key=address.key.encode(),
            value=wire.encode(record),
            headers=wire.cloud_event(
                record, id_=address.id, source=self._source, time=address.time
            ),
        )

    def _require_topic(self, topic: str) -> None:
        """Say which topic is missing: the client would only say that it waited."""
        if topic in self._known:
            return
        try:
            self._producer.partitions_for(topic)
        except KafkaTimeoutError as error:
            require_broker(self._kafka)
            message = f"the topic {topic} does not exist: run `vigie topics create`"
            raise Misconfigured(message) from error
        self._known.add(topic)


def _address(record: Record) -> _Address:
    match record:
        case Post():
            topic = COMMENTS if record.kind is Kind.COMMENT else MENTIONS
            return _Address(topic, record.conversation, record.event_id, record.changed)
        case Review():
            return _Address(REVIEWS, record.key, record.id, record.at)
        case DeliveryReceipt():
            return _Address(RECEIPTS, record.provider_id, record.id, record.at)
        case DeadLetter():
            return _Address(DEAD_LETTERS, record.origin, record.id, record.at)
