"""Files become records: all of them once, unreadable ones aside, at the pace that was asked for."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from config.settings import Kafka
from vigie import wire
from vigie.demo.broker import EmbeddedBroker
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Post
from vigie.errors import Misconfigured
from vigie.intake import Intake
from vigie.kafka.ingest import BATCH, IngestReport, ingest
from vigie.kafka.producer import PostWriter
from vigie.testing.clock import START, ManualClock
from vigie.testing.kafka_records import stored_records
from vigie.topics import Topics

INTAKE = Intake(author_key=b"key", max_text=1000)


def a_line(number: int, **changes: object) -> bytes:
    """Return a comment that was written `number` minutes after a morning in 2024."""
    line = {
        "id": f"c{number}",
        "platform": "practice",
        "source": "practice-page",
        "kind": "comment",
        "conversation": "pub-1",
        "author": "velo_jaune",
        "published": f"2024-05-06T{8 + number // 60:02}:{number % 60:02}:00Z",
        "text": f"Bonjour {number}",
    }
    return json.dumps({**line, **changes}).encode() + b"\n"


class Bench:
    """A broker, a clock and a folder; `ingest` feeds a file in with all of them."""

    def __init__(self, kafka: Kafka, folder: Path) -> None:
        self.kafka = kafka
        self.folder = folder
        self.clock = ManualClock()
        self.slept: list[float] = []
        self.progress: list[tuple[int, int | None]] = []

    def ingest(self, file: str, *, speed: float | None = None) -> IngestReport:
        """Feed the file in; sleeping moves the clock."""
        with PostWriter(self.kafka, source="/vigie/ingest") as writer:
            return ingest(
                file,
                writer=writer,
                intake=INTAKE,
                clock=self.clock,
                data_dir=self.folder,
                on_progress=self.on_progress,
                speed=speed,
                sleep=self.sleep,
            )

    def on_progress(self, done: int, total: int | None) -> None:
        """Remember how far it is."""
        self.progress.append((done, total))

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        if seconds:
            self.slept.append(seconds)
        self.clock.advance(seconds=seconds)

    def file(self, *lines: bytes) -> str:
        """Write a file of these lines."""
        path = self.folder / "posts.jsonl"
        path.write_bytes(b"".join(lines))
        return str(path)

    def stored(self, topic: str, type_: type[Any]) -> list[Any]:
        """Return what stands in a topic."""
        decode = wire.Decoder(type_)
        return [decode(record.value) for record in stored_records(self.kafka, f"vigie.{topic}")]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench on the embedded broker."""
    with EmbeddedBroker([(name, 1) for name, _ in Topics("vigie.", 1)]) as broker:
        yield Bench(Kafka(bootstrap=broker.bootstrap, embedded=True, partitions=1), tmp_path)


def test_every_line_is_written_in_order_and_blank_ones_are_nothing(bench: Bench) -> None:
    """More than a batch of them."""
    count = BATCH + 20
    report = bench.ingest(bench.file(b"\n", *map(a_line, range(count)), b"  \n"))
    assert report == IngestReport(posts=count)
    assert [post.native_id for post in bench.stored("comments", Post)] == [
        f"c{n}" for n in range(count)
    ]
    size = (bench.folder / "posts.jsonl").stat().st_size
    assert bench.progress[-1] == (size, size)
    assert [done for done, _ in bench.progress] == sorted(done for done, _ in bench.progress)


def test_a_line_that_cannot_be_read_becomes_a_dead_letter_and_the_rest_goes_on(
    bench: Bench,
) -> None:
    """It says in which line of which file and why, and keeps the bytes."""
    report = bench.ingest(bench.file(a_line(1), b'{"id": "\xff"}\n', a_line(2, kind="rant")))
    assert report == IngestReport(posts=1, dead_letters=2)
    broken, wrong = bench.stored("dead-letters", DeadLetter)
    assert (broken.origin, broken.position, broken.payload) == (
        "posts.jsonl",
        "2",
        b'{"id": "\xff"}',
    )
    assert (wrong.position, wrong.reason) == ("3", "kind: is not one of the allowed values")


def test_the_longest_line_that_is_kept_fits_into_a_dead_letter(bench: Bench) -> None:
    """Nothing is too long to be set aside."""
    report = bench.ingest(bench.file(b"x" * 3_000_000 + b"\n", a_line(1)))
    assert report == IngestReport(posts=1, dead_letters=1)
    (letter,) = bench.stored("dead-letters", DeadLetter)
    assert letter.reason == "the line is longer than 524288 bytes"


def test_standard_input_is_a_file_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is not known."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(a_line(1) + b"oops\n")))
    assert bench.ingest("-") == IngestReport(posts=1, dead_letters=1)
    assert bench.stored("dead-letters", DeadLetter)[0].origin == "stdin"
    assert {total for _, total in bench.progress} == {None}


def test_a_file_that_is_not_there_is_a_sentence(bench: Bench) -> None:
    """So is a folder."""
    for path in (bench.folder / "none.jsonl", bench.folder):
        with pytest.raises(Misconfigured, match=f"^cannot read {path}: "):
            bench.ingest(str(path))


def test_as_live_happens_now_at_the_original_distances(bench: Bench) -> None:
    """Twice as fast, the first post is published now; arrival is when it was sent."""
    file = bench.file(a_line(0), a_line(2), a_line(2, id="c2b"), a_line(10))
    assert bench.ingest(file, speed=2) == IngestReport(posts=4)
    assert bench.slept == [60, 240]
    minutes = [0, 1, 1, 5]
    posts = bench.stored("comments", Post)
    assert [post.published for post in posts] == [at(minute) for minute in minutes]
    assert [post.received for post in posts] == [at(minute) for minute in minutes]


def test_as_live_an_edit_is_paced_by_its_own_time_and_keeps_its_creation(bench: Bench) -> None:
    """Both times move together."""
    edit = a_line(0, change="edited", changed="2024-05-06T08:10:00Z")
    bench.ingest(bench.file(a_line(0), edit), speed=1)
    edited = bench.stored("comments", Post)[1]
    assert (edited.published, edited.changed) == (START, at(10))


def test_as_live_what_comes_out_of_order_is_sent_at_once(bench: Bench) -> None:
    """Time does not run backwards."""
    bench.ingest(bench.file(a_line(5), a_line(1), a_line(6)), speed=1)
    assert bench.slept == [60]
    assert [post.published for post in bench.stored("comments", Post)] == [at(0), at(-4), at(1)]


def at(minute: int) -> datetime:
    """Return the time on the manual clock."""
    return START + timedelta(minutes=minute)
