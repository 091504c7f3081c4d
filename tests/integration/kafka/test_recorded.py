"""What was assessed can be read again, as often as one likes, and nothing else is touched."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from kafka import KafkaProducer

from config.settings import Kafka
from vigie import wire
from vigie.demo.broker import EmbeddedBroker
from vigie.errors import Misconfigured, Transient
from vigie.kafka.connection import client_arguments
from vigie.kafka.recorded import recorded_assessments
from vigie.testing.builders import a_post, an_assessment
from vigie.testing.clock import START

ASSESSMENTS = [
    replace(an_assessment(a_post(number)), assessed=START + timedelta(hours=number))
    for number in range(40)
]


@pytest.fixture
def kafka() -> Iterator[Kafka]:
    """A broker whose assessments topic holds some, and one record that nobody can read."""
    with EmbeddedBroker([("vigie.assessments", 4)]) as broker:
        settings = Kafka(bootstrap=broker.bootstrap, embedded=True)
        producer = KafkaProducer(**client_arguments(settings), enable_idempotence=False)
        for number, assessment in enumerate(ASSESSMENTS):
            producer.send("vigie.assessments", wire.encode(assessment), partition=number % 4)
        producer.send("vigie.assessments", b"secret words", partition=0)
        producer.flush()
        producer.close()
        yield settings


def test_everything_that_is_recorded_comes_as_often_as_it_is_asked_for(
    kafka: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    """No group is joined, so no worker loses a record; what is unreadable is named by its place."""
    caplog.set_level(logging.WARNING, "vigie.kafka.recorded")
    for _ in range(2):
        found = list(recorded_assessments(kafka))
        assert sorted(found, key=lambda one: one.assessed) == ASSESSMENTS
    assert "place=vigie.assessments:0:10" in caplog.text
    assert "secret" not in caplog.text


def test_only_what_was_assessed_since_then_comes_where_a_time_is_given(kafka: Kafka) -> None:
    """By the time in the record: that of the installation's own clock."""
    found = recorded_assessments(kafka, START + timedelta(hours=30))
    assert {one.post.id for one in found} == {f"practice:{number}" for number in range(30, 40)}


def test_a_missing_topic_is_named() -> None:
    """With the command that makes it."""
    with EmbeddedBroker([("other.assessments", 1)]) as broker:
        kafka = Kafka(bootstrap=broker.bootstrap, embedded=True)
        with pytest.raises(Misconfigured, match="run `vigie topics create`"):
            list(recorded_assessments(kafka))


def test_an_unreachable_broker_is_told_before_anything_else_is_done() -> None:
    """A model that takes seconds to load is not loaded for nothing."""
    with pytest.raises(Transient, match="no Kafka broker answers"):
        recorded_assessments(Kafka(bootstrap="127.0.0.1:1"))
