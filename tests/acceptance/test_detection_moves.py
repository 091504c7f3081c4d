"""What detection remembers moves with its partition: on a real Kafka, from worker to worker."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from kafka import KafkaProducer  # type: ignore[import-untyped]

from config.settings import Kafka
from vigie.demo.stage import ROLES, Stage, wait_until
from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Nature
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.post import Change
from vigie.kafka.connection import client_arguments
from vigie.telemetry.scrape import samples
from vigie.testing.kafka_records import stored_records
from vigie.testing.kafka_server import KafkaServer
from vigie.testing.ports import free_ports
from vigie.wire import Decoder, cloud_event, encode

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

WATCHES = tuple(f"watch-{number}" for number in range(8))
PREFIX = "moves."
WITHIN_S = 60


class Detection:
    """An installation of which only detection runs, on as many workers as are started."""

    def __init__(self, stage: Stage, kafka: Kafka) -> None:
        self.stage = stage
        self.kafka = kafka
        self.ports: dict[str, int] = {}
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self._producer = KafkaProducer(**client_arguments(kafka), acks="all")
        self._posts = 0

    def close(self) -> None:
        """End all that runs."""
        self._producer.close()
        for worker in self.workers.values():
            worker.kill()
            worker.wait()

    def start(self, name: str) -> None:
        """Start one more worker of the role."""
        first = free_ports(len(ROLES))
        self.ports[name] = first + ROLES.index("detect")
        around = {
            "VIGIE__WORKER__METRICS_PORT": str(first),
            "VIGIE__WORKER__DATA_DIR": str(self.stage.folder / name),
        }
        with self.stage.log(name).open("ab") as log:
            self.workers[name] = subprocess.Popen(
                self.stage.command("role", "detect"),
                env=os.environ | around,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """End a worker as a power cut would."""
        self.workers[name].send_signal(signal.SIGKILL)
        self.workers.pop(name).wait()
        self.ports.pop(name)

    def watched_by(self) -> dict[str, set[str]]:
        """Return which watches each worker shows a level of."""
        return {name: _levels_at(port) for name, port in self.ports.items()}

    def shared_by(self, *names: str) -> bool:
        """Say whether these workers have all watches between them, each of them some."""
        found = self.watched_by()
        parts = [found.get(name, set()) for name in names]
        return all(parts) and sorted(w for part in parts for w in part) == sorted(WATCHES)

    def criticise(self, count: int) -> None:
        """Send so many posts against every watch."""
        for watch in WATCHES:
            now = datetime.now(UTC)
            posts = tuple(self._post(now) for _ in range(count))
            observation = Observation(watch=watch, received=now, posts=posts)
            self._producer.send(
                f"{PREFIX}observations",
                key=watch.encode(),
                value=encode(observation),
                headers=cloud_event(observation, id_=posts[0].id, source="/test", time=now),
            )
        self._producer.flush()

    def _post(self, now: datetime) -> ObservedPost:
        self._posts += 1
        return ObservedPost(
            f"practice:{self._posts}", Change.CREATED, now, now, nature=Nature.CRITICISM
        )

    def steps(self) -> dict[str, list[tuple[int, IncidentChange, Level]]]:
        """Return what was told of each watch, without what was merely told again."""
        decode = Decoder(IncidentEvent)
        told: dict[str, list[tuple[int, IncidentChange, Level]]] = {w: [] for w in WATCHES}
        seen: set[str] = set()
        for record in stored_records(self.kafka, f"{PREFIX}incidents"):
            event = decode(record.value)
            if event.change is not IncidentChange.RESTATED and event.id not in seen:
                seen.add(event.id)
                told[event.watch].append((event.number, event.change, event.level))
        return told

    def all_told(self, *steps: tuple[int, IncidentChange, Level]) -> bool:
        """Say whether exactly these steps were told of every watch."""
        return all(told == list(steps) for told in self.steps().values())


def _levels_at(port: int) -> set[str]:
    try:
        found = samples(f"http://127.0.0.1:{port}/metrics")
    except httpx.HTTPError:
        return set()
    return {one.labels["watch"] for one in found if one.name == "vigie_watch_level"}


def _settings(kafka: KafkaServer) -> dict[str, object]:
    def condition(count: int) -> list[dict[str, int]]:
        return [{"posts": count, "against": count}]

    levels = {"jaune": condition(10), "orange": condition(10), "rouge": condition(20)}
    return {
        "kafka": {
            "bootstrap": kafka.bootstrap,
            "embedded": False,
            "topic_prefix": PREFIX,
            "partitions": 4,
        },
        "watches": [
            {"id": watch, "name": watch, "match": [{"words": [watch]}], "levels": levels}
            | {"window": "60m", "hold": "60m", "recipients": ["astreinte"]}
            for watch in WATCHES
        ],
        "detection": {"tick": "1s", "behind": "1h"},
    }


@pytest.fixture
def detection(kafka: KafkaServer, tmp_path: Path) -> Iterator[Detection]:
    """Return an installation with topics and nobody at work yet."""
    with Stage(tmp_path, _settings(kafka)) as stage, ExitStack() as held:
        stage.run("topics", "create")
        found = Detection(stage, Kafka(bootstrap=kafka.bootstrap, topic_prefix=PREFIX))
        held.callback(found.close)
        yield found


def test_counts_and_incidents_move_with_their_partition(detection: Detection) -> None:
    """Six posts heard by one worker and six by the next make twelve; a kill takes none away."""
    opened = (1, IncidentChange.OPENED, Level.ORANGE)
    worse = (1, IncidentChange.ESCALATED, Level.ROUGE)
    detection.start("first")
    wait_until(lambda: detection.shared_by("first"), what="first at work", seconds=WITHIN_S)
    detection.criticise(6)
    detection.start("second")
    wait_until(
        lambda: detection.shared_by("first", "second"), what="both at work", seconds=WITHIN_S
    )
    assert detection.all_told()
    detection.criticise(6)
    wait_until(lambda: detection.all_told(opened), what="ORANGE", seconds=WITHIN_S, every=1)
    detection.kill("first")
    wait_until(lambda: detection.shared_by("second"), what="second alone", seconds=WITHIN_S)
    detection.criticise(8)
    wait_until(lambda: detection.all_told(opened, worse), what="ROUGE", seconds=WITHIN_S, every=1)
