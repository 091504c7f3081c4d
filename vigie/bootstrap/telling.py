"""What telling people is built of: who they are, the policy, the channels, and the way back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vigie.clock import SystemClock
from vigie.domain.notification import Channel, Person
from vigie.domain.watch import Watch
from vigie.ports import Notifier

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from pydantic import SecretStr
    from sqlalchemy import Engine

    from alerting.answers.links import Links
    from alerting.messages.composer import Composer
    from alerting.policy import Policy
    from config.alerting import Receive
    from config.settings import Settings
    from vigie.kafka.producer import PostWriter
    from vigie.lookout import Lookout
    from vigie.ports import Clock
    from vigie.receive.app import Receiver
    from vigie.telemetry.metrics import Metrics


def people(settings: "Settings") -> dict[str, Person]:
    """Return the people by id."""
    default = settings.organisation.language
    return {
        person.id: Person(
            id=person.id,
            name=person.name,
            language=person.language or default,
            email=person.email,
            phone=person.phone,
            webhook=_revealed(person.webhook),
            apprise=_revealed(person.apprise),
        )
        for person in settings.alerting.people
    }


def _revealed(secret: "SecretStr | None") -> str | None:
    return secret.get_secret_value() if secret else None


def policy(settings: "Settings", watches: Mapping[str, Watch]) -> "Policy":
    """Return who is told of what, as configured."""
    from alerting.escalation import Escalation
    from alerting.policy import Policy
    from alerting.rota import Cover, Rota, Span
    from alerting.routes import Route, WakingHours

    section = settings.alerting
    zone = ZoneInfo(settings.organisation.time_zone)
    return Policy(
        people=people(settings),
        watches=watches,
        routes=tuple(
            Route(
                level=route.minimum,
                channels=route.channels,
                people=route.people,
                waking_only=route.waking_only,
                watches=frozenset(route.watches),
                signals=frozenset(route.signals),
            )
            for route in section.routes
        ),
        waking_hours=WakingHours.parse(section.waking_hours),
        rotas={
            rota.id: Rota(
                people=rota.people,
                starts=rota.starts,
                zone=zone,
                covers=tuple(
                    Cover(cover.person, Span(cover.begins, cover.ends)) for cover in rota.covers
                ),
            )
            for rota in section.rotas
        },
        away={
            person.id: tuple(Span(span.begins, span.ends) for span in person.away)
            for person in section.people
        },
        zone=zone,
        escalation=Escalation(
            unanswered=section.escalation.unanswered,
            quiet=section.escalation.quiet,
            rounds=section.escalation.rounds,
        ),
    )


def composer(settings: "Settings", watches: Mapping[str, Watch], engine: "Engine") -> "Composer":
    """Return what writes messages."""
    from alerting.messages.composer import Composer
    from vigie.storage.read_models import SqlReadModels

    organisation, section = settings.organisation, settings.alerting
    return Composer(
        watches=watches,
        organisation=organisation.name,
        time_zone=organisation.time_zone,
        posts=SqlReadModels(engine).posts,
        board_url=section.board_url,
        links=_links(settings),
        replies=section.takes_replies,
    )


def notifiers(
    settings: "Settings", metrics: "Metrics", closing: "AsyncExitStack"
) -> Mapping[Channel, Notifier]:
    """Return every channel that is configured; what is opened is closed with `closing`."""
    from alerting.channels.email import EmailNotifier
    from alerting.channels.text_messages import text_messages
    from alerting.channels.webhook import WebhookNotifier
    from vigie.receive.twilio import STATUS_PATH

    section = settings.alerting
    found: dict[Channel, Notifier] = {}
    if section.email:
        email = EmailNotifier(section.email)
        closing.push_async_callback(email.aclose)
        found[Channel.EMAIL] = email
    if section.webhook:
        webhook = WebhookNotifier(section.webhook, now=SystemClock().now)
        closing.push_async_callback(webhook.aclose)
        found[Channel.WEBHOOK] = webhook
    if any(person.apprise for person in section.people):
        from alerting.channels.apprise import AppriseNotifier  # reads all its services

        found[Channel.APPRISE] = AppriseNotifier()
    if section.sms:
        sms = text_messages(
            section.sms,
            {person.id: person.phone for person in section.people if person.phone},
            count=metrics.count_failover,
            now=SystemClock().now,
            callback=f"{section.receive.url.rstrip('/')}{STATUS_PATH}" if section.receive else None,
        )
        for gateway in section.sms.gateways:
            metrics.failovers.labels(gateway)  # a curve begins at 0
        closing.push_async_callback(sms.aclose)
        found[Channel.SMS] = sms
    return found


def lookout(settings: "Settings", metrics: "Metrics", closing: "AsyncExitStack") -> "Lookout":
    """Return what lets canaries go and tells people; it opens neither Kafka nor the database."""
    from alerting.deafness import Deafness, Patience
    from alerting.direct import Direct
    from alerting.messages.deaf import DeafComposer
    from vigie.bookmarks import Bookmark
    from vigie.kafka.canaries import KafkaCage
    from vigie.lookout import Lookout

    section, organisation, clock = settings.alerting.canary, settings.organisation, SystemClock()
    known = people(settings)
    cage = KafkaCage(settings.kafka)
    closing.callback(cage.close)
    channels = notifiers(settings, metrics, closing)
    for channel in channels:
        metrics.canary_told.labels(channel, "accepted")  # a curve begins at 0
    return Lookout(
        cage=cage,
        direct=Direct(channels, clock, metrics),
        compose=DeafComposer(organisation=organisation.name, time_zone=organisation.time_zone),
        people={id_: known[id_] for id_ in section.tells},
        patience=Patience(late=section.late, again=section.again),
        interval_s=section.interval.total_seconds(),
        clock=clock,
        metrics=metrics,
        memory=Bookmark(settings.worker.data_dir / "canary.json", Deafness),
    )


def receiver(  # noqa: PLR0913 - a composition
    settings: "Settings",
    section: "Receive",
    watches: Mapping[str, Watch],
    *,
    engine: "Engine",
    writer: "PostWriter",
    metrics: "Metrics",
    clock: "Clock",
) -> "Receiver":
    """Return what takes in answers and receipts."""
    from alerting.answers.answering import Answering
    from vigie.receive.app import Receiver
    from vigie.receive.pages import Pages
    from vigie.storage.cases import SqlCases
    from vigie.storage.outbox import SqlOutbox

    sms = settings.alerting.sms
    twilio = sms.twilio if sms else None
    return Receiver(
        url=section.url,
        answering=Answering(
            outbox=SqlOutbox(engine),
            cases=SqlCases(engine),
            people=people(settings),
            links=_links(settings),
            write=lambda review: writer.write([review]),
            clock=clock,
        ),
        pages=Pages(
            watches=watches,
            default=settings.organisation.language,
            board_url=settings.alerting.board_url,
            clock=clock,
        ),
        told=lambda receipt: writer.write([receipt]),
        count=metrics.count_received,
        clock=clock,
        twilio_token=twilio.token.get_secret_value() if twilio else None,
    )


def _links(settings: "Settings") -> "Links | None":
    from alerting.answers.links import Links

    section = settings.alerting.receive
    return Links(section.url, section.key.get_secret_value().encode()) if section else None
