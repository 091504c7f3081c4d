"""Vigie as it runs in production, with its broker, on this machine: fed, watched and timed."""

import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import httpx
from prometheus_client.samples import Sample

from config.load import load
from tests.bench.corpus import SEED, Arriving, Comment, comments
from tests.bench.cpu import CpuTimes
from tests.bench.figures import Latency, Run, Subject, difference
from vigie.demo.stage import ROLES, Stage, merged, wait_until
from vigie.kafka.producer import PostWriter
from vigie.telemetry.scrape import parsed, quantile, total
from vigie.testing.kafka_server import KafkaServer

READY_WITHIN_S: Final = 90.0
SLOWEST: Final = 5.0
"""Comments/s: what is slower than this is stuck."""
LOOK_EVERY_S: Final = 0.1
WARMING: Final = 500
"""Comments that are not counted: connections are made and code is warm after them."""
DECISION: Final = "vigie_comment_to_decision_seconds"
INFERENCE: Final = "vigie_classification_seconds_sum"

CHANGES: Final[dict[str, Any]] = {
    # What a production file says, or leaves to the defaults, where the demo differs.
    "detection": {"tick": "10s", "behind": "5m"},
    "moderation": {"mode": "shadow"},
}

Told = Callable[[int], None]
"""Hears how many comments are done."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Five roles at work, their broker and a way in."""

    stage: Stage
    kafka: KafkaServer
    writer: PostWriter
    client: httpx.Client

    def metrics(self, role: str) -> list[Sample]:
        """Return what the role says of itself now."""
        return parsed(self._page(role))

    def decided(self) -> int:
        """Return how many comments were decided on so far; cheap, since it is asked often."""
        found = re.search(rf"^{DECISION}_count (\S+)$", self._page("moderate"), re.MULTILINE)
        return int(float(found[1])) if found else 0

    def _page(self, role: str) -> str:
        return self.client.get(self.stage.metrics_url(role)).raise_for_status().text

    def recorded(self) -> int:
        """Return how many comments are in the database."""
        path = self.stage.folder / "vigie.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM posts").fetchone()[0])

    def pids(self) -> dict[str, int]:
        """Return every process that a comment passes, by what it does; `bench` writes them."""
        started = {name: process.pid for name, process in self.stage.processes.items()}
        roles = {role: self.stage.role_pid(role) or started[role] for role in ROLES}
        assert self.kafka._process is not None
        return roles | {"broker": self.kafka._process.pid, "bench": os.getpid()}

    def warm(self, first: int) -> None:
        """Take some comments through that nobody counts."""
        self.writer.write(
            [one.arrived(datetime.now(UTC)) for one in comments(WARMING, first=first)]
        )
        self._wait(WARMING, before=0, told=lambda _: None)
        self._wait_until_recorded(WARMING)

    def timed(self, subject: Subject, fed: Sequence[Comment], told: Told) -> Run:
        """Write the comments as fast as the broker takes them; time them to the last decision."""
        decided, recorded = self.decided(), self.recorded()
        model, cpu = self.metrics("classify"), CpuTimes.now(self.pids())
        self.writer.write([one.arrived(datetime.now(UTC)) for one in fed])
        self._wait(len(fed), before=decided, told=told)
        seconds = time.monotonic() - cpu.at
        self._wait_until_recorded(recorded + len(fed))
        own, others = CpuTimes.now(self.pids()).since(cpu)
        at_work = total(difference(model, self.metrics("classify")), INFERENCE)
        return Run(
            subject=subject,
            comments=len(fed),
            seconds=seconds,
            cpu_s=own,
            others_cores=others,
            model_share=at_work / seconds,
        )

    def latency(self, rate: float, fed: Sequence[Comment], told: Told) -> Latency:
        """Write the comments as they would come by chance at this rate; read what they waited."""
        before = self.metrics("moderate")
        self.write_at(rate, fed, told)
        self._wait(len(fed), before=int(total(before, f"{DECISION}_count")), told=told)
        waited = difference(before, self.metrics("moderate"))
        p50, p95, p99 = (quantile(waited, DECISION, part) or 0.0 for part in (0.5, 0.95, 0.99))
        return Latency(rate, p50, p95, p99)

    def write_at(self, rate: float, fed: Sequence[Arriving], told: Told) -> None:
        """Write each comment at its moment; pauses between them are exponential (Poisson)."""
        chance = random.Random(SEED)  # noqa: S311 - repeatable arrivals
        begun = time.monotonic()
        moments = accumulate((chance.expovariate(rate) for _ in fed), initial=begun)
        waiting = list(zip(moments, fed, strict=False))
        while waiting:
            time.sleep(max(0.0, waiting[0][0] - time.monotonic()))
            now = time.monotonic()
            due = [comment for moment, comment in waiting if moment <= now]
            del waiting[: len(due)]
            self.writer.write([comment.arrived(datetime.now(UTC)) for comment in due])
            told(len(fed) - len(waiting))

    def _wait(self, count: int, *, before: int, told: Told) -> None:
        def all_decided() -> bool:
            done = self.decided() - before
            told(done)
            return done >= count

        seconds = READY_WITHIN_S + count / SLOWEST
        wait_until(all_decided, what="every decision", seconds=seconds, every=LOOK_EVERY_S)

    def _wait_until_recorded(self, count: int) -> None:
        wait_until(lambda: self.recorded() >= count, what="every record", seconds=READY_WITHIN_S)


@contextmanager
def installed(
    folder: Path, *, infer: bool, changes: Mapping[str, Any] = CHANGES
) -> Iterator[Installation]:
    """Bring up the broker and the roles; without `infer` a fake stands in for the model."""
    with KafkaServer(folder / "kafka") as kafka:
        broker = {"bootstrap": kafka.bootstrap, "embedded": False, "partitions": 4}
        around = {"kafka": broker | {"commit_interval": "1s"}}
        with Stage(folder / "vigie", merged(changes, around)) as stage:
            stage.run("db", "upgrade")
            stage.run("topics", "create")
            _start(stage, infer=infer)
            settings = load(stage.settings_file, {})
            with (
                PostWriter(settings.kafka, source="/vigie/bench") as writer,
                httpx.Client(timeout=10) as client,
            ):
                yield Installation(stage, kafka, writer, client)


def _start(stage: Stage, *, infer: bool) -> None:
    stage.start_roles([role for role in ROLES if infer or role != "classify"])
    if not infer:
        command = [sys.executable, "-m", "tests.bench.without_inference", str(stage.settings_file)]
        with stage.log("classify").open("ab") as log:
            stage.processes["classify"] = subprocess.Popen(command, stdout=log, stderr=log)
    for role in ROLES:
        wait_until(partial(stage.works, role), what=f"{role} ready", seconds=READY_WITHIN_S)
