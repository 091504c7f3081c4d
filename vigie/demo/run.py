"""The demo: a stage, the embedded broker, the scenario played on it, and what was measured."""

import asyncio
import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from kafka import KafkaConsumer  # type: ignore[import-untyped]
from rich.console import Console

from config.settings import Kafka
from vigie.clock import ScaledClock
from vigie.demo.broker import EmbeddedBroker
from vigie.demo.player import play
from vigie.demo.report import Evidence, as_table, summary
from vigie.demo.screen import Screen
from vigie.demo.script import entries
from vigie.demo.stage import ROLES, Stage, demo_settings, wait_until
from vigie.demo.watcher import Watcher
from vigie.domain.action import Action, ActionState, Verdict
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.notification import DeliveryState, NotifyReason
from vigie.kafka.connection import client_arguments
from vigie.ports import Outbox
from vigie.storage.database import open_engine
from vigie.storage.outbox import SqlOutbox
from vigie.telemetry.scrape import quantile, samples
from vigie.topics import Topics
from vigie.wire import Value

SPEED = 600.0
"""Times faster than life: the scenario's four hours take 24 seconds."""
FOLDER = Path("var/demo")
"""Where the demo keeps its settings, logs and database; emptied at each start."""
READY_WITHIN_S = 60.0
DRAINED_WITHIN_S = 30.0
"""How long the last posts may take through the pipeline after they were published."""
SETTLED_S = 2.0
"""How long after the last assessment its effects are still waited for."""
LOOK_EVERY_S = 0.1
FETCH_WAIT_MS = 50
"""The embedded broker looks for new records only when a fetch has waited so long."""
DECISION = "vigie_comment_to_decision_seconds"


@dataclass
class Seen:
    """What came by while the scenario played."""

    steps: list[IncidentEvent] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)

    def __call__(self, value: Value) -> None:
        """Keep what the report needs."""
        if isinstance(value, IncidentEvent) and value.change is not IncidentChange.RESTATED:
            self.steps.append(value)
        elif isinstance(value, Action):
            self.actions[value.id] = value


def run(console: Console, *, keep: bool) -> int:
    """Play the demo; return 0 if everything came as expected, else 1."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    topics = Topics(
        demo_settings()["kafka"]["topic_prefix"], demo_settings()["kafka"]["partitions"]
    )
    clock = ScaledClock(datetime.now(UTC), SPEED)
    with EmbeddedBroker((name, topics.partitions) for name, _ in topics) as broker:
        changes = {
            "kafka": {"bootstrap": broker.bootstrap},
            "clock": {"speed": clock.speed, "origin": clock.origin.isoformat()},
        }
        with Stage(FOLDER.resolve(), changes, clock=clock) as stage:
            with console.status("Starting five roles, testing who can be reached…"):
                _open(stage)
            evidence = _watch(stage, console, clock, topics, broker.bootstrap)
            lines = summary(evidence)
            console.print(as_table(lines))
            if keep:
                _keep(stage, console)
    return 0 if all(line.met is not False for line in lines) else 1


def _open(stage: Stage) -> None:
    """Bring the installation up: people tested, every role at work."""
    stage.run("db", "upgrade")
    stage.start_roles()
    stage.start("connect", "connect")
    stage.run("alert", "test", *stage.people())
    for role in ROLES:
        wait_until(partial(stage.works, role), what=f"{role} ready", seconds=READY_WITHIN_S)


def _watch(
    stage: Stage, console: Console, clock: ScaledClock, topics: Topics, bootstrap: str
) -> Evidence:
    """Play the scenario while showing what passes, and return what was seen."""
    script = entries()
    zone = ZoneInfo(demo_settings()["organisation"]["time_zone"])
    screen = Screen(console, posts=len(script), zone=zone)
    seen = Seen()

    def passed(value: Value) -> None:
        seen(value)
        screen.passed(value)

    consumer = KafkaConsumer(
        **client_arguments(Kafka(bootstrap=bootstrap, embedded=True)),
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_WAIT_MS,
    )
    arrivals = _Arrivals(stage, screen)
    with screen.progress, Watcher(consumer, topics, passed) as watcher, arrivals:
        begun = time.monotonic()
        started = asyncio.run(_play(stage, clock, screen))
        played = time.monotonic() - begun
        wait_until(
            lambda: len(watcher.assessed) >= len(script),
            what="every post assessed",
            seconds=DRAINED_WITHIN_S,
        )
        time.sleep(SETTLED_S)
        outbox = SqlOutbox(open_engine(stage.settings["database"]["url"]))
        wait_until(
            partial(_all_closed, outbox),
            what="everybody who was told, told of the end",
            seconds=DRAINED_WITHIN_S,
        )
    decisions = samples(stage.metrics_url("moderate"))
    return Evidence(
        entries=script,
        started=started,
        assessed=len(watcher.assessed),
        played_seconds=played,
        steps=seen.steps,
        hidden=frozenset(stage.platform.hidden()),
        confirmed=_posts(seen, Verdict.HIDE, ActionState.CONFIRMED),
        proposed=_posts(seen, Verdict.PROPOSE, ActionState.PROPOSED),
        sms=arrivals.sms,
        emails=arrivals.emails,
        decision_p50=_real(quantile(decisions, DECISION, 0.5), clock),
        decision_p95=_real(quantile(decisions, DECISION, 0.95), clock),
        alert_after=_alert_after(seen, arrivals, clock),
    )


def _all_closed(outbox: Outbox) -> bool:
    """Say whether each who was told of an incident, on each channel, was told of its end too."""
    told, ended = set(), set()
    for delivery in outbox.deliveries():
        notification = delivery.notification
        if notification.event is None:
            continue
        whom = notification.event.incident_id, notification.person, notification.channel
        told.add(whom)
        taken = delivery.state in (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
        if taken and notification.reason is NotifyReason.RESOLVED:
            ended.add(whom)
    return told == ended


async def _play(stage: Stage, clock: ScaledClock, screen: Screen) -> datetime:
    async with stage.platform_client() as client:
        return await play(entries(), client=client, clock=clock, on_post=screen.published)


class _Arrivals:
    """Shows every SMS and e-mail that comes while it is open; tests before that do not count."""

    def __init__(self, stage: Stage, screen: Screen) -> None:
        self._stage = stage
        self._screen = screen
        self._tests = len(stage.gateway.messages), len(stage.mail.messages)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.sms = 0
        self.emails = 0
        self.first: datetime | None = None

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        ended = False
        while not ended:
            ended = self._ended.wait(LOOK_EVERY_S)
            self._show()

    def _show(self) -> None:
        tests, test_mails = self._tests
        for sms in self._stage.gateway.messages[tests + self.sms :]:
            self.sms += 1
            self.first = self.first or sms.created
            self._screen.sms(sms.to, sms.body)
        for mail in self._stage.mail.messages[test_mails + self.emails :]:
            self.emails += 1
            self._screen.email(mail["To"], mail["Subject"], _text(mail))


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _posts(seen: Seen, verdict: Verdict, state: ActionState) -> frozenset[str]:
    """Return the native ids of the comments whose action stands like this."""
    return frozenset(
        action.post.removeprefix(f"{action.platform}:")
        for action in seen.actions.values()
        if action.decision.verdict is verdict and action.state is state
    )


def _alert_after(seen: Seen, arrivals: _Arrivals, clock: ScaledClock) -> float | None:
    """Return the real seconds from the post that crossed into paging to the first SMS."""
    crossed = [step.crossed for step in seen.steps if step.level >= Level.ORANGE and step.crossed]
    if not crossed or arrivals.first is None:
        return None
    return _real((arrivals.first - min(crossed)).total_seconds(), clock)


def _real(seconds: float | None, clock: ScaledClock) -> float | None:
    return None if seconds is None else seconds / clock.speed


def _keep(stage: Stage, console: Console) -> None:
    """Stay up until the keyboard says otherwise."""
    console.print(f"Settings, logs and the database lie in {FOLDER}/.")
    for role in ROLES:
        console.print(f"  {role:<9} {stage.metrics_url(role)}")
    console.print(f"  platform  {stage.platform_url}")
    console.print("Ctrl-C ends it.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("Ending.")
