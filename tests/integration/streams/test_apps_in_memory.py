"""Real Faust apps of several roles in one process, on topics in memory."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from config.settings import Settings
from streams.app import build_app
from streams.roles import TRAFFIC, Role
from vigie import pipeline
from vigie.detection.judgement import Judgement
from vigie.domain.assessment import Assessment, Scores
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.watch import MatchRule, Threshold, Thresholds, Watch
from vigie.errors import Transient
from vigie.pipeline import Pipeline
from vigie.ports import Fuse
from vigie.telemetry.metrics import Metrics
from vigie.testing.builders import NEGATIVE, a_post, an_assessment
from vigie.testing.classifier import FakeAsyncClassifier
from vigie.testing.clock import ManualClock
from vigie.topics import DEAD_LETTERS, TALLIES_CHANGELOG, Topics

# ruff: noqa: ANN401 - the stage is a fixture; its class is in conftest, out of reach of an import

EAU = Watch(
    id="eau",
    name="Campagne Eau",
    match=(MatchRule(sources=frozenset({"practice-page"})),),
    thresholds=Thresholds(levels={Level.JAUNE: (Threshold(posts=2, negatives=2),)}),
)
METRICS = Metrics(CollectorRegistry())
CLOCK = ManualClock()
UNUSED: Any = None
"""A port that a test never reaches."""


def classify(classifier: FakeAsyncClassifier | None = None) -> pipeline.Classify:
    """Return classification by a few words."""
    return pipeline.Classify(classifier or FakeAsyncClassifier(), CLOCK, METRICS)


def detect() -> pipeline.Detect:
    """Return detection with one watch."""
    judge = Judgement({"eau": EAU}, CLOCK, behind=timedelta(minutes=5), horizon=timedelta(hours=2))
    return pipeline.Detect((EAU,), judge, CLOCK, METRICS)


PIPELINES: dict[Role, Pipeline] = {
    Role.CLASSIFY: classify(),
    Role.DETECT: detect(),
    Role.MODERATE: pipeline.Moderate(UNUSED, UNUSED, UNUSED, Fuse(1, 1, 1), CLOCK, METRICS),
    Role.ALERT: pipeline.Alert(UNUSED, UNUSED, UNUSED, UNUSED, CLOCK),
    Role.RECORD: pipeline.Record(UNUSED),
}


def subscriptions(app: Any) -> set[str]:
    """Return the topics that the app's agents read."""
    return {topic for agent in app.agents.values() for topic in agent.channel.topics}


@pytest.mark.parametrize("role", Role)
def test_the_table_of_roles_says_what_the_apps_read_and_write(
    stage: Any, settings: Settings, role: Role
) -> None:
    """The README's table is made of it."""
    topics = Topics("essai.", 4)
    app = build_app(settings, PIPELINES[role], role, clock=CLOCK, metrics=METRICS)
    reads = {topics.name(topic) for topic in TRAFFIC[role].reads}
    assert subscriptions(app) == reads
    opened = list(stage(PIPELINES[role], role).opened)
    for topic in reads:
        opened.remove(topic)
    assert set(opened) == {topics.name(topic) for topic in TRAFFIC[role].writes}


def test_the_changelog_is_the_one_of_the_catalogue(settings: Settings) -> None:
    """`vigie topics create` makes it; Faust may not."""
    app = build_app(settings, PIPELINES[Role.DETECT], Role.DETECT, clock=CLOCK, metrics=METRICS)
    (table,) = app.tables.values()
    assert table.changelog_topic.get_topic_name() == f"essai.{TALLIES_CHANGELOG}"
    assert table.partitions == settings.kafka.partitions


def test_building_an_app_touches_neither_disk_nor_network(
    settings: Settings, tmp_path: Path
) -> None:
    """Nothing happens before it is started."""
    for role in Role:
        build_app(settings, PIPELINES[role], role, clock=CLOCK, metrics=METRICS)
    assert list(tmp_path.iterdir()) == []


async def test_posts_become_assessments_and_poison_becomes_a_dead_letter(stage: Any) -> None:
    """What cannot be read does not hold up what can."""
    role = stage(classify(), Role.CLASSIFY)
    assessed = role.listen("essai.assessments", Assessment)
    buried = role.listen("essai.dead-letters", DeadLetter)
    async with role.playing():
        await role.write(
            "essai.mentions", a_post(1, text="honteux"), b"\xff\xfe", a_post(2, text="merci")
        )
        first, second, letter = await assessed(), await assessed(), await buried()
        assert [first.post.id, second.post.id] == ["practice:1", "practice:2"]
        assert first.scores.sentiment.is_negative
        assert (letter.position, letter.payload) == ("0:1", b"\xff\xfe")
        await role.write("essai.mentions", a_post(3))
        assert (await assessed()).post.id == "practice:3"


class Waking(FakeAsyncClassifier):
    """A model that is not there at first."""

    sleepy = 1

    async def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Answer from the second time on."""
        if self.sleepy:
            self.sleepy -= 1
            message = "the model is being loaded"
            raise Transient(message)
        return await super().classify(texts, languages)


async def test_a_model_that_comes_late_assesses_what_waited(stage: Any) -> None:
    """In place, in order, once."""
    role = stage(classify(Waking()), Role.CLASSIFY)
    assessed = role.listen("essai.assessments", Assessment)
    async with role.playing():
        await role.write("essai.mentions", a_post(1), a_post(2))
        assert [(await assessed()).post.id for _ in range(2)] == ["practice:1", "practice:2"]


async def test_a_crisis_goes_from_one_app_through_another_to_an_incident(stage: Any) -> None:
    """Two apps of one factory live in one process; the table is written inside its agent."""
    first, second = stage(classify(), Role.CLASSIFY), stage(detect(), Role.DETECT)
    assessed = first.listen("essai.assessments", Assessment)
    told = second.listen("essai.incidents", IncidentEvent)
    async with first.playing(), second.playing():
        await first.write("essai.mentions", *[a_post(n, text="honteux") for n in range(3)])
        for _ in range(3):
            await second.write("essai.assessments", await assessed())
        step = await told()
    assert (step.watch, step.change, step.level) == ("eau", IncidentChange.OPENED, Level.JAUNE)
    (table,) = second.app.tables.values()
    assert any(key.startswith(b"eau|") for key in table)


class Shelf:
    """Read models that keep ids; the database « cannot store » post 2."""

    def __init__(self) -> None:
        self.stored: list[str] = []

    def assessments(self, batch: Sequence[Assessment]) -> None:
        """Store a batch, all or nothing."""
        ids = [assessment.post.id for assessment in batch]
        if "practice:2" in ids:
            raise OverflowError(ids)
        self.stored.extend(ids)

    def dead_letters(self, batch: Sequence[DeadLetter]) -> None:
        """Store dead letters."""
        self.stored.extend(letter.position for letter in batch)


async def test_a_record_the_database_cannot_store_does_not_take_its_batch_along(
    stage: Any,
) -> None:
    """Only that one is buried."""
    shelf = Shelf()
    role = stage(pipeline.Record(shelf), Role.RECORD)  # type: ignore[arg-type]
    buried = role.listen(f"essai.{DEAD_LETTERS}", DeadLetter)
    async with role.playing():
        posts = [an_assessment(a_post(n), sentiment=NEGATIVE) for n in (1, 2, 3)]
        await role.write("essai.assessments", *posts)
        letter = await buried()
        assert letter.position == "0:1"
        assert letter.reason.startswith("OverflowError at ")
        async with asyncio.timeout(10):
            while "practice:3" not in shelf.stored:  # noqa: ASYNC110 - the shelf is a double, not an event
                await asyncio.sleep(0.01)
    assert [id_ for id_ in shelf.stored if id_.startswith("practice:")] == [
        "practice:1",
        "practice:3",
    ]
