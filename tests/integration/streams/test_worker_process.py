"""A role as a process of its own against the embedded broker: arrival, work, end."""

import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry

from config.settings import Kafka, Worker
from streams.roles import Role
from vigie.demo.broker import EmbeddedBroker
from vigie.domain.assessment import Assessment
from vigie.errors import Misconfigured
from vigie.kafka.producer import PostWriter
from vigie.telemetry.metrics import Metrics
from vigie.telemetry.serving import serving
from vigie.testing.builders import a_post
from vigie.testing.kafka_records import stored_records
from vigie.topics import Topics
from vigie.wire import Decoder

# ruff: noqa: ANN401 - `work` is a fixture; its class is in conftest, out of reach of an import

TOPICS = Topics("essai.", 4)


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """A broker with every topic of the catalogue."""
    with EmbeddedBroker([(name, 4) for name, _ in TOPICS]) as broker:
        yield broker


def a_free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def assessed(kafka: Kafka, count: int) -> list[str]:
    """Wait for so many assessments and return the ids of their posts."""
    deadline = time.monotonic() + 30
    while len(stored := stored_records(kafka, TOPICS.name("assessments"))) < count:
        assert time.monotonic() < deadline, f"{len(stored)} of {count}"
        time.sleep(0.1)
    return [Decoder(Assessment)(record.value).post.id for record in stored]


def metric(port: int, line: str) -> None:
    """Wait until the worker's metrics have this line."""
    deadline = time.monotonic() + 10
    while True:
        with urlopen(f"http://127.0.0.1:{port}/metrics") as page:
            told = page.read().decode().splitlines()
        if line in told:
            return
        assert time.monotonic() < deadline, told
        time.sleep(0.1)


def test_a_role_assesses_what_arrives_tells_its_lag_and_ends_when_told(
    broker: EmbeddedBroker, work: Any
) -> None:
    """Exit code 0, every post once, no error in the log."""
    kafka = Kafka(bootstrap=broker.bootstrap, topic_prefix="essai.", embedded=True)
    port = a_free_port()
    worker = work({"bootstrap": broker.bootstrap, "embedded": True}, {"metrics_port": port})
    worker.says("ready group=essai.classify")
    with PostWriter(kafka, source="/vigie/test") as writer:
        writer.write([a_post(n) for n in range(20)])
    assert sorted(assessed(kafka, 20)) == sorted(f"practice:{n}" for n in range(20))
    metric(port, "vigie_assessments_total 20.0")
    metric(port, 'vigie_consumer_lag_records{partition="0",topic="essai.comments"} 0.0')
    assert worker.end() == 0
    worker.says("ended group=essai.classify")
    assert not [line for line in worker.lines if "level=error" in line]


def test_a_role_waits_for_its_broker_one_line_per_try(work: Any) -> None:
    """And can be told to end meanwhile."""
    worker = work({"bootstrap": "127.0.0.1:9"})
    lines = worker.says("waiting for Kafka at 127.0.0.1:9: nobody listens there", times=2)
    assert ["pause=0.5s" in lines[0], "pause=1s" in lines[1]] == [True, True]
    assert worker.lines == lines
    assert worker.end() == 0


def test_a_role_says_which_topics_it_lacks(work: Any) -> None:
    """And which command makes them."""
    with EmbeddedBroker([("essai.mentions", 4), ("essai.assessments", 4)]) as broker:
        worker = work({"bootstrap": broker.bootstrap, "embedded": True})
        worker.says(
            "no topic essai.comments, essai.dead-letters: run `vigie topics create`; pause=0.5s"
        )


def test_a_role_refuses_topics_with_other_partitions_than_the_settings(
    broker: EmbeddedBroker, work: Any
) -> None:
    """A key would not find its table."""
    worker = work({"bootstrap": broker.bootstrap, "embedded": True, "partitions": 8})
    worker.says("has 4 partitions: set kafka.partitions to what the topics have")


def test_a_metrics_port_that_is_taken_is_named() -> None:
    """Every role has its own, counted from the one in the settings."""
    metrics = Metrics(CollectorRegistry())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Worker(metrics_port=port - 1)
        with (
            pytest.raises(Misconfigured, match=f"port {port} for metrics is taken"),
            serving(metrics, settings, list(Role).index(Role.DETECT)),
        ):
            pass
