"""The whole path on a real Kafka: killed again and again, nothing is lost and nothing done twice.

The same input runs twice, once undisturbed on SQLite, once under kills on PostgreSQL.
"""

import os
import random
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from config.settings import Kafka
from vigie.demo.stage import ROLES, Stage, wait_until
from vigie.domain.action import ActionState
from vigie.domain.assessment import Assessment
from vigie.domain.audit import AuditEntry, first_broken
from vigie.domain.incident import IncidentEvent, Level
from vigie.domain.notification import Channel, Delivery, DeliveryState
from vigie.intake import Line, format_line
from vigie.replay.crisislex import read_collection
from vigie.storage.database import open_engine
from vigie.storage.ledger import SqlLedger
from vigie.storage.outbox import SqlOutbox
from vigie.storage.schema import posts
from vigie.testing.kafka_records import stored_records
from vigie.testing.kafka_server import KafkaServer
from vigie.testing.postgres_server import PostgresServer
from vigie.wire import Decoder

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.postgres,
    pytest.mark.shared,
    pytest.mark.timeout(900),
]

COMMENTS = int(os.environ.get("VIGIE_TEST_COMMENTS", "20000"))
KILLS_PER_ROLE = 3
SEED = 20261122
READY_WITHIN_S = 60
DONE_WITHIN_S = 400
STREAM = "data/streams/crisislex_lac_megantic_fr_en"
STREAM_SPEED = 100_000.0
"""The stream's weeks take half a minute."""

TEXTS = (
    ("Merci à toute l'équipe, numéro {}", 50),
    ("Quand ouvre le bureau, question {} ?", 20),
    ("C'est une honte, où est passé notre argent, demande {} ?", 26),
    ("You are a fucking piece of shit, asshole {}", 4),
)
"""What the numbered comments say, and how many in a hundred."""


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    assessed: set[str]
    hidden: set[str]
    entries: list[AuditEntry]
    deliveries: list[Delivery]
    texts: Counter[tuple[str, str]]
    mails: Counter[str]
    levels: dict[str, Level]


def numbered_comments() -> list[Line]:
    """Return the comments, spread evenly over the last ten minutes, in an order of the seed."""
    chosen = random.Random(SEED)  # noqa: S311 - a repeatable order
    patterns = [text for text, share in TEXTS for _ in range(share)]
    abuse = TEXTS[-1][0]
    texts = [chosen.choice(patterns) for _ in range(COMMENTS)]
    first = datetime.now(UTC) - timedelta(minutes=10)
    step = timedelta(minutes=10) / COMMENTS
    return [
        Line(
            id=f"n{number}",
            platform="practice",
            source="practice-page",
            kind="comment",
            conversation=f"pub-{number % 97}",
            author=f"author-{number % 5000}",
            published=first + number * step,
            text=text.format(number),
            language="en" if text == abuse else "fr",
            capabilities=("hide",),
        )
        for number, text in enumerate(texts)
    ]


def changes(kafka: KafkaServer, prefix: str, database: str | None) -> dict[str, Any]:
    """Return what this test sets otherwise than the demo."""
    sources = ["practice-page", "x-search"]
    return {
        "kafka": {
            "bootstrap": kafka.bootstrap,
            "embedded": False,
            "topic_prefix": prefix,
            "partitions": 4,
        },
        "sources": [{"id": name, "platform": "practice"} for name in sources],
        "watches": [
            _watch("page", {"sources": ["practice-page"]}),
            _watch("megantic", {"words": ["mégantic", "lacmégantic", "#megantic"]}),
        ],
        # Half the layers, twice the pace: this is about what is lost or done twice.
        "classifier": {"model": "fast"},
        "detection": {"tick": "1s", "behind": "1h"},
        "moderation": {
            "budget": {
                "per_hour": COMMENTS,
                "per_conversation_hour": COMMENTS,
                "per_author_hour": COMMENTS,
            }
        },
        **({"database": {"url": database}} if database else {}),
    }


def _watch(name: str, match: dict[str, Any]) -> dict[str, Any]:
    condition = {"posts": 30, "negatives": 30, "negative_share": 0.2}
    return {
        "id": name,
        "name": name,
        "match": [match],
        "levels": {
            "jaune": [condition],
            "orange": [condition | {"negatives": 60}],
            "rouge": [condition | {"negatives": 600}],
        },
        # Longer than the test, so that what was counted is still there at its end.
        "window": "60m",
        "hold": "60m",
        "recipients": ["astreinte", "direction"],
    }


class Run:
    """One installation fed with the stream and the comments."""

    def __init__(self, stage: Stage, prefix: str, bootstrap: str, shared: Path) -> None:
        self.stage = stage
        self.kafka = Kafka(bootstrap=bootstrap, topic_prefix=prefix)
        self.stream = read_collection(shared / STREAM).lines
        self.comments = numbered_comments()
        self.engine = open_engine(stage.settings["database"]["url"])

    def start(self) -> None:
        """Bring everything up and begin to feed it."""
        stage = self.stage
        stage.run("db", "upgrade")
        stage.run("topics", "create")
        for person in stage.people():
            stage.run("alert", "test", person)
        stage.start_roles()
        for role in ROLES:
            wait_until(lambda role=role: stage.works(role), what=role, seconds=READY_WITHIN_S)
        stage.platform.post([msgspec.to_builtins(line) for line in self.comments])
        self._feed("stream", self.stream, "--as-live", "--speed", str(STREAM_SPEED))
        self._feed("comments", self.comments)

    def _feed(self, name: str, lines: tuple[Line, ...] | list[Line], *options: str) -> None:
        file = self.stage.folder / f"{name}.jsonl"
        file.write_bytes(b"".join(format_line(line) + b"\n" for line in lines))
        self.stage.start(f"ingest-{name}", "ingest", str(file), *options)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def expected(self) -> set[str]:
        """Return the ids of all posts that went in."""
        return {f"{line.platform}:{line.id}" for line in [*self.stream, *self.comments]}

    def wait_for_the_end(self) -> None:
        """Return when nothing moves any more: all assessed, hides read back, outbox empty."""
        for name in ("ingest-stream", "ingest-comments"):
            assert self.stage.processes[name].wait(timeout=DONE_WITHIN_S) == 0
        wait_until(self._all_recorded, what="all recorded", seconds=DONE_WITHIN_S, every=1)
        wait_until(self._settled, what="effects settled", seconds=DONE_WITHIN_S, every=1)

    def _all_recorded(self) -> bool:
        """Say whether the database has every post, which comes after its assessment."""
        with self.engine.connect() as connection:
            count = connection.scalar(select(func.count()).select_from(posts)) or 0
        return count >= len(self.expected())

    def _assessed(self) -> set[str]:
        decode = Decoder(Assessment)
        topic = f"{self.kafka.topic_prefix}assessments"
        return {decode(record.value).post.id for record in stored_records(self.kafka, topic)}

    def _settled(self) -> bool:
        """Say whether every role has read its topics to the end and has nothing left to do."""
        behind = sum(self.stage.lag(role) for role in ROLES)
        unfinished = SqlLedger(self.engine).unfinished()
        return behind == 0 and not unfinished and not SqlOutbox(self.engine).pending()

    def outcome(self) -> Outcome:
        """Return what there is at the end; tests to people do not count."""
        deliveries = SqlOutbox(self.engine).deliveries()
        bodies = Counter((sms.to, sms.body) for sms in self.stage.gateway.messages)
        mails = Counter(mail["Message-ID"] for mail in self.stage.mail.messages)
        return Outcome(
            assessed=self._assessed(),
            hidden=set(self.stage.platform.hidden()),
            entries=list(SqlLedger(self.engine).entries()),
            deliveries=deliveries,
            texts=Counter({key: n for key, n in bodies.items() if "#" in key[1]}),
            mails=mails,
            levels=self._levels(),
        )

    def _levels(self) -> dict[str, Level]:
        decode = Decoder(IncidentEvent)
        topic = f"{self.kafka.topic_prefix}incidents"
        steps = [decode(record.value) for record in stored_records(self.kafka, topic)]
        latest = sorted(steps, key=lambda step: (step.number, step.version))
        return {step.watch: step.level for step in latest}


def disturb(run: Run, kafka: KafkaServer) -> Counter[str]:
    """Kill every role three times and the broker once, at moments of the seed; return the kills."""
    chosen = random.Random(SEED)  # noqa: S311 - repeatable moments
    moments = [(chosen.uniform(2, 60), role) for role in ROLES for _ in range(KILLS_PER_ROLE)]
    moments.append((chosen.uniform(20, 40), "broker"))
    begun = time.monotonic()
    kills: Counter[str] = Counter()
    for moment, victim in sorted(moments):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        if victim == "broker":
            kafka.kill()
            kafka.restart()
        else:
            wait_until(lambda: run.stage.kill(victim), what=f"{victim} to kill", seconds=30)  # noqa: B023
        kills[victim] += 1
    return kills


@pytest.fixture(scope="module")
def undisturbed(
    kafka: KafkaServer, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    """Return what comes of the input when nothing goes wrong."""
    settings = changes(kafka, "calm.", None)
    with (
        Stage(tmp_path_factory.mktemp("calm"), settings) as stage,
        closing(Run(stage, "calm.", kafka.bootstrap, shared)) as run,
    ):
        run.start()
        run.wait_for_the_end()
        return run.outcome()


@pytest.fixture(scope="module")
def disturbed(
    kafka: KafkaServer,
    postgres: PostgresServer,
    shared: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Outcome:
    """Return what comes of the same input under kills."""
    settings = changes(kafka, "storm.", postgres.create_database("storm"))
    with (
        Stage(tmp_path_factory.mktemp("storm"), settings) as stage,
        closing(Run(stage, "storm.", kafka.bootstrap, shared)) as run,
    ):
        run.start()
        kills = disturb(run, kafka)
        run.wait_for_the_end()
        sys.stderr.write(f"\nkilled: {dict(kills)}\n")
        return run.outcome()


def test_every_post_is_assessed(disturbed: Outcome, undisturbed: Outcome) -> None:
    """None is lost, whatever was killed; and the input was the same."""
    assert len(disturbed.assessed) > COMMENTS
    assert disturbed.assessed == undisturbed.assessed


def test_the_platform_hides_what_the_ledger_says(disturbed: Outcome) -> None:
    """No hide is lost, none is unrecorded, and the chain of the ledger is whole."""
    entries = disturbed.entries
    confirmed = {
        entry.subject.removeprefix("hide:practice:").removesuffix("#created")
        for entry in entries
        if entry.event == ActionState.CONFIRMED
    }
    assert len(confirmed) > COMMENTS / 100
    assert disturbed.hidden == confirmed
    assert first_broken(entries) is None


def test_no_text_message_is_lost_or_sent_twice(disturbed: Outcome) -> None:
    """Each one in the outbox reached the gateway exactly once."""
    queued = [d for d in disturbed.deliveries if d.notification.channel is Channel.SMS]
    done = {DeliveryState.ACCEPTED, DeliveryState.DELIVERED}
    assert queued
    assert {delivery.state for delivery in queued} <= done
    assert disturbed.texts.total() == len(queued)
    assert set(disturbed.texts.values()) == {1}


def test_no_mail_is_lost_and_a_double_says_that_it_is_one(disturbed: Outcome) -> None:
    """Mail servers cannot be asked, so a kill at the wrong moment may double, visibly."""
    queued = [d for d in disturbed.deliveries if d.notification.channel is Channel.EMAIL]
    provider_ids = {delivery.provider_id for delivery in queued}
    doubles = sum(count - 1 for id_, count in disturbed.mails.items() if id_ in provider_ids)
    sys.stderr.write(f"\ne-mails: {len(queued)} queued, {doubles} doubled\n")
    assert queued
    assert provider_ids <= set(disturbed.mails)
    assert doubles <= KILLS_PER_ROLE


def test_levels_end_as_they_would_have(disturbed: Outcome, undisturbed: Outcome) -> None:
    """A crisis ends at the level that it reaches undisturbed."""
    assert undisturbed.levels["page"] is Level.ROUGE
    assert disturbed.levels == undisturbed.levels
