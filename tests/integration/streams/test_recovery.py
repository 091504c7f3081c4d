"""Delivery on a real Kafka: a worker is killed, a broker is killed, and nothing is lost."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from config.settings import Kafka
from vigie.domain.assessment import Assessment
from vigie.kafka import topics
from vigie.kafka.producer import PostWriter
from vigie.testing.builders import a_post
from vigie.testing.kafka_records import stored_records
from vigie.testing.kafka_server import KafkaServer
from vigie.wire import Decoder

# ruff: noqa: ANN401 - `work` is a fixture; its class is in conftest, out of reach of an import

pytestmark = pytest.mark.kafka

RECOVERED_WITHIN_S = 10.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A real broker of one node."""
    with KafkaServer(tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture
def kafka(server: KafkaServer, request: pytest.FixtureRequest) -> Kafka:
    """The broker, with topics of this test alone."""
    kafka = Kafka(bootstrap=server.bootstrap, topic_prefix=f"{request.node.name[:20]}.")
    topics.create(kafka)
    return kafka


def write(kafka: Kafka, numbers: range) -> None:
    """Write so many posts."""
    with PostWriter(kafka, source="/vigie/test") as writer:
        writer.write([a_post(n, conversation=f"practice:pub-{n % 7}") for n in numbers])


def wait_for(kafka: Kafka, numbers: range, *, within: float) -> list[str]:
    """Wait until all of these posts are assessed; return the ids of all assessed posts."""
    wanted = {f"practice:{n}" for n in numbers}
    deadline = time.monotonic() + within
    while True:
        stored = stored_records(kafka, f"{kafka.topic_prefix}assessments")
        ids = [Decoder(Assessment)(record.value).post.id for record in stored]
        if wanted <= set(ids):
            return ids
        assert time.monotonic() < deadline, f"{len(wanted - set(ids))} posts are missing"
        time.sleep(0.1)


def test_a_worker_that_is_killed_works_again_within_ten_seconds(kafka: Kafka, work: Any) -> None:
    """What arrived meanwhile is assessed, nothing is missing.

    The time is Kafka's: it begins when Python and our modules are loaded.
    """
    section = {"bootstrap": kafka.bootstrap, "topic_prefix": kafka.topic_prefix}
    first = work(section)
    write(kafka, range(100))
    wait_for(kafka, range(100), within=30)
    first.process.kill()
    first.process.wait()
    write(kafka, range(100, 200))
    work(section).says("starting group=")
    wait_for(kafka, range(200), within=RECOVERED_WITHIN_S)


def test_a_worker_survives_a_broker_that_is_killed(
    kafka: Kafka, server: KafkaServer, work: Any
) -> None:
    """It goes on where it stood; its log stays readable."""
    worker = work({"bootstrap": kafka.bootstrap, "topic_prefix": kafka.topic_prefix})
    write(kafka, range(100))
    wait_for(kafka, range(100), within=30)
    server.kill()
    time.sleep(2)
    server.restart()
    write(kafka, range(100, 200))
    ids = wait_for(kafka, range(200), within=40)
    assert len(ids) < 400
    assert worker.process.poll() is None
    assert len(worker.lines) < 60
    assert worker.end() == 0
