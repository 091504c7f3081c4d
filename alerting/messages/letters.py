"""What an e-mail says: three sentences, the figures, what is not known, the rule that spoke."""

from zoneinfo import ZoneInfo

from alerting.messages import sentences
from alerting.messages.evidence import Posts, missing, quoted, veiled
from alerting.messages.figures import by_weight, figure, heading, level_name, rows
from alerting.messages.language import Language
from alerting.messages.letter import Letter, Link, Table
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import Notification, NotifyReason
from vigie.domain.watch import Watch


def raised(  # noqa: PLR0913 - everything an alert rests on
    language: Language,
    event: IncidentEvent,
    watch: Watch,
    reason: NotifyReason,
    *,
    answer_url: str | None,
    board_url: str | None,
    posts: Posts,
) -> Letter:
    """Return the alert with its causes."""
    zone = ZoneInfo(watch.time_zone)
    now = event.at.astimezone(zone)
    since = language.moment(event.since.astimezone(zone), seen_from=now)
    level = level_name(language, event.level)
    badge = heading(language, event)
    found = quoted(event, posts)
    unknown = [missing(language, event, found), *sentences.unknowns(language, event)]
    return Letter(
        language=language.code,
        tone=event.level.name.lower(),
        subject=_subject(language, event, watch, badge),
        badge=badge,
        title=language.say(
            "{watch}: {level} since {since}", watch=watch.name, level=badge, since=since
        ),
        sentences=tuple(
            sentence
            for sentence in (
                sentences.what(language, event, watch, level),
                sentences.how_far(language, event),
                sentences.why(language, event),
                sentences.done(language, event, reason),
            )
            if sentence
        ),
        table=_table(language, event),
        answer=_answer(language, answer_url),
        link=_link(language, board_url),
        unknowns_title=language.say("What we do not know"),
        unknowns=tuple(sentence for sentence in unknown if sentence),
        evidence=veiled(language, event.cause, found, zone=zone, seen_from=now),
        footer=_footer(language, event),
    )


def closed(language: Language, event: IncidentEvent, watch: Watch, board_url: str | None) -> Letter:
    """Return the end of the matter."""
    zone = ZoneInfo(watch.time_zone)
    now = event.at.astimezone(zone)
    opened = language.moment(event.opened.astimezone(zone), seen_from=now)
    title = language.say(
        "{watch}: incident closed at {clock}",
        watch=_one_line(watch.name),
        clock=language.clock(now),
    )
    resolved = language.say("Resolved")
    return Letter(
        language=language.code,
        tone="vert",
        subject=f"{resolved} #{event.number} {title}",
        badge=resolved,
        title=title,
        sentences=(
            language.say(
                "Incident no. {number} on “{watch}” is over.", number=event.number, watch=watch.name
            ),
            language.say("It had been open since {opened}.", opened=opened),
            language.say("Everyone who was alerted is told; there is nothing to do."),
        ),
        table=_table(language, event),
        link=_link(language, board_url),
        footer=_footer(language, event),
    )


def exercise(
    language: Language, notification: Notification, organisation: str, time_zone: str
) -> Letter:
    """Return the test message."""
    when = language.clock(notification.created.astimezone(ZoneInfo(time_zone)))
    return Letter(
        language=language.code,
        tone="test",
        subject=language.say("DRILL Vigie: test of your address"),
        badge=language.say("DRILL"),
        title=language.say("This is a test; there is nothing to do"),
        sentences=(
            language.say(
                "This message was sent by the Vigie of {organisation} at {clock}.",
                organisation=organisation,
                clock=when,
            ),
            language.say("You are on the list of people to tell in a crisis."),
            language.say("From now on alerts can reach you at this address."),
        ),
        footer=language.say("Not expecting this? Answer whoever runs Vigie in your organisation."),
    )


def _subject(language: Language, event: IncidentEvent, watch: Watch, level: str) -> str:
    signals = by_weight(event)
    main = (
        figure(language, signals[0], watch.thresholds.window)
        if signals
        else language.say("level raised")
    )
    subject = language.say(
        "{level} #{number} {watch}: {figure}",
        level=level, number=event.number, watch=_one_line(watch.name), figure=main,
    )  # fmt: skip
    return subject + (language.say(" – detected while catching up") if event.caught_up else "")


def _table(language: Language, event: IncidentEvent) -> Table | None:
    if not event.signals:
        return None
    heads = (
        language.say("Signal"),
        language.say("Count"),
        language.say("Normal"),
        language.say("Share (interval at 95%)"),
    )
    return Table(heads, rows(language, event))


def _answer(language: Language, answer_url: str | None) -> Link | None:
    label = language.say("Take it on, pass it on, or call it a false alarm")
    return Link(label, answer_url) if answer_url else None


def _link(language: Language, board_url: str | None) -> Link | None:
    return Link(language.say("Open the board"), board_url) if board_url else None


def _footer(language: Language, event: IncidentEvent) -> str:
    return language.say(
        "Incident {incident}, step {version}. Rule version {rule}.",
        incident=event.incident_id,
        version=event.version,
        rule=event.rule_version or language.say("unknown"),
    )


def _one_line(name: str) -> str:
    """Return the name fit for a header."""
    return " ".join(name.split())
