"""Where canaries are let go and come out again: the first topic of the flow and its last."""

from datetime import timedelta
from typing import Final

from kafka import KafkaConsumer, TopicPartition  # type: ignore[import-untyped]

from config.settings import Kafka
from vigie.domain.canary import Canary
from vigie.domain.post import Post
from vigie.errors import Misconfigured, Unprocessable
from vigie.kafka.connection import client_arguments, require_broker, translated
from vigie.kafka.producer import PostWriter
from vigie.topics import CANARIES, Topics
from vigie.wire import Decoder

_WAIT: Final = timedelta(seconds=1)


class KafkaCage:
    """Two connections, made when they are needed, and made anew after the broker was away."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._topic = Topics(kafka.topic_prefix, kafka.partitions).name(CANARIES)
        self._decode = Decoder(Canary)
        self._writer: PostWriter | None = None
        self._consumer: KafkaConsumer | None = None

    def let_go(self, post: Post) -> None:
        """Write the post where the flow begins.

        Raises:
            Transient: the broker does not take it.
            Misconfigured: there is no such topic.
        """
        if self._writer is None:
            self._writer = PostWriter(self._kafka, source="/vigie/canary")
        self._writer.write([post])

    def come_out(self) -> list[Canary]:
        """Return what has come out since the last call, after a second at most.

        Raises:
            Transient: the broker does not answer.
            Misconfigured: there is no such topic.
        """
        require_broker(self._kafka)
        with translated(self._kafka):
            if self._consumer is None:
                self._consumer = self._opened()
            found = self._consumer.poll(timeout_ms=int(_WAIT / timedelta(milliseconds=1)))
        values = [record.value for records in found.values() for record in records]
        return [one for value in values if (one := self._read(value)) is not None]

    def close(self) -> None:
        """Give the connections back."""
        if self._writer is not None:
            self._writer.close()
        if self._consumer is not None:
            self._consumer.close()

    def _opened(self) -> KafkaConsumer:
        """Return a consumer of no group, which begins with what comes next."""
        consumer = KafkaConsumer(**client_arguments(self._kafka), enable_auto_commit=False)
        try:
            self._assign(consumer)
        except BaseException:
            consumer.close()
            raise
        return consumer

    def _assign(self, consumer: KafkaConsumer) -> None:
        numbers = consumer.partitions_for_topic(self._topic)
        if not numbers:
            message = f"the topic {self._topic} does not exist: run `vigie topics create`"
            raise Misconfigured(message)
        partitions = [TopicPartition(self._topic, number) for number in numbers]
        consumer.assign(partitions)
        consumer.seek_to_end(*partitions)
        for partition in partitions:  # looked up now: what comes from here on is read
            consumer.position(partition)

    def _read(self, value: bytes | None) -> Canary | None:
        try:
            return self._decode(value or b"")
        except Unprocessable:
            return None
