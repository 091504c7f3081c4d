"""Each subject measured once, from nothing running to nothing running."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from classifiers.classifier import TextClassifier
from classifiers.load import load_classifier
from config.settings import Classifier, Kafka
from tests.bench.corpus import Comment, comments
from tests.bench.cpu import CpuTimes
from tests.bench.figures import Run, Subject
from tests.bench.installation import WARMING, Told, installed
from vigie.kafka.producer import PostWriter
from vigie.kafka.topics import create
from vigie.testing.kafka_server import KafkaServer

PLAIN_WARMING: Final = 20
PLAIN_PART: Final = 10
"""The plain consumer gets this part of the comments: it would take minutes for all."""
FOLDER: Final = Path("var/bench")
"""Where logs and data of the last run of each subject lie."""
MODEL: Final = Path(str(files("classifiers"))) / "model"


@dataclass
class Bench:
    """Measures; every subject gets comments from number 0 on, and warms up on later ones."""

    count: int
    latency_s: float

    def run(self, subject: Subject, told: Told) -> Run:
        """Measure one subject."""
        measure = {
            Subject.BARE: self._bare,
            Subject.PIPELINE: self._pipeline,
            Subject.WITHOUT_INFERENCE: self._without_inference,
            Subject.PLAIN: self._plain,
        }[subject]
        return measure(told)

    @cached_property
    def _classifier(self) -> TextClassifier:
        return load_classifier(Classifier(cache=0))

    def _bare(self, told: Told) -> Run:
        for batch in _batches(comments(WARMING, first=self.count)):
            self._score(batch)
        cpu = CpuTimes.now({"classify": os.getpid()})
        done = 0
        for batch in _batches(comments(self.count)):
            self._score(batch)
            done += len(batch)
            told(done)
        seconds = time.monotonic() - cpu.at
        own, others = CpuTimes.now({"classify": os.getpid()}).since(cpu)
        return Run(
            subject=Subject.BARE,
            comments=self.count,
            seconds=seconds,
            cpu_s=own,
            others_cores=others,
            model_share=1.0,
        )

    def _score(self, batch: Sequence[Comment]) -> None:
        self._classifier.classify([one.text for one in batch], [one.language for one in batch])

    def _pipeline(self, told: Told) -> Run:
        with installed(emptied("pipeline"), infer=True) as vigie:
            vigie.warm(first=self.count)
            run = vigie.timed(Subject.PIPELINE, comments(self.count), told)
            half = run.rate / 2
            late = comments(int(half * self.latency_s), first=self.count + WARMING)
            return replace(run, latency=vigie.latency(half, late, told))

    def _without_inference(self, told: Told) -> Run:
        with installed(emptied("without-inference"), infer=False) as vigie:
            vigie.warm(first=self.count)
            return vigie.timed(Subject.WITHOUT_INFERENCE, comments(self.count), told)

    def _plain(self, told: Told) -> Run:
        count = self.count // PLAIN_PART
        with KafkaServer(emptied("plain")) as kafka:
            settings = Kafka(bootstrap=kafka.bootstrap)
            create(settings)
            fed = comments(PLAIN_WARMING, first=self.count) + comments(count)
            with PostWriter(settings, source="/vigie/bench") as writer:
                writer.write([one.arrived(datetime.now(UTC)) for one in fed])
            run = _consumed(kafka, count)
        told(count)
        return run


def _consumed(kafka: KafkaServer, count: int) -> Run:
    assert kafka._process is not None
    command = [
        *(sys.executable, "-m", "tests.bench.plain_consumer", kafka.bootstrap, str(MODEL)),
        *(f"--warming={PLAIN_WARMING}", f"--count={count}", f"--broker={kafka._process.pid}"),
    ]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return msgspec.json.decode(said, type=Run)


def emptied(name: str) -> Path:
    """Return a folder of this name with nothing in it."""
    folder = (FOLDER / name).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _batches(fed: Sequence[Comment]) -> Iterator[Sequence[Comment]]:
    size = Classifier().batch
    return (fed[first : first + size] for first in range(0, len(fed), size))
