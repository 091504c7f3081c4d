"""A text message: one GSM-7 segment that can be read on a lock screen.

It holds levels, counts and the watch's name, never a post's text, a handle or a person.
"""

import hashlib
from zoneinfo import ZoneInfo

from alerting.messages.figures import by_weight, figure, heading
from alerting.messages.gsm7 import SEGMENT, cut, septets, transliterate
from alerting.messages.language import Language
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import Notification, NotifyReason
from vigie.domain.watch import Watch

_LEAST_NAME = 12
"""Septets of a watch's name that tell it from the others."""


def raised(  # noqa: PLR0913 - everything a page says
    language: Language,
    event: IncidentEvent,
    watch: Watch,
    reason: NotifyReason,
    *,
    answer: str | None,
    board_url: str | None,
) -> str:
    """Return the page: level, number, hour, watch, figure against normal, why you, how to answer.

    `answer` is the link that answers it; "" where the message itself can be answered.
    """
    figures = [figure(language, s, watch.thresholds.window) for s in by_weight(event)]
    main, *others = figures or [language.say("level raised")]
    when = event.since.astimezone(ZoneInfo(watch.time_zone))
    late = language.say(" Detected while catching up.") if event.caught_up else ""
    return _fit(
        f"{heading(language, event)} #{event.number} {when:%H:%M} ",
        watch.name,
        f": {main}.{late}{_why_you(language, reason)}",
        [f" {other}." for other in others] + ([f" {board_url}"] if board_url else []),
        wanted=_how_to_answer(language, event, answer),
    )


def _how_to_answer(language: Language, event: IncidentEvent, answer: str | None) -> str:
    if answer is None:
        return ""
    if answer:
        return f" {answer}"
    return language.say(
        " Reply 1 {number} = mine, 2 {number} = pass, 3 {number} = false alarm", number=event.number
    )


def _why_you(language: Language, reason: NotifyReason) -> str:
    return {
        NotifyReason.UNANSWERED: language.say(" Nobody answers: over to you."),
        NotifyReason.PASSED_ON: language.say(" Passed on: over to you."),
        NotifyReason.TAKER_QUIET: language.say(" Whoever took it is quiet: over to you."),
    }.get(reason, "")


def closed(language: Language, event: IncidentEvent, watch: Watch) -> str:
    """Return the closing message: all is over, and since when it had lasted."""
    zone = ZoneInfo(watch.time_zone)
    when, opened = event.at.astimezone(zone), event.opened.astimezone(zone)
    resolved = language.say("RESOLVED")
    form = "%H:%M" if opened.date() == when.date() else "%d/%m %H:%M"
    return _fit(
        f"{resolved} #{event.number} {when:%H:%M} ",
        watch.name,
        language.say(": incident closed (opened {opened}).", opened=f"{opened:{form}}"),
        [],
    )


def exercise(
    language: Language, notification: Notification, organisation: str, time_zone: str
) -> str:
    """Return the test message; its reference tells two tests of one minute apart."""
    when = notification.created.astimezone(ZoneInfo(time_zone))
    drill = language.say("DRILL")
    return _fit(
        f"{drill} {when:%H:%M} Vigie ",
        organisation,
        language.say(
            ": TEST, nothing to do. Alerts will reach you here. Ref. {reference}",
            reference=hashlib.sha256(notification.id.encode()).hexdigest()[:6],
        ),
        [],
    )


def _fit(head: str, name: str, tail: str, extras: list[str], *, wanted: str = "") -> str:
    """Keep head and tail whole, shorten the name, then add the extras that still fit.

    What is `wanted` comes before the name's last letters, but not before its first.
    """
    head, tail, wanted = transliterate(head), transliterate(tail), transliterate(wanted)
    name = transliterate(" ".join(name.split()))
    least = cut(name, _LEAST_NAME)
    if (septets(head + least + tail + wanted) or SEGMENT + 1) <= SEGMENT:
        tail += wanted
    text = head + cut(name, SEGMENT - (septets(head + tail) or 0)) + tail
    for extra in map(transliterate, extras):
        if (septets(text) or 0) + (septets(extra) or 0) <= SEGMENT:
            text += extra
    return text
