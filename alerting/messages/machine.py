"""What a webhook carries: the incident for a machine, CloudEvents 1.0 in JSON; never a post."""

from typing import Any

import msgspec

from alerting.messages.letter import Letter
from vigie.domain.incident import Signal
from vigie.domain.notification import Notification, NotifyReason, Person, reference_of

_SOURCE = "/vigie/alert"


def cloud_event(notification: Notification, person: Person, letter: Letter) -> str:
    """Return the event; its id is the same on every try."""
    event = notification.event
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": reference_of(notification.id),
            "source": _SOURCE,
            "type": f"org.vigie.notification.{_type(notification)}",
            "time": notification.created,
            **({"subject": event.incident_id} if event else {}),
            "datacontenttype": "application/json",
            "data": _data(notification, person, letter),
        }
    ).decode()


def _type(notification: Notification) -> str:
    match notification.reason:
        case NotifyReason.TEST:
            return "test"
        case NotifyReason.RESOLVED:
            return "resolved"
        case _:
            return "raised"


def _data(notification: Notification, person: Person, letter: Letter) -> dict[str, Any]:
    event = notification.event
    data: dict[str, Any] = {
        "person": person.id,
        "reason": notification.reason,
        "language": letter.language,
        "title": letter.subject,
        "sentences": letter.sentences,
        "answer_url": letter.answer and letter.answer.url,
        "board_url": letter.link and letter.link.url,
    }
    if event:
        data |= {
            "watch": event.watch,
            "number": event.number,
            "version": event.version,
            "level": event.level.name.lower(),
            "nature": event.nature,
            "opened": event.opened,
            "since": event.since,
            "signals": [_signal(signal) for signal in event.signals],
        }
    return data


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "kind": signal.kind,
        "count": signal.count,
        "of": signal.n,
        "expected": signal.expected,
        "share_low": signal.low,
        "share_high": signal.high,
    }
