"""Whom to tell, how and when: the section `alerting` of the deployment file."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator

from config.durations import Duration, Patience, Validity
from config.section import Strict
from config.values import (
    Address,
    Count,
    Hours,
    Identifier,
    Key,
    Local,
    Outside,
    Phone,
    ServiceAddress,
    SigningKey,
    WebAddress,
)
from vigie.domain.incident import Level, SignalKind
from vigie.domain.notification import Channel


class Gateway(StrEnum):
    """Who carries text messages."""

    TWILIO = "twilio"
    OVHCLOUD = "ovhcloud"
    BREVO = "brevo"
    FREE_MOBILE = "free_mobile"


class Away(Strict):
    """A time, on the organisation's own clock, in which somebody is not asked."""

    begins: Local
    ends: Local

    @model_validator(mode="after")
    def _in_order(self) -> "Away":
        if self.begins >= self.ends:
            message = "`begins` must come before `ends`"
            raise ValueError(message)
        return self


class Person(Strict):
    """Somebody to tell."""

    id: Identifier
    name: str
    language: Literal["fr", "en"] | None = None
    """Of messages to this person; the organisation's where none is set."""

    email: Address | None = None
    phone: Phone | None = None
    webhook: WebAddress | None = None
    """A machine's address, which gets signed events."""
    apprise: ServiceAddress | None = None
    """A room or a device as apprise names it: slack://, msteams://, matrix://, ntfy:// and more."""
    away: tuple[Away, ...] = ()
    """Holidays: the next of the rota is asked; where all are away, all are asked."""


class Cover(Away):
    """Somebody stands in for whoever's turn it is."""

    person: Identifier


class Rota(Strict):
    """People who take turns of a week each; a watch names it among its recipients."""

    id: Identifier
    people: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    starts: Local
    """A hand-over, on the organisation's own clock: the first of `people` begins a turn."""

    covers: tuple[Cover, ...] = ()


class Route(Strict):
    """From this level on, how many of the watch's recipients are told on which channels."""

    level: Literal["orange", "rouge"]
    channels: tuple[Channel, ...]
    people: Count = 1
    waking_only: tuple[Channel, ...] = ()
    """Channels that wait for waking hours at this level."""

    watches: tuple[Identifier, ...] = ()
    """Only incidents of these watches; empty: of all."""

    signals: tuple[SignalKind, ...] = ()
    """Only incidents with a signal of one of these kinds; empty: of any."""

    @property
    def minimum(self) -> Level:
        """The level as the domain knows it."""
        return Level[self.level.upper()]


class Escalation(Strict):
    """When the next person is told; null: never."""

    unanswered: Patience | None = Field(default="10m", validate_default=True)
    """Nobody took it on for so long."""

    quiet: Patience | None = Field(default="1h", validate_default=True)
    """Whoever took it on was not heard of for so long, and it is not over."""

    rounds: Count = 2
    """So often a person is told of one level at most."""


class Email(Strict):
    """The mail server; `security` is how the connection is protected."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    sender: Address
    timeout: Duration = Field(default="40s", validate_default=True)


class Twilio(Strict):
    """Twilio's Messages API; `url` is for drills, as with the gateways below."""

    url: str = "https://api.twilio.com"
    account: str
    token: SecretStr
    sender: str


class Ovhcloud(Strict):
    """OVHcloud's SMS API, signed with an application's and a consumer's key."""

    url: str = "https://eu.api.ovh.com/1.0"
    service: str
    """The account's name, such as sms-ab12345-1."""

    application: str
    application_secret: SecretStr
    consumer: SecretStr
    sender: str | None = None
    """A name of at most 11 letters and digits that OVHcloud has approved; none: a short number."""


class Brevo(Strict):
    """Brevo's transactional SMS."""

    url: str = "https://api.brevo.com/v3"
    key: SecretStr
    sender: Annotated[str, Field(max_length=15)]


class FreeMobileLine(Strict):
    """A subscriber of Free Mobile, who alone can be reached with their key."""

    person: Identifier
    user: str
    key: SecretStr


class FreeMobile(Strict):
    """Free Mobile's notifications: free of charge, each to the subscriber's own phone."""

    url: str = "https://smsapi.free-mobile.fr"
    lines: Annotated[tuple[FreeMobileLine, ...], Field(min_length=1)]


class Sms(Strict):
    """Text messages: one gateway, and others behind it."""

    order: tuple[Gateway, ...] = ()
    """Which is asked first, and which where that cannot send; empty: in the order of this page."""

    timeout: Duration = Field(default="10s", validate_default=True)
    """How long an answer is waited for."""

    validity: Validity = Field(default="4h", validate_default=True)
    """How long a gateway goes on trying a phone that is off, where it can be told."""

    twilio: Twilio | None = None
    ovhcloud: Ovhcloud | None = None
    brevo: Brevo | None = None
    free_mobile: FreeMobile | None = None

    @property
    def gateways(self) -> tuple[Gateway, ...]:
        """Those that are configured, in the order in which they are asked."""
        return self.order or tuple(name for name in Gateway if getattr(self, name))

    @model_validator(mode="after")
    def _configured(self) -> "Sms":
        for name in self.order:
            if getattr(self, name) is None:
                message = f"`order` names {name}, which has no section of its own here"
                raise ValueError(message)
        if not self.gateways:
            message = f"give one gateway: {', '.join(Gateway)}"
            raise ValueError(message)
        return self


class Webhook(Strict):
    """How webhooks are signed: by the Standard Webhooks specification."""

    key: SigningKey
    """Whoever receives them verifies with it; `echo whsec_$(openssl rand -base64 32)` makes one."""

    timeout: Duration = Field(default="10s", validate_default=True)


class Canary(Strict):
    """A post of our own goes through the whole flow; people are told when none comes out."""

    tells: tuple[Identifier, ...] = ()
    """People who are told straight away, past Kafka and the database; `vigie canary --test`."""

    interval: Duration = Field(default="1m", validate_default=True)
    late: Duration = Field(default="3m", validate_default=True)
    """Nothing came out for so long: listening is cut."""

    again: Duration = Field(default="6h", validate_default=True)
    """So soon it is said again, while it lasts."""


class Receive(Strict):
    """Where people and gateways reach `vigie receive` from outside."""

    url: Outside
    """Links in messages begin with it; whoever stands in front ends TLS."""

    key: Key
    """Signs links; make one with `openssl rand -hex 32`."""


class Alerting(Strict):
    """Who is told, how and when."""

    people: tuple[Person, ...] = ()
    rotas: tuple[Rota, ...] = ()
    routes: tuple[Route, ...] = (
        Route(level="orange", channels=(Channel.EMAIL, Channel.SMS), waking_only=(Channel.SMS,)),
        Route(level="rouge", channels=(Channel.EMAIL, Channel.SMS), people=2),
    )
    waking_hours: Hours = "08:00-21:00"
    escalation: Escalation = Escalation()
    email: Email | None = None
    sms: Sms | None = None
    webhook: Webhook | None = None
    receive: Receive | None = None
    """Answers by link and by text message, and delivery receipts; none: by `vigie ack` alone."""
    canary: Canary = Canary()
    board_url: str | None = None
    """Linked in messages, where the board is."""
    give_up: Duration = Field(default="24h", validate_default=True)

    @property
    def takes_replies(self) -> bool:
        """Whether every text message can be answered by one: Twilio alone, with a number."""
        only = self.sms is not None and self.sms.gateways == (Gateway.TWILIO,)
        twilio = self.sms.twilio if self.sms and only else None
        return self.receive is not None and twilio is not None and twilio.sender.startswith("+")
