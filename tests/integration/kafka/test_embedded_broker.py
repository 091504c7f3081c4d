"""The embedded broker carries what Vigie writes, under its keys and with its envelope."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from kafka.partitioner.default import murmur2

from config.settings import Kafka
from vigie import wire
from vigie.demo.broker import EmbeddedBroker
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Kind, Post
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.kafka.producer import PostWriter
from vigie.testing.builders import a_post
from vigie.testing.clock import START
from vigie.testing.kafka_records import stored_records
from vigie.topics import Topics

TOPICS = Topics("vigie.", 4)


@pytest.fixture
def kafka() -> Iterator[Kafka]:
    """A broker with every topic of the catalogue."""
    with EmbeddedBroker([(name, 4) for name, _ in TOPICS]) as broker:
        yield Kafka(bootstrap=broker.bootstrap, embedded=True)


def test_posts_go_to_their_topic_by_kind_and_to_one_partition_by_conversation(kafka: Kafka) -> None:
    """Java's partitioner, so that every producer of Vigie agrees on where a key lives."""
    posts = [a_post(n, conversation=f"practice:pub-{n % 5}") for n in range(50)]
    mentions = [replace(post, kind=Kind.MENTION) for post in posts]
    with PostWriter(kafka, source="/vigie/test") as writer:
        writer.write([*posts, *mentions])
    decode = wire.Decoder(Post)
    for topic, sent in ((TOPICS.name("comments"), posts), (TOPICS.name("mentions"), mentions)):
        stored = stored_records(kafka, topic)
        assert sorted(decode(record.value).id for record in stored) == sorted(p.id for p in sent)
        for record in stored:
            assert record.key == decode(record.value).conversation.encode()
            assert record.partition == (murmur2(record.key) & 0x7FFFFFFF) % 4


def test_the_envelope_is_a_cloud_event(kafka: Kafka) -> None:
    """Binary mode: attributes in headers, the value alone in the record."""
    with PostWriter(kafka, source="/vigie/test") as writer:
        writer.write([a_post()])
    (record,) = stored_records(kafka, "vigie.comments")
    assert record.headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"practice:1#created",
        "ce_source": b"/vigie/test",
        "ce_type": b"org.vigie.post",
        "ce_time": START.isoformat().encode(),
        "content-type": b"application/json",
    }


def test_reviews_and_dead_letters_have_their_own_topics_and_keys(kafka: Kafka) -> None:
    """A review is keyed by what it is about, a dead letter by where it came from."""
    review = Review(
        id="r1",
        subject=Subject.ACTION,
        subject_id="hide:practice:1#created",
        key="practice:pub-1",
        verdict=ReviewVerdict.UNDO,
        reviewer="operator",
        at=START,
    )
    letter = DeadLetter(
        id="d1", origin="posts.jsonl", position="7", reason="no", payload=b"\xff\0", at=START
    )
    with PostWriter(kafka, source="/vigie/test") as writer:
        writer.write([review, letter])
    (stored_review,) = stored_records(kafka, "vigie.reviews")
    (stored_letter,) = stored_records(kafka, "vigie.dead-letters")
    assert (stored_review.key, wire.Decoder(Review)(stored_review.value)) == (
        b"practice:pub-1",
        review,
    )
    assert (stored_letter.key, wire.Decoder(DeadLetter)(stored_letter.value)) == (
        b"posts.jsonl",
        letter,
    )


def test_the_broker_says_nothing_on_the_terminal(
    kafka: Kafka, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not even about a client that breaks off in the middle; the others are served."""
    host, port = kafka.bootstrap.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"\0\0\0\x7fhalf a request")
    with PostWriter(kafka, source="/vigie/test") as writer:
        writer.write([a_post()])
    assert capfd.readouterr() == ("", "")


def test_two_brokers_can_live_in_one_process_one_after_the_other() -> None:
    """Nothing of the first is left in the second."""
    for _ in range(2):
        with EmbeddedBroker([("vigie.comments", 4)]) as broker:
            kafka = Kafka(bootstrap=broker.bootstrap, embedded=True)
            assert stored_records(kafka, "vigie.comments") == []
            with PostWriter(kafka, source="/vigie/test") as writer:
                writer.write([a_post()])


def test_as_a_process_it_says_where_it_is_and_ends_when_asked() -> None:
    """Its first line is the bootstrap string, at once, also through a pipe."""
    command = "from vigie.demo.broker import serve; serve([('vigie.comments', 4)])"
    with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        bootstrap = process.stdout.readline().decode().strip()
        kafka = Kafka(bootstrap=bootstrap, embedded=True)
        with PostWriter(kafka, source="/vigie/test") as writer:
            writer.write([a_post()])
        process.terminate()
        assert process.wait(timeout=20) == 0
