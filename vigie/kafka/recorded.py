"""Reads what the assessments topic still holds, without joining any group: a look, no consumption.

Records carry the time at which they were assessed, on the installation's own clock; it decides,
not the broker's, which a drill leaves behind.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from kafka import KafkaConsumer, TopicPartition  # type: ignore[import-untyped]

from config.settings import Kafka
from vigie.domain.assessment import Assessment
from vigie.domain.canary import is_canary
from vigie.errors import Misconfigured, Unprocessable
from vigie.kafka.connection import client_arguments, require_broker, translated
from vigie.topics import ASSESSMENTS, Topics
from vigie.wire import Decoder

logger = logging.getLogger(__name__)


def recorded_assessments(kafka: Kafka, since: datetime | None = None) -> Iterator[Assessment]:
    """Yield the assessments up to the topic's present end, those before `since` left out.

    A record that cannot be read is logged by its place and left out.

    Raises:
        Transient: no broker answers.
        Misconfigured: there is no such topic.
    """
    require_broker(kafka)
    return _decoded(kafka, Topics(kafka.topic_prefix, kafka.partitions).name(ASSESSMENTS), since)


def _decoded(kafka: Kafka, topic: str, since: datetime | None) -> Iterator[Assessment]:
    decode = Decoder(Assessment)
    for partition, offset, value in _records(kafka, topic):
        try:
            assessment = decode(value)
        except Unprocessable as refusal:
            logger.warning("record=skipped place=%s:%d:%d %s", topic, partition, offset, refusal)
            continue
        wanted = since is None or assessment.assessed >= since
        if wanted and not is_canary(assessment.post):
            yield assessment


def _records(kafka: Kafka, topic: str) -> Iterator[tuple[int, int, bytes]]:
    """Yield partition, offset and value of every record there is now."""
    with translated(kafka):
        consumer = KafkaConsumer(
            **client_arguments(kafka), auto_offset_reset="earliest", enable_auto_commit=False
        )
        try:
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                message = f"the topic {topic} does not exist: run `vigie topics create`"
                raise Misconfigured(message)
            partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
            consumer.assign(partitions)
            ends = consumer.end_offsets(partitions)
            while any(consumer.position(one) < end for one, end in ends.items()):
                for one, records in consumer.poll(timeout_ms=500).items():
                    for record in records:
                        # What was written meanwhile may come along; it is not asked for.
                        if record.offset < ends[one]:
                            yield one.partition, record.offset, record.value
        finally:
            consumer.close()
