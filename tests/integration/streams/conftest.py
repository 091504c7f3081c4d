"""Topics in memory for real Faust apps, and roles as processes of their own."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import faust
import pytest
from faust.channels import Channel
from faust.types import TP, ConsumerMessage, FutureMessage
from prometheus_client import CollectorRegistry

from config.settings import Settings
from streams.app import build_app
from streams.roles import Role
from vigie.pipeline import Pipeline
from vigie.telemetry.metrics import Metrics
from vigie.testing.clock import ManualClock
from vigie.wire import Decoder, Value, encode

# ruff: noqa: ANN401 - Faust's own types are loose


class MemoryTopic(Channel[Any]):
    """A topic of one partition: what is sent gets a place, as in Kafka."""

    def __init__(self, app: faust.App, *, name: str, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.name = name
        self._offsets = count()

    def _clone_args(self) -> dict[str, Any]:
        return {**super()._clone_args(), "name": self.name}

    async def publish_message(self, fut: FutureMessage, wait: bool = True) -> Any:  # noqa: ARG002, FBT001, FBT002 - Faust's
        """Hand the message to whoever listens."""
        await self.write(fut.message.key, fut.message.value)
        fut.set_result(None)
        return fut

    async def write(self, key: bytes, value: bytes | None) -> None:
        """Append one record."""
        message = ConsumerMessage(
            self.name, 0, next(self._offsets), 0.0, 0, (), key, value, None,
            tp=TP(self.name, 0), generation_id=self.app.consumer_generation_id,
        )  # fmt: skip
        await self.put(self.app.create_event(key, value, (), message))


class Stage:
    """One role's app on topics in memory."""

    def __init__(self, settings: Settings, pipeline: Pipeline, role: Role) -> None:
        self.topics: dict[str, MemoryTopic] = {}
        self.opened: list[str] = []
        self.metrics = Metrics(CollectorRegistry())
        self.app = build_app(
            settings,
            pipeline,
            role,
            clock=ManualClock(),
            metrics=self.metrics,
            open_channel=self._open,
        )

    def _open(self, app: faust.App, names: tuple[str, ...]) -> MemoryTopic:
        self.opened.extend(names)
        topic = self.topics.get(names[0]) or MemoryTopic(app, name=names[0])
        return self.topics.setdefault(names[0], topic)

    async def write(self, topic: str, *values: Value | bytes) -> None:
        """Append records to a topic."""
        for value in values:
            raw = value if isinstance(value, bytes) else encode(value)
            await self.topics[topic].write(b"key", raw)

    def listen(self, topic: str, type_: type[Any]) -> Callable[[], Awaitable[Any]]:
        """Return what waits for the next value of a topic."""
        records, decode = aiter(self.topics[topic]), Decoder(type_)

        async def following() -> Any:
            event: Any = await asyncio.wait_for(anext(records), 5)
            return decode(event.value)

        return following

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Run the agents, without consumer, producer and timers."""
        self.app.flow_control.resume()
        for agent in self.app.agents.values():
            await agent.start()
        try:
            yield
        finally:
            for agent in self.app.agents.values():
                await agent.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings that lead nowhere."""
    return Settings.model_validate(
        {
            "organisation": {"name": "Sourcebelle"},
            "intake": {"author_key": "not a secret"},
            "kafka": {"bootstrap": "127.0.0.1:9", "topic_prefix": "essai."},
            "worker": {"metrics_port": 0, "data_dir": tmp_path / "var"},
            "classifier": {"linger": "5ms"},
        }
    )


@pytest.fixture
def stage(settings: Settings) -> Callable[[Pipeline, Role], Stage]:
    """Return what puts a role on stage."""
    return lambda pipeline, role: Stage(settings, pipeline, role)


ROLE = """
import sys
from contextlib import asynccontextmanager
from config.settings import Settings
from streams.roles import Role
from streams.worker import run_role
from vigie.clock import SystemClock
from vigie.pipeline import Classify
from vigie.telemetry.logging import configure_logging
from vigie.testing.classifier import FakeAsyncClassifier

@asynccontextmanager
async def build(settings, role, metrics):
    clock = SystemClock()
    yield Classify(FakeAsyncClassifier(), clock, metrics), clock

configure_logging("classify")
settings = Settings.model_validate_json(sys.argv[1])
sys.exit(run_role(settings, Role.CLASSIFY, build))
"""


class Worker:
    """A process that plays `classify`, and what it says."""

    def __init__(self, settings: Settings) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ROLE, settings_json(settings)],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(self.process.stderr)

    def says(self, pattern: str, *, times: int = 1) -> list[str]:
        """Wait until lines that match the pattern were written."""
        deadline = time.monotonic() + 30
        while len(found := [line for line in self.lines if re.search(pattern, line)]) < times:
            assert self.process.poll() is None, self.lines
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.05)
        return found

    def end(self) -> int:
        """Tell it to end and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def close(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()


def settings_json(settings: Settings) -> str:
    """Return the settings as a deployment file would give them."""
    plain = settings.model_dump(mode="json")
    plain["intake"]["author_key"] = settings.intake.author_key.get_secret_value()
    plain["database"]["url"] = settings.database.url.get_secret_value()
    return json.dumps(plain)


@pytest.fixture
def work(settings: Settings) -> Iterator[Callable[..., Worker]]:
    """Return what starts workers; `kafka` and `worker` replace settings of these sections."""
    workers: list[Worker] = []

    def start(kafka: dict[str, Any], worker: dict[str, Any] | None = None) -> Worker:
        plain = json.loads(settings_json(settings))
        plain["kafka"] |= kafka
        plain["worker"] |= worker or {}
        workers.append(Worker(Settings.model_validate(plain)))
        return workers[-1]

    yield start
    for each in workers:
        each.close()
