"""Sending in bad weather: two alert roles on PostgreSQL are killed again and again while they send.

Three requests in ten go wrong on the way. Nothing is lost; where a provider can be asked what it
has, nothing comes twice either.
"""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from alerting.delivery import AT_ONCE
from vigie.demo.mail_catcher import MailCatcher
from vigie.demo.sms.app import build_app
from vigie.demo.stage import ROLES, SMS_ACCOUNT, SMS_TOKEN, Stage, wait_until
from vigie.domain.notification import Channel, Delivery, DeliveryState, Notification
from vigie.storage.database import open_engine
from vigie.storage.outbox import SqlOutbox
from vigie.testing.alerts import a_notification, an_incident
from vigie.testing.http_server import running
from vigie.testing.kafka_server import KafkaServer
from vigie.testing.ports import free_ports
from vigie.testing.postgres_server import PostgresServer
from vigie.testing.weather import Fault, Resettable, Stormy, Weather, reset
from vigie.testing.webhook import KEY
from vigie.testing.webhook import build_app as build_machine

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]

SEED = 20261124
PEOPLE = tuple(f"p{number}" for number in range(25))
CHANNELS = tuple(Channel)
TOLD = 2_000
KILLS = 20
WORKERS = ("first", "second")
DONE = {DeliveryState.ACCEPTED, DeliveryState.DELIVERED}
PREFIX = "chaos."
DONE_WITHIN_S = 400


class StormyMail(MailCatcher):
    """A mail server in bad weather."""

    weather: Weather

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the message, if it is taken, and answer, if there is an answer."""
        fault, taken = self.weather.fault()
        answer = await super().handle_DATA(server, session, envelope) if taken else ""
        match fault:
            case Fault.TOO_MANY:
                return "451 4.7.1 later"
            case Fault.BROKEN:
                return "421 4.3.2 broken"
            case Fault.TIME_OUT:
                await asyncio.sleep(self.weather.hang)
                reset(server.transport)
            case Fault.RESET:
                reset(server.transport)
        return answer


@dataclass
class Town:
    """An installation of which only alert roles run, and what the outside received."""

    stage: Stage
    outbox: SqlOutbox
    weather: dict[Channel, Weather]
    received: dict[Channel, Any]
    workers: dict[str, subprocess.Popen[bytes]]

    def start(self, name: str) -> None:
        """Start one of the two workers, again where it was killed."""
        first = str(free_ports(len(ROLES)))
        around = {
            "VIGIE__WORKER__METRICS_PORT": first,
            "VIGIE__WORKER__DATA_DIR": str(self.stage.folder / name),
        }
        with self.stage.log(name).open("ab") as log:
            self.workers[name] = subprocess.Popen(
                self.stage.command("role", "alert"),
                env=os.environ | around,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """End a worker as a power cut would, and start it again."""
        worker = self.workers.pop(name)
        worker.kill()
        worker.wait()
        self.start(name)

    def close(self) -> None:
        """End the workers."""
        for worker in self.workers.values():
            worker.kill()
            worker.wait()

    def finished(self) -> int:
        """Return how many notifications are through."""
        return TOLD - self.outbox.pending()


def told_of() -> list[Notification]:
    """Return twenty incidents told to everybody on every channel."""
    now = datetime.now(UTC)
    incidents = TOLD // len(PEOPLE) // len(CHANNELS)
    return [
        a_notification(
            id=f"eau-{number}:1:{person}:{channel}",
            person=person,
            channel=channel,
            created=now,
            event=an_incident(number=number, at=now, opened=now, since=now),
        )
        for number in range(incidents)
        for person in PEOPLE
        for channel in CHANNELS
    ]


def settings(
    kafka: KafkaServer, database: str, *, mail: int, sms: str, machine: str, room: str
) -> dict[str, Any]:
    """Return an installation with many people and little patience."""
    room = room.replace("http://", "json://")
    return {
        "kafka": {"bootstrap": kafka.bootstrap, "embedded": False, "topic_prefix": PREFIX},
        "database": {"url": database},
        "watches": [
            {"id": "eau", "name": "Eau", "match": [{"words": ["eau"]}], "recipients": [*PEOPLE]}
        ],
        "alerting": {
            "people": [
                {
                    "id": person,
                    "name": person,
                    "email": f"{person}@sourcebelle.example",
                    "phone": f"+336399{number:05}",
                    "webhook": f"{machine}/{person}",
                    "apprise": f"{room}/{person}",
                }
                for number, person in enumerate(PEOPLE)
            ],
            "email": {"port": mail, "timeout": "1s"},
            "sms": {"timeout": "1s", "twilio": {"url": sms}},
            "webhook": {"timeout": "1s", "key": KEY},
        },
    }


@pytest.fixture(scope="module")
def town(
    kafka: KafkaServer, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Tell everybody of everything while the workers are killed, and wait for the end."""
    database = postgres.create_database("chaos")
    weather = {channel: Weather(SEED + number) for number, channel in enumerate(CHANNELS)}
    with ExitStack() as held:

        def outside(channel: Channel, app: ASGIApp) -> str:
            return held.enter_context(running(Stormy(app, weather[channel]), protocol=Resettable))

        mail = StormyMail()
        mail.weather = weather[Channel.EMAIL]
        held.enter_context(mail)
        gateway = build_app(SMS_ACCOUNT, SMS_TOKEN)
        machine = build_machine()
        said: list[tuple[str, str]] = []
        around = settings(
            kafka,
            database,
            mail=mail.port,
            sms=outside(Channel.SMS, gateway),
            machine=outside(Channel.WEBHOOK, machine),
            room=outside(Channel.APPRISE, a_room(said)),
        )
        stage = held.enter_context(Stage(tmp_path_factory.mktemp("chaos"), around))
        engine = open_engine(database)
        held.callback(engine.dispose)
        received = {
            Channel.EMAIL: mail.messages,
            Channel.SMS: lambda: gateway.state.gateway.messages,
            Channel.WEBHOOK: machine.state.receiver.taken,
            Channel.APPRISE: said,
        }
        town = Town(stage, SqlOutbox(engine), weather, received, {})
        held.enter_context(closing(town))
        stage.run("db", "upgrade")
        stage.run("topics", "create")
        assert town.outbox.enqueue(told_of()) == TOLD
        for name in WORKERS:
            town.start(name)
        disturb(town)
        wait_until(lambda: not town.outbox.pending(), what="all sent", seconds=DONE_WITHIN_S)
        yield town


def a_room(said: list[tuple[str, str]]) -> Starlette:
    """Return a server that takes what apprise posts as JSON."""

    async def take(request: Request) -> Response:
        said.append((request.url.path, (await request.json())["message"]))
        return Response()

    return Starlette(routes=[Route("/{person}", take, methods=["POST"])])


def disturb(town: Town) -> None:
    """Kill a worker each time so many more are through, by the seed."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable moments
    for mark in sorted(chance.sample(range(1, TOLD * 9 // 10), KILLS)):
        wait_until(
            lambda: town.finished() >= mark,  # noqa: B023
            what=f"{mark} through",
            seconds=DONE_WITHIN_S,
            every=0.02,
        )
        # The one that has been at work for longest: the other may still be starting.
        town.kill(next(iter(town.workers)))


def deliveries(town: Town, channel: Channel) -> list[Delivery]:
    """Return what was to be told on this channel, and what became of it."""
    return [one for one in town.outbox.deliveries() if one.notification.channel is channel]


def test_the_weather_was_bad_and_every_kill_hit_a_worker(town: Town) -> None:
    """Each kind of fault met each channel, some of them after the message was taken."""
    for channel, weather in town.weather.items():
        say(
            f"{channel}: {dict(weather.counted)}, of those taken all the same {dict(weather.taken)}"
        )
        assert set(weather.counted) == set(Fault)
        assert set(weather.taken) >= {Fault.TIME_OUT, Fault.RESET}


def test_everything_is_accepted_in_the_end(town: Town) -> None:
    """The outbox holds nothing that waits, and nothing that was given up."""
    for channel in CHANNELS:
        found = deliveries(town, channel)
        assert len(found) == TOLD // len(CHANNELS)
        assert {one.state for one in found} <= DONE


def test_every_text_message_reached_the_gateway_once(town: Town) -> None:
    """Twilio can be asked what it has."""
    sent = Counter((sms.to, sms.body) for sms in town.received[Channel.SMS]())
    assert len(sent) == TOLD // len(CHANNELS)
    assert set(sent.values()) == {1}


def test_every_mail_reached_the_server_and_doubles_have_one_message_id(town: Town) -> None:
    """A mail server cannot be asked: a double comes where an answer was lost or a sender died."""
    sent = Counter(mail["Message-ID"] for mail in town.received[Channel.EMAIL])
    assert set(sent) == {one.provider_id for one in deliveries(town, Channel.EMAIL)}
    no_more_doubles_than_lost_answers(town, Channel.EMAIL, sent)


def test_every_webhook_reached_its_server_and_doubles_have_one_id(town: Town) -> None:
    """By which the server drops them."""
    sent = Counter(id_ for id_, _ in town.received[Channel.WEBHOOK])
    assert set(sent) == {one.provider_id for one in deliveries(town, Channel.WEBHOOK)}
    no_more_doubles_than_lost_answers(town, Channel.WEBHOOK, sent)


def test_every_room_read_everything(town: Town) -> None:
    """What it reads twice reads the same."""
    sent = Counter(town.received[Channel.APPRISE])
    assert len(sent) == TOLD // len(CHANNELS)
    no_more_doubles_than_lost_answers(town, Channel.APPRISE, sent)


def no_more_doubles_than_lost_answers(town: Town, channel: Channel, sent: Counter[Any]) -> None:
    """A double needs an answer that was lost, or a sender that died while it waited for one."""
    doubles = sent.total() - len(sent)
    lost = town.weather[channel].taken.total()
    say(f"{channel}: {len(sent)} messages, {doubles} doubles, {lost} answers lost")
    assert doubles <= lost + KILLS * AT_ONCE


def say(text: str) -> None:
    """Show a figure where tests are run with -s."""
    sys.stderr.write(f"\n{text}\n")
