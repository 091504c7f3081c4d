"""Faust on the embedded broker, which answers a fetch at once or after its longest wait.

A real broker answers as soon as something comes. This one looks again only when the wait is over,
and Faust's is 1.5 s, which every hop of the flow would cost. Faust has no setting for it.
"""

import aiokafka  # type: ignore[import-untyped]
import faust
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport

FETCH_WAIT_MS = 20


class _Thread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Transport) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - read when it starts
        return consumer


class _Consumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class _Transport(Transport):
    Consumer = _Consumer


def shorten_waits(app: faust.App) -> None:
    """Make an app that is not started yet ask the embedded broker often."""
    app.transport = _Transport(app.conf.broker_consumer, app)
