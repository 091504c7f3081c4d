"""Every command of the compose file, as a plain process on a real Kafka and PostgreSQL.

There is no container engine here: what is shown is that the commands start, become ready, answer
on their ports and end when they are told to. Ports and folders are this machine's.
"""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import yaml

from vigie.demo.stage import ROLES, Stage, wait_until
from vigie.testing.kafka_server import KafkaServer
from vigie.testing.ports import free_ports
from vigie.testing.postgres_server import PostgresServer

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text("utf-8"))
COMMANDS: dict[str, list[str]] = {
    name: service["command"][1:]
    for name, service in COMPOSE["services"].items()
    if service["image"].startswith("vigie:")
}
ONE_SHOTS = {"migrate", "topics"}
PRACTICE = {name for name, command in COMMANDS.items() if command[0] == "practice"}
READY_WITHIN_S = 60


@pytest.fixture(scope="module")
def stage(
    kafka: KafkaServer, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Return an installation with the topics and the schema that compose makes first."""
    changes = {
        "kafka": {"bootstrap": kafka.bootstrap, "embedded": False, "topic_prefix": "compose."},
        "database": {"url": postgres.create_database("compose")},
        "alerting": {"receive": {"url": "http://localhost:8880", "key": "k" * 32}},
    }
    with Stage(tmp_path_factory.mktemp("compose"), changes) as stage:
        for name in sorted(ONE_SHOTS):
            stage.run(*COMMANDS[name])
        yield stage


def answers(port: int) -> bool:
    """Say whether something listens on the port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def test_the_one_shots_may_run_again(stage: Stage) -> None:
    """`docker compose up` runs them at every start."""
    for name in sorted(ONE_SHOTS):
        stage.run(*COMMANDS[name])


@pytest.mark.parametrize("role", ROLES)
def test_each_role_becomes_ready_and_ends_when_told(stage: Stage, role: str) -> None:
    """SIGTERM ends it with 0, so that a restart is no failure."""
    stage.start(role, *COMMANDS[role])
    wait_until(lambda: stage.works(role), what=f"{role} ready", seconds=READY_WITHIN_S)
    stage.processes[role].send_signal(signal.SIGTERM)
    assert stage.processes[role].wait(timeout=30) == 0


def test_connect_listens_until_it_is_told_to_end(stage: Stage) -> None:
    """A post on the practice platform is asked for at once."""
    stage.start("connect", *COMMANDS["connect"])
    stage.platform.post([{"id": "1", "source": "practice-page", "kind": "comment"}])
    cursor = stage.folder / "cursors" / "practice-page.json"
    wait_until(cursor.exists, what="the cursor kept", seconds=READY_WITHIN_S)
    stage.processes["connect"].send_signal(signal.SIGTERM)
    stage.processes["connect"].wait(timeout=30)


def test_receive_is_healthy_and_ends_when_told(stage: Stage) -> None:
    """On a port that is free here."""
    port = free_ports(1)
    stage.start("receive", *COMMANDS["receive"], "--port", str(port))
    wait_until(lambda: answers(port), what="receive answers", seconds=READY_WITHIN_S)
    assert httpx.get(f"http://127.0.0.1:{port}/health").text == "ok\n"
    stage.processes["receive"].send_signal(signal.SIGTERM)
    assert stage.processes["receive"].wait(timeout=30) == 0


@pytest.mark.parametrize("name", sorted(PRACTICE))
def test_each_practice_server_answers_on_its_port(
    stage: Stage, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo profile's servers, on a port that is free here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_PRACTICE_TOKEN", "practice-token")
    monkeypatch.setenv("VIGIE_SMS_TOKEN", "practice-token")
    port = free_ports(1)
    command = list(COMMANDS[name])
    command[command.index("--port") + 1] = str(port)
    with subprocess.Popen(stage.command(*command)) as process:
        try:
            wait_until(lambda: answers(port), what=f"{name} answers", seconds=READY_WITHIN_S)
        finally:
            process.terminate()
