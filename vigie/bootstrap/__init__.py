"""The composition root: the one place that knows which adapter stands behind which port.

What a role does not play with is not imported: five processes start on two cores.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from config.load import watches
from config.settings import PracticePlatform, Settings, Source
from vigie.bootstrap import telling
from vigie.clock import ScaledClock, SystemClock
from vigie.domain.notification import Channel, Person
from vigie.domain.post import Platform
from vigie.domain.watch import Watch
from vigie.errors import Misconfigured
from vigie.pipeline import Alert, Classify, Detect, Moderate, Pipeline, Record
from vigie.ports import Clock, Fuse, ModerationPlatform
from vigie.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from alerting.drill import DrillResult
    from config.alerting import Receive
    from vigie.connectors.practice.client import PracticeClient
    from vigie.connectors.source import Listener
    from vigie.intake import Intake
    from vigie.moderation.policy import HidePolicy
    from vigie.receive.app import Receiver


class Bootstrap:
    """Builds what the settings describe; nothing is opened before it is asked for."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self.settings = settings
        self.metrics = metrics
        self.clock = clock_of(settings)
        self._closing = AsyncExitStack()

    async def close(self) -> None:
        """Close every connection that was opened."""
        await self._closing.aclose()

    def pipeline(self, role: str) -> Pipeline:
        """Return the use cases of a role.

        Raises:
            Misconfigured: the settings name something that is not there.
            Transient: the database does not answer.
        """
        builders: dict[str, Callable[[], Pipeline]] = {
            "classify": self.classify,
            "detect": self.detect,
            "moderate": self.moderate,
            "alert": self.alert,
            "record": self.record,
        }
        return builders[role]()

    def classify(self) -> Classify:
        """Return mentions, comments → assessments."""
        from classifiers.batcher import MicroBatcher
        from classifiers.load import load_classifier

        section = self.settings.classifier
        classifier = load_classifier(section, self.metrics.count_lookups)
        batcher = MicroBatcher(classifier, texts=section.batch, timeout=section.timeout)
        self._closing.push_async_callback(batcher.close)
        return Classify(batcher, self.clock, self.metrics)

    def detect(self) -> Detect:
        """Return assessments → observations → incidents."""
        from vigie.detection.judgement import Judgement

        section = self.settings.detection
        known = self.watches()
        judge = Judgement(known, self.clock, behind=section.behind, horizon=section.horizon)
        return Detect(tuple(known.values()), judge, self.clock, self.metrics)

    def moderate(self) -> Moderate:
        """Return assessments → ledger, platform, actions."""
        from vigie.moderation.executor import PlatformExecutor
        from vigie.storage.ledger import SqlLedger

        ledger = SqlLedger(self.engine())
        budget = self.settings.moderation.budget
        return Moderate(
            policy=self._policy(),
            ledger=ledger,
            executor=PlatformExecutor(
                platforms=self.platforms(),
                mode=self.settings.moderation.mode,
                ledger=ledger,
                clock=self.clock,
                metrics=self.metrics,
            ),
            fuse=Fuse(budget.per_hour, budget.per_conversation_hour, budget.per_author_hour),
            clock=self.clock,
            metrics=self.metrics,
        )

    def alert(self) -> Alert:
        """Return incidents → outbox → people."""
        from alerting.delivery import OutboxSender
        from vigie.storage.cases import SqlCases
        from vigie.storage.outbox import SqlOutbox

        engine, watches = self.engine(), self.watches()
        outbox = SqlOutbox(engine)
        sender = OutboxSender(
            outbox=outbox,
            notifiers=telling.notifiers(self.settings, self.metrics, self._closing),
            compose=telling.composer(self.settings, watches, engine),
            people=self.people(),
            clock=self.clock,
            metrics=self.metrics,
            give_up=self.settings.alerting.give_up,
        )
        planner = telling.policy(self.settings, watches)
        return Alert(planner, SqlCases(engine), outbox, sender, self.clock)

    def record(self) -> Record:
        """Return every topic → database."""
        from vigie.storage.read_models import SqlReadModels

        return Record(SqlReadModels(self.engine()))

    async def test_people(self, people: Sequence[Person]) -> "list[tuple[Person, DrillResult]]":
        """Send each of them a test on every channel, and record who may be paged where."""
        from alerting.drill import Drill
        from vigie.storage.outbox import SqlOutbox

        engine = self.engine()
        outbox = SqlOutbox(engine)
        drill = Drill(
            notifiers=telling.notifiers(self.settings, self.metrics, self._closing),
            compose=telling.composer(self.settings, self.watches(), engine),
            clock=self.clock,
        )
        found: list[tuple[Person, DrillResult]] = []
        for person in people:
            channels = [channel for channel in Channel if person.address(channel)]
            found += [(person, result) for result in await drill.send_test(person, channels)]
        for person, result in found:
            if result.reached:
                outbox.mark_reachable(person.id, result.channel, at=self.clock.now())
        return found

    def intake(self) -> "Intake":
        """Return what makes posts of lines."""
        from vigie.intake import Intake

        section = self.settings.intake
        return Intake(section.author_key.get_secret_value().encode(), section.max_text)

    def listeners(self) -> "list[Listener[Any]]":
        """Return one listener per configured source."""
        return [self._listener(source) for source in self.settings.sources]

    def engine(self) -> "Engine":
        """Return an engine on a database with this version's schema.

        Raises:
            Misconfigured: it has another.
            Transient: it does not answer.
        """
        from vigie.storage.database import check_schema, open_engine

        engine = open_engine(self.settings.database.url.get_secret_value())
        self._closing.callback(engine.dispose)
        check_schema(engine)
        return engine

    def watches(self) -> dict[str, Watch]:
        """Return the watches by id."""
        return {watch.id: watch for watch in watches(self.settings)}

    def people(self) -> dict[str, Person]:
        """Return the people by id."""
        return telling.people(self.settings)

    def receiver(self, section: "Receive") -> "Receiver":
        """Return what takes in answers and receipts from outside.

        Raises:
            Misconfigured: the database has another schema.
            Transient: the database or the broker does not answer.
        """
        from vigie.kafka.producer import PostWriter

        writer = PostWriter(self.settings.kafka, source="/vigie/receive")
        self._closing.callback(writer.close)
        return telling.receiver(
            self.settings,
            section,
            self.watches(),
            engine=self.engine(),
            writer=writer,
            metrics=self.metrics,
            clock=self.clock,
        )

    def platforms(self) -> dict[str, ModerationPlatform]:
        """Return access to every platform that is configured."""
        practice = self.settings.platforms.practice
        return {Platform.PRACTICE: self._practice(practice)} if practice else {}

    def _practice(self, section: PracticePlatform) -> "PracticeClient":
        from vigie.connectors.practice.client import PracticeClient

        client = PracticeClient(section, self.clock)
        self._closing.push_async_callback(client.aclose)
        return client

    def _policy(self) -> "HidePolicy":
        from classifiers.thresholds import thresholds_in_force
        from vigie.moderation.policy import HidePolicy

        models = self.settings.classifier
        thresholds = thresholds_in_force((models, *models.also))
        section = self.settings.moderation
        return HidePolicy(section.mode, thresholds, version=section.version)

    def _listener(self, source: Source) -> "Listener[Any]":
        from vigie.connectors.file.listen import FileListener
        from vigie.connectors.practice.listen import PracticeListener

        if source.platform is Platform.FILE and source.path:
            return FileListener(source.id, source.path, source.poll)
        practice = self.settings.platforms.practice
        if source.platform is Platform.PRACTICE and practice:
            return PracticeListener(source.id, self._practice(practice), source.poll)
        message = (
            f"source {source.id}: set platforms.{source.platform}, or choose one of the platforms"
            " that can be listened to so far, practice and file"
        )
        raise Misconfigured(message)


@asynccontextmanager
async def build(
    settings: Settings, role: str, metrics: Metrics
) -> AsyncIterator[tuple[Pipeline, Clock]]:
    """Open what a role leans on, for as long as it runs."""
    bootstrap = Bootstrap(settings, metrics)
    try:
        yield await asyncio.to_thread(bootstrap.pipeline, role), bootstrap.clock
    finally:
        await bootstrap.close()


def clock_of(settings: Settings) -> Clock:
    """Return the clock that the settings ask for: that of the system, or a drill's."""
    section = settings.clock
    if section.origin is None:
        return SystemClock()
    return ScaledClock(section.origin, section.speed)
