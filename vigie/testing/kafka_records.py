"""Reads what stands in a topic now, so that tests can compare it with what should."""

from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition  # type: ignore[import-untyped]

from config.settings import Kafka
from vigie.kafka.connection import client_arguments


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record as the broker has it."""

    partition: int
    key: bytes
    value: bytes
    headers: dict[str, bytes]


def stored_records(kafka: Kafka, topic: str) -> list[StoredRecord]:
    """Return every record of the topic up to its present end, partition by partition."""
    consumer = KafkaConsumer(**client_arguments(kafka), auto_offset_reset="earliest")
    try:
        partitions = [
            TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()
        ]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        found: list[StoredRecord] = []
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for records in consumer.poll(timeout_ms=500).values():
                found += [
                    StoredRecord(record.partition, record.key, record.value, dict(record.headers))
                    for record in records
                ]
        return sorted(found, key=lambda record: record.partition)
    finally:
        consumer.close()
