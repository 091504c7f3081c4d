"""On a real Kafka and PostgreSQL: canaries come out; when both are gone, people hear of it."""

from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from vigie.demo.stage import ROLES, Stage, wait_until
from vigie.telemetry.scrape import samples
from vigie.testing.kafka_server import KafkaServer
from vigie.testing.postgres_server import PostgresServer

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

WITHIN_S = 60
CUT = "ÉCOUTE COUPÉE"
SEEN = "vigie_canary_last_seen_timestamp_seconds"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Give a database server of this test's own, since it is stopped."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def stage(
    kafka: KafkaServer, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Return an installation at work whose lookout has seen a canary."""
    changes = {
        "kafka": {"bootstrap": kafka.bootstrap, "embedded": False, "topic_prefix": "cut."},
        "database": {"url": server.create_database("cut")},
        "classifier": {"model": "fast"},
        "alerting": {"canary": {"tells": ["astreinte"], "interval": "1s", "late": "8s"}},
    }
    with Stage(tmp_path_factory.mktemp("cut"), changes) as stage:
        stage.run("db", "upgrade")
        stage.run("topics", "create")
        stage.start_roles()
        for role in ROLES:
            wait_until(partial(stage.works, role), what=f"{role} ready", seconds=WITHIN_S)
        stage.start("canary", "canary")
        wait_until(lambda: last_seen(stage) > 0, what="a canary came out", seconds=WITHIN_S)
        yield stage


def last_seen(stage: Stage) -> float:
    """Return when the last canary was let go that came out; 0 before the first."""
    url = f"http://127.0.0.1:{stage.metrics_port + len(ROLES) + 1}/metrics"
    try:
        return next((one.value for one in samples(url) if one.name == SEEN), 0.0)
    except httpx.HTTPError:
        return 0.0


def said(stage: Stage, word: str) -> tuple[int, int]:
    """Return how many text messages and e-mails begin with this word."""
    texts = [sms.body for sms in stage.gateway.messages]
    subjects = [str(mail["Subject"]) for mail in stage.mail.messages]
    return sum(text.startswith(word) for text in texts), sum(
        subject.startswith(word) for subject in subjects
    )


def test_a_canary_is_nobodys_post(stage: Stage, server: PostgresServer) -> None:
    """It is in no table and calls nobody."""
    del server
    seen = last_seen(stage)
    wait_until(lambda: last_seen(stage) > seen, what="another came out", seconds=WITHIN_S)
    assert "vigie-canary" not in stage.log("worker").read_text("utf-8")
    assert said(stage, "ÉCOUTE") == (0, 0)


def test_when_kafka_and_the_database_are_gone_people_hear_of_it_and_when_they_are_back(
    stage: Stage, server: PostgresServer, kafka: KafkaServer
) -> None:
    """By text message and e-mail, once each."""
    kafka.kill()
    server.stop()
    try:
        wait_until(lambda: said(stage, CUT) == (1, 1), what="told", seconds=WITHIN_S)
    finally:
        server.start()
        kafka.restart()
    wait_until(
        lambda: said(stage, "ÉCOUTE RÉTABLIE") == (1, 1), what="restored", seconds=2 * WITHIN_S
    )
    assert said(stage, CUT) == (1, 1)


def test_a_role_that_is_gone_is_noticed(stage: Stage) -> None:
    """Its supervisor has died with it, so nobody restarts it."""
    stage.stop("worker")
    wait_until(lambda: said(stage, CUT) == (2, 2), what="told", seconds=WITHIN_S)


def test_it_ends_when_told_and_a_test_reaches_people(stage: Stage) -> None:
    """A volunteer tries it before anything has happened."""
    stage.processes["canary"].terminate()
    assert stage.processes["canary"].wait(timeout=30) == 0
    assert "accepted" in stage.run("canary", "--test")
    assert said(stage, "EXERCICE") == (1, 1)
