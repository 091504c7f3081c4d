"""Topics and ingest on a real Apache Kafka, through broker failures."""

import json
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from config.settings import Kafka
from vigie import wire
from vigie.clock import SystemClock
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Post
from vigie.errors import Misconfigured, Transient
from vigie.intake import Intake
from vigie.kafka import producer as producer_module
from vigie.kafka.connection import client_arguments
from vigie.kafka.ingest import BATCH, IngestReport, ingest
from vigie.kafka.producer import PostWriter
from vigie.kafka.topics import Step, create
from vigie.testing.kafka_records import stored_records
from vigie.testing.kafka_server import KafkaServer
from vigie.topics import CATALOGUE

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka: KafkaServer, request: pytest.FixtureRequest) -> Kafka:
    """An installation of its own on the shared broker."""
    prefix = re.sub(r"\W", "-", request.node.name)
    return Kafka(bootstrap=kafka.bootstrap, topic_prefix=f"{prefix}.", partitions=2)


@pytest.fixture
def admin(kafka: KafkaServer) -> Iterator[KafkaAdminClient]:
    """A look behind the scenes."""
    with KafkaAdminClient(**client_arguments(Kafka(bootstrap=kafka.bootstrap))) as admin:
        yield admin


def configuration(admin: KafkaAdminClient, topic: str) -> dict[str, str]:
    """Return what is set on a topic."""
    resource = ConfigResource(ConfigResourceType.TOPIC, topic)
    found = admin.describe_configs([resource])["topic"][topic]
    return {key: entry["value"] for key, entry in found.items()}


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the broker shows what it has accepted, which takes it a moment."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def lines(count: int) -> list[bytes]:
    """Return comments in ten conversations."""
    return [
        json.dumps(
            {
                "id": f"c{n}",
                "platform": "practice",
                "source": "practice-page",
                "kind": "comment",
                "conversation": f"pub-{n % 10}",
                "author": f"author-{n}",
                "published": "2024-05-06T08:00:00Z",
                "text": f"Bonjour {n}",
            }
        ).encode()
        + b"\n"
        for n in range(count)
    ]


def feed(
    settings: Kafka, file: Path, on_progress: Callable[[int, int | None], None] | None = None
) -> IngestReport:
    """Ingest the file, with its bookmark beside it."""
    with PostWriter(settings, source="/vigie/ingest") as writer:
        return ingest(
            str(file),
            writer=writer,
            intake=Intake(author_key=b"key", max_text=1000),
            clock=SystemClock(),
            data_dir=file.parent,
            on_progress=on_progress or (lambda *_: None),
        )


def stored_ids(settings: Kafka) -> Counter[str]:
    """Return how often each comment stands in its topic."""
    decode = wire.Decoder(Post)
    records = stored_records(settings, f"{settings.topic_prefix}comments")
    return Counter(decode(record.value).native_id for record in records)


def test_topics_are_created_once_and_then_kept(settings: Kafka, admin: KafkaAdminClient) -> None:
    """With their partitions and retention; the second run finds nothing to do."""
    first, second = create(settings), create(settings)
    assert [plan.step for plan in first] == [Step.CREATE] * len(CATALOGUE)
    assert [plan.step for plan in second] == [Step.KEEP] * len(CATALOGUE)
    name = f"{settings.topic_prefix}assessments"
    (described,) = admin.describe_topics([name])
    assert len(described["partitions"]) == 2
    assert configuration(admin, name)["retention.ms"] == str(35 * 24 * 3600 * 1000)
    assert stored_records(settings, name) == []


def test_what_was_changed_by_hand_is_set_right_again(
    settings: Kafka, admin: KafkaAdminClient
) -> None:
    """Retention and cleanup follow the catalogue; what it does not speak of stays."""
    create(settings)
    name = f"{settings.topic_prefix}reviews"
    by_hand = {"retention.ms": "1000", "compression.type": "gzip"}
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, by_hand)])
    eventually(lambda: configuration(admin, name)["retention.ms"] == "1000")
    steps = {plan.name: plan.step for plan in create(settings)}
    assert steps.pop(name) is Step.CONFIGURE
    assert set(steps.values()) == {Step.KEEP}
    right = {
        "cleanup.policy": "delete",
        "retention.ms": str(400 * 24 * 3600 * 1000),
        "compression.type": "gzip",
    }
    eventually(lambda: configuration(admin, name) == right)


@pytest.mark.parametrize("partitions", [1, 5])
def test_another_partition_count_is_refused(settings: Kafka, partitions: int) -> None:
    """In both directions, naming the topics; nothing is touched."""
    create(settings)
    other = settings.model_copy(update={"partitions": partitions})
    with pytest.raises(Misconfigured) as refusal:
        create(other)
    assert f"kafka.partitions is {partitions}" in str(refusal.value)
    assert f"{settings.topic_prefix}comments has 2" in str(refusal.value)
    assert {plan.step for plan in create(settings)} == {Step.KEEP}


def test_more_copies_than_brokers_is_a_sentence(settings: Kafka) -> None:
    """The setting is named."""
    with pytest.raises(Misconfigured, match=r"^kafka\.replication is 3"):
        create(settings.model_copy(update={"replication": 3}))


def test_what_the_broker_refuses_is_said_in_a_line(settings: Kafka) -> None:
    """Not the request that it refused, which is long."""
    with pytest.raises(Misconfigured, match="refused: InvalidTopicError: ") as refusal:
        create(settings.model_copy(update={"topic_prefix": "déjà."}))
    assert len(str(refusal.value)) < 300


def test_ingest_before_the_topics_exist_says_what_to_do(
    settings: Kafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No topic is made by accident with the broker's own partition count."""
    monkeypatch.setattr(producer_module, "ANSWER_TIMEOUT", producer_module.ANSWER_TIMEOUT / 10)
    file = tmp_path / "posts.jsonl"
    file.write_bytes(lines(1)[0])
    with pytest.raises(Misconfigured, match="does not exist: run `vigie topics create`"):
        feed(settings, file)
    assert {plan.step for plan in create(settings)} == {Step.CREATE}


def test_good_bad_and_repeated_lines(settings: Kafka, tmp_path: Path) -> None:
    """A repeat has the same identity, which is what everything downstream drops it by."""
    create(settings)
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"".join([*lines(3), b"oops\n", lines(1)[0]]))
    assert feed(settings, file) == IngestReport(posts=4, dead_letters=1)
    stored = stored_records(settings, f"{settings.topic_prefix}comments")
    events = Counter(record.headers["ce_id"] for record in stored)
    assert events == {
        b"practice:c0#created": 2,
        b"practice:c1#created": 1,
        b"practice:c2#created": 1,
    }
    (dead,) = stored_records(settings, f"{settings.topic_prefix}dead-letters")
    letter = wire.Decoder(DeadLetter)(dead.value)
    assert (letter.origin, letter.position, letter.payload) == ("posts.jsonl", "4", b"oops")


def test_an_interrupted_ingest_goes_on_where_the_broker_had_confirmed(
    settings: Kafka, tmp_path: Path
) -> None:
    """Every line stands in the topic exactly once."""
    create(settings)
    count = 4 * BATCH + 7
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"".join(lines(count)))

    def interrupt(done: int, total: int | None) -> None:
        assert total is not None
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feed(settings, file, interrupt)
    rest = feed(settings, file)
    assert (rest.resumed, rest.posts) == (3 * BATCH, count - 3 * BATCH)
    assert stored_ids(settings) == Counter(f"c{n}" for n in range(count))


def test_another_file_under_the_same_name_starts_at_its_beginning(
    settings: Kafka, tmp_path: Path
) -> None:
    """A bookmark belongs to what it was made for; a finished file leaves none."""
    create(settings)
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"".join(lines(2 * BATCH)))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feed(settings, file, interrupt)
    file.write_bytes(b"".join(reversed(lines(2 * BATCH))))
    assert feed(settings, file) == IngestReport(posts=2 * BATCH)
    assert feed(settings, file).resumed == 0


def test_a_broker_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    settings: Kafka, kafka: KafkaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ingest waits for it to come back; the producer is idempotent."""
    # A machine that runs other tests beside this one may take a minute to start a broker.
    monkeypatch.setattr(producer_module, "DELIVERY_TIMEOUT", producer_module.DELIVERY_TIMEOUT * 3)
    create(settings)
    count = 6 * BATCH
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"".join(lines(count)))
    back = threading.Thread(target=kafka.start)

    def cut_the_power(done: int, total: int | None) -> None:
        assert total is not None
        if done > total / 3 and not back.ident:
            kafka.kill()
            back.start()

    try:
        assert feed(settings, file, cut_the_power) == IngestReport(posts=count)
    finally:
        back.join()
    assert stored_ids(settings) == Counter(f"c{n}" for n in range(count))


def test_a_broker_that_stays_away_is_a_sentence_and_the_next_run_goes_on(
    settings: Kafka,
    kafka: KafkaServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also when it goes away while a file is being read."""
    caplog.set_level(logging.CRITICAL, logger="kafka")
    monkeypatch.setattr(producer_module, "DELIVERY_TIMEOUT", producer_module.DELIVERY_TIMEOUT / 5)
    create(settings)
    count = 3 * BATCH
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"".join(lines(count)))
    with pytest.raises(Transient, match=f"broker at {kafka.bootstrap} does not answer in time"):
        feed(settings, file, lambda *_: kafka.kill())
    with pytest.raises(Transient, match=f"no Kafka broker answers at {kafka.bootstrap}"):
        feed(settings, file)
    kafka.start()
    assert feed(settings, file).resumed >= BATCH
    assert stored_ids(settings).keys() == {f"c{n}" for n in range(count)}
