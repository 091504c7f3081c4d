"""`vigie connect` carries what its sources say to the broker, and survives both."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Kafka, PracticePlatform
from vigie import wire
from vigie.connectors import connect as module
from vigie.connectors.connect import Writer, connect
from vigie.connectors.file.listen import FileListener
from vigie.connectors.practice.client import PracticeClient
from vigie.connectors.practice.listen import PracticeListener
from vigie.connectors.source import Batch, Listener, RawPost
from vigie.demo.broker import EmbeddedBroker
from vigie.demo.platform import build_app
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Post
from vigie.errors import Misconfigured, Rejected, Transient
from vigie.intake import Intake
from vigie.kafka.producer import PostWriter
from vigie.testing.clock import START, ManualClock
from vigie.testing.http_server import running
from vigie.testing.kafka_records import stored_records
from vigie.topics import Topics

LINE = (
    b'{"id":"%s","platform":"practice","source":"s","kind":"mention","conversation":"m",'
    b'"author":"velo_jaune","published":"2026-03-02T08:00:00Z","text":"Bonjour"}'
)


@dataclass
class Script:
    """A source that says what a test wrote down: a page of lines, or an error."""

    id: str
    pages: list[list[bytes] | Exception]
    asked: list[int | None] = field(default_factory=list)
    cursor_type = int

    async def listen(self, after: int | None) -> AsyncIterator[Batch[int]]:
        """Go on after the cursor; at the end of the script stay silent."""
        self.asked.append(after)
        cursor = after or 0
        while self.pages:
            page = self.pages.pop(0)
            if isinstance(page, Exception):
                raise page
            cursor += 1
            yield Batch([RawPost(line, str(cursor)) for line in page], cursor)
        await asyncio.Event().wait()


@pytest.fixture
def kafka() -> Iterator[Kafka]:
    """The embedded broker."""
    with EmbeddedBroker([(name, 1) for name, _ in Topics("vigie.", 1)]) as broker:
        yield Kafka(bootstrap=broker.bootstrap, embedded=True, partitions=1)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT", timedelta(milliseconds=1))
    monkeypatch.setattr(module, "LONGEST_WAIT", timedelta(milliseconds=4))


async def run(
    kafka: Kafka, folder: Path, *listeners: Listener[int], posts: int, letters: int = 0
) -> tuple[list[str], list[DeadLetter]]:
    """Connect until so many records are there; return the posts' ids and the dead letters."""

    def open_writer() -> Writer:
        return PostWriter(kafka, source="/vigie/connect")

    connecting = asyncio.create_task(
        connect(
            listeners,
            open_writer=open_writer,
            intake=Intake(author_key=b"key", max_text=1000),
            clock=ManualClock(),
            data_dir=folder,
        )
    )
    async with asyncio.timeout(20):
        while True:
            mentions = await asyncio.to_thread(stored_records, kafka, "vigie.mentions")
            dead = await asyncio.to_thread(stored_records, kafka, "vigie.dead-letters")
            if len(mentions) >= posts and len(dead) >= letters:
                break
            await asyncio.sleep(0.05)
    await _settled(connecting)
    read_post, read_letter = wire.Decoder(Post), wire.Decoder(DeadLetter)
    return (
        [read_post(record.value).native_id for record in mentions],
        [read_letter(record.value) for record in dead],
    )


async def _settled(connecting: asyncio.Task[None]) -> None:
    await asyncio.sleep(0.1)  # the cursor is written after the broker's word
    connecting.cancel()
    await asyncio.gather(connecting, return_exceptions=True)


async def test_all_sources_are_heard_and_the_unreadable_is_set_aside(
    kafka: Kafka, tmp_path: Path
) -> None:
    """Each dead letter names its source and the place."""
    first = Script("first", [[LINE % b"a1", b"oops"], [LINE % b"a2"]])
    second = Script("second", [[LINE % b"b1"]])
    ids, letters = await run(kafka, tmp_path, first, second, posts=3, letters=1)
    assert sorted(ids) == ["a1", "a2", "b1"]
    assert [(letter.origin, letter.position, letter.at) for letter in letters] == [
        ("first", "1", START)
    ]


async def test_a_restart_goes_on_after_what_was_written(kafka: Kafka, tmp_path: Path) -> None:
    """The cursor of each source survives."""
    await run(kafka, tmp_path, Script("s", [[LINE % b"1"], [LINE % b"2"]]), posts=2)
    again = Script("s", [[LINE % b"3"]])
    await run(kafka, tmp_path, again, posts=3)
    assert again.asked == [2]


async def test_a_source_that_fails_is_asked_again_from_its_last_cursor(
    kafka: Kafka, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line per failure, and the other sources go on."""
    caplog.set_level(logging.WARNING, logger="vigie")
    failing = Script(
        "failing",
        [[LINE % b"1"], Transient("platform away"), Rejected("no token"), [LINE % b"2"]],
    )
    ids, _ = await run(kafka, tmp_path, failing, Script("calm", [[LINE % b"3"]]), posts=3)
    assert sorted(ids) == ["1", "2", "3"]
    assert failing.asked == [None, 1, 1]
    assert [
        record.getMessage() for record in caplog.records if record.name.startswith("vigie")
    ] == [
        "retry=failing wait_s=0.001 problem=platform away",
        "source=failing refused=no token",
    ]


async def test_the_wait_that_a_platform_asks_for_is_kept(kafka: Kafka, tmp_path: Path) -> None:
    """It may be longer than ours."""
    polite = Script(
        "polite", [Transient("slow down", retry_after=timedelta(seconds=0.3)), [LINE % b"1"]]
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    await run(kafka, tmp_path, polite, posts=1)
    assert loop.time() - began >= 0.3


async def test_a_broker_that_fails_for_a_while_gets_the_same_posts_again(tmp_path: Path) -> None:
    """Nothing is skipped, and the source is not asked again."""
    written: list[str] = []
    all_written = asyncio.Event()
    failures = [Transient("broker away"), Transient("still")]

    loop = asyncio.get_running_loop()

    class Flaky:
        def write(self, records: object) -> None:
            if failures:
                raise failures.pop()
            written.extend(record.native_id for record in records)  # type: ignore[attr-defined]
            if len(written) == 2:
                loop.call_soon_threadsafe(all_written.set)

        def close(self) -> None:
            written.append("closed")

    source = Script("s", [[LINE % b"1"], [LINE % b"2"]])
    connecting = asyncio.create_task(
        connect(
            [source],
            open_writer=Flaky,
            intake=Intake(author_key=b"key", max_text=1000),
            clock=ManualClock(),
            data_dir=tmp_path,
        )
    )
    async with asyncio.timeout(10):
        await all_written.wait()
    await _settled(connecting)
    assert (written, source.asked) == (["1", "2", "closed"], [None])


async def test_what_no_waiting_can_mend_ends_the_command(tmp_path: Path) -> None:
    """A missing topic, say."""

    def open_writer() -> Writer:
        message = "the topic vigie.mentions does not exist"
        raise Misconfigured(message)

    with pytest.raises(Misconfigured):
        await connect(
            [Script("s", [])],
            open_writer=open_writer,
            intake=Intake(author_key=b"key", max_text=1000),
            clock=ManualClock(),
            data_dir=tmp_path,
        )


async def test_a_file_is_a_source(kafka: Kafka, tmp_path: Path) -> None:
    """From the bytes on disk to the record."""
    path = tmp_path / "export.jsonl"
    await asyncio.to_thread(path.write_bytes, LINE % b"1" + b"\n" + LINE % b"2" + b"\n")
    listener = FileListener("export", path, poll=timedelta(milliseconds=10))
    ids, _ = await run(kafka, tmp_path, listener, posts=2)  # type: ignore[arg-type]
    assert ids == ["1", "2"]


async def test_the_practice_platform_is_heard_through_its_failures(
    kafka: Kafka, tmp_path: Path
) -> None:
    """Errors, garbage and a long feed: every post of both sources comes through."""
    app = build_app("secret")
    ids = [f"p{n}" for n in range(450)]
    app.state.platform.post(
        [
            {
                **json.loads(LINE % id_.encode()),
                "source": f"practice-{n % 2}",
                "change": "created",
            }
            for n, id_ in enumerate(ids)
        ]
    )
    app.state.platform.fail_next(500, 2)
    app.state.platform.fail_next(200, garbage=True)
    app.state.platform.fail_randomly(seed=3, rate=0.3)
    with running(app) as url:
        client = PracticeClient(PracticePlatform(url=url, token="secret"), ManualClock())
        listeners = [
            PracticeListener(f"practice-{n}", client, timedelta(milliseconds=5)) for n in range(2)
        ]
        heard, letters = await run(kafka, tmp_path, *listeners, posts=len(ids))
        await client.aclose()
    assert sorted(set(heard)) == sorted(ids)
    assert letters == []
