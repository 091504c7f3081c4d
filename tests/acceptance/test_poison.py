"""An unreadable record in every topic: a dead letter each, and every role goes on."""

from collections.abc import Iterator
from functools import partial

import pytest
from kafka import KafkaProducer  # type: ignore[import-untyped]
from sqlalchemy import select

from config.settings import Kafka
from vigie import topics
from vigie.demo.stage import ROLES, Stage, wait_until
from vigie.kafka.connection import client_arguments
from vigie.kafka.producer import PostWriter
from vigie.storage.database import open_engine
from vigie.storage.schema import dead_letters, posts
from vigie.testing.builders import a_post
from vigie.testing.kafka_server import KafkaServer

pytestmark = pytest.mark.kafka

POISONS = (b"not json", b"\xff\xfe\x00", b"[]", b"{}", b'{"id": 7}')
READ = (
    topics.MENTIONS,
    topics.COMMENTS,
    topics.ASSESSMENTS,
    topics.OBSERVATIONS,
    topics.INCIDENTS,
    topics.ACTIONS,
    topics.REVIEWS,
)
READY_WITHIN_S = 60
DONE_WITHIN_S = 60


@pytest.fixture
def stage(kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Return an installation at work."""
    section = {"bootstrap": kafka.bootstrap, "embedded": False, "topic_prefix": "poison."}
    with Stage(tmp_path_factory.mktemp("poison"), {"kafka": section}) as stage:
        stage.run("db", "upgrade")
        stage.run("topics", "create")
        stage.start_roles()
        for role in ROLES:
            wait_until(partial(stage.works, role), what=f"{role} ready", seconds=READY_WITHIN_S)
        yield stage


def test_poison_in_every_topic_is_set_aside_and_the_roles_go_on(
    stage: Stage, kafka: KafkaServer
) -> None:
    """Each record is named by its topic; a good post behind them is assessed and stored."""
    section = Kafka(bootstrap=kafka.bootstrap, topic_prefix="poison.")
    alive = {role: stage.role_pid(role) for role in ROLES}
    producer = KafkaProducer(**client_arguments(section))
    for topic in (*READ, topics.DEAD_LETTERS):
        for poison in POISONS:
            producer.send(f"poison.{topic}", value=poison, key=b"key")
    producer.flush()
    producer.close()
    with PostWriter(section, source="/vigie/test") as writer:
        writer.write([a_post(1)])
    engine = open_engine(stage.settings["database"]["url"])

    def origins() -> set[str]:
        with engine.connect() as connection:
            return set(connection.scalars(select(dead_letters.c.origin)))

    def stored() -> bool:
        with engine.connect() as connection:
            return connection.scalar(select(posts.c.id)) == "practice:1"

    wait_until(lambda: {f"poison.{topic}" for topic in READ} <= origins(), what="dead letters",
               seconds=DONE_WITHIN_S)  # fmt: skip
    wait_until(stored, what="the good post", seconds=DONE_WITHIN_S)
    engine.dispose()
    assert {role: stage.role_pid(role) for role in ROLES} == alive
