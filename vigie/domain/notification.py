"""Who must be told what and why, and each try to tell them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from vigie.domain.incident import IncidentEvent


class Channel(StrEnum):
    """How a person is reached."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"
    APPRISE = "apprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be told, or a room or a machine; `language` is fr or en.

    Addresses of webhooks and for apprise hold passwords.
    """

    id: str
    name: str
    language: str = "fr"
    email: str | None = None
    phone: str | None = None
    webhook: str | None = field(default=None, repr=False)
    apprise: str | None = field(default=None, repr=False)

    def address(self, channel: Channel) -> str | None:
        """Return where the person is reached on this channel, if anywhere."""
        match channel:
            case Channel.EMAIL:
                return self.email
            case Channel.SMS:
                return self.phone
            case Channel.WEBHOOK:
                return self.webhook
            case Channel.APPRISE:
                return self.apprise


class NotifyReason(StrEnum):
    """Why somebody is told, or is not."""

    LEVEL_RAISED = "level_raised"
    UNANSWERED = "unanswered"
    PASSED_ON = "passed_on"
    TAKER_QUIET = "taker_quiet"
    RESOLVED = "resolved"
    TEST = "test"
    BELOW_ROUTE = "below_route"
    QUIET_HOURS = "quiet_hours"
    NO_ADDRESS = "no_address"
    NOT_TESTED = "not_tested"
    ALREADY_TOLD = "already_told"
    TAKEN = "taken"
    NOTHING_NEW = "nothing_new"


def reference_of(notification_id: str) -> str:
    """Return what a notification is called where nobody may know what it is about: 16 hex digits.

    >>> reference_of("eau-184:3:alix:sms")
    'fee7b0f40bb7d32d'
    """
    return hashlib.sha256(notification_id.encode()).hexdigest()[:16]


PAGES: Final = frozenset(
    {
        NotifyReason.LEVEL_RAISED,
        NotifyReason.UNANSWERED,
        NotifyReason.PASSED_ON,
        NotifyReason.TAKER_QUIET,
    }
)
"""Reasons that tell somebody of a level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message that must reach one person on one channel; `event` is None for a test.

    `step` is the version of the step that raised the level it tells of; `round` counts how often
    the person was told of that step before.
    """

    id: str
    person: str
    channel: Channel
    reason: NotifyReason
    created: datetime
    event: IncidentEvent | None = None
    step: int = 0
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """What a gateway tells later of a message it took: whether it arrived.

    `provider_id` is what the gateway calls the message.
    """

    gateway: str
    provider_id: str
    arrived: bool
    at: datetime

    @property
    def id(self) -> str:
        """The same each time the same thing is told."""
        return f"{self.gateway}:{self.provider_id}:{'arrived' if self.arrived else 'lost'}"


NOT_ARRIVED: Final = "the gateway took it, and later told that it did not arrive"
"""The error of what a receipt says is lost."""


class DeliveryState(StrEnum):
    """Where a notification stands in the outbox."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"
    """It lost its point before it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A notification in the outbox with its tries so far.

    `provider_id` is what the provider calls the message; `due` is when to try (again).
    """

    notification: Notification
    state: DeliveryState
    attempts: int
    due: datetime
    provider_id: str | None = None
    error: str | None = None

    @property
    def waits(self) -> bool:
        """Whether something is still to be done."""
        return self.state in (DeliveryState.QUEUED, DeliveryState.SENDING)
