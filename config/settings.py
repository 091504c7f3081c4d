"""Everything that can be set, typed and strict, in the order of the deployment file.

Only bootstrap, the command line and the worker read this; adapters receive their own slice.
Secrets come from the environment (VIGIE_…) or from files named in the YAML, and are never printed.
"""

import hashlib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import Field, SecretStr, model_validator

from config.alerting import Alerting
from config.durations import Duration, Settle, Tick, Window
from config.section import Strict
from config.values import (
    Count,
    Fraction,
    Identifier,
    Key,
    Language,
    TimeZone,
    TopicPrefix,
    Word,
)
from vigie.domain.action import Mode
from vigie.domain.post import Platform


class Organisation(Strict):
    """Whom this installation serves."""

    name: str
    language: Literal["fr", "en"] = "fr"
    time_zone: TimeZone = "Europe/Paris"


class Kafka(Strict):
    """The broker. `embedded` is the demo's in-process broker, whose protocol is poorer."""

    bootstrap: str = "localhost:9092"
    topic_prefix: TopicPrefix = "vigie."
    partitions: Count = 4
    replication: Count = 1
    embedded: bool = False
    session_timeout: Duration = Field(default="6s", validate_default=True)
    """Time after which a dead worker's partitions are given away: the floor of recovery time."""
    commit_interval: Duration = Field(default="1s", validate_default=True)


class Database(Strict):
    """SQLite on one host, PostgreSQL (postgresql+psycopg://…) beyond."""

    url: SecretStr = SecretStr("sqlite:///var/vigie.db")
    """Secret because it may hold a password; `sqlite:///var/vigie.db` when nothing is said."""


class Clock(Strict):
    """Faster than life for drills: `origin` (real, UTC) is when both clocks agree."""

    speed: Annotated[float, Field(gt=0)] = 1.0
    origin: datetime | None = None

    @model_validator(mode="after")
    def _origin_with_speed(self) -> "Clock":
        if self.speed != 1.0 and self.origin is None:
            message = "a clock with a speed needs an origin, so that all processes agree"
            raise ValueError(message)
        return self


class Worker(Strict):
    """The processes of `vigie worker`: role i serves metrics on metrics_port + i."""

    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Field(ge=0, le=65530)] = 9101
    data_dir: Path = Path("var")


class Intake(Strict):
    """What is done to posts as they enter."""

    author_key: Key
    """Keys the hash that stands for an author; changing it makes every author a new one."""
    max_text: Count = 20_000


class Model(Strict):
    """A model and, where it is somebody else's, what its labels mean (docs/models.md)."""

    model: str = "shipped"
    """`shipped` or `fast`, which come with Vigie; a folder; or a Hugging Face id, `owner/name`."""

    engine: Literal["auto", "onnx", "torch"] = "auto"
    """What runs it: `auto` is onnx for a model of Vigie and torch for any other."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where torch runs it: `auto` is the GPU where there is one."""

    revision: str | None = None
    """The commit, tag or branch of a Hugging Face id: a commit never changes."""

    labels: dict[str, str] = Field(default_factory=dict)
    """Label of the model: head of ours. With none, labels that are spelt like heads are taken."""

    outputs: Literal["auto", "softmax", "sigmoid"] = "auto"
    """Whether its labels exclude each other (softmax) or not; `auto` is what its config says."""

    languages: tuple[str, ...] = ()
    """Languages that another's model was made for, as `fr`; with none it is asked in all."""


class Classifier(Model):
    """The model that judges posts, and how it is run."""

    also: tuple[Model, ...] = ()
    """Further models: each speaks for the heads that those before it lack."""

    undecided: Language = "fr"
    """Language as which a text is read whose own cannot be told: scored and shown, never hidden."""

    threads: Count = 2
    """Processor threads that a model works with; more than cores slow it down."""

    batch: Count = 64
    """Posts of one run of the model; more gain no speed and delay whoever comes next."""

    linger: Duration = Field(default="20ms", validate_default=True)
    """How long a batch waits to fill: latency against throughput."""

    timeout: Duration = Field(default="30s", validate_default=True)
    """Real time after which a run of the model is given up; its posts are tried again."""

    cache: Annotated[int, Field(ge=0)] = 20_000
    """Texts whose scores are kept (12 MB at 20,000): exact copies cost no run. 0 keeps none."""


class Source(Strict):
    """One account, search or feed that `vigie connect` listens to."""

    id: Identifier
    platform: Platform
    path: Path | None = None
    """A file source reads this JSON Lines file; a practice source polls the practice platform."""
    poll: Duration = Field(default="5s", validate_default=True)

    @model_validator(mode="after")
    def _file_has_path(self) -> "Source":
        if self.platform is Platform.FILE and self.path is None:
            message = f"source {self.id}: a file source needs `path`"
            raise ValueError(message)
        return self


class PracticePlatform(Strict):
    """The platform for drills: a real HTTP server without a public."""

    url: str
    token: SecretStr
    timeout: Duration = Field(default="5s", validate_default=True)


class Platforms(Strict):
    """Credentials per platform."""

    practice: PracticePlatform | None = None


class Match(Strict):
    """All given conditions must hold."""

    sources: tuple[Identifier, ...] = ()
    words: tuple[Word, ...] = ()
    without: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _some_condition(self) -> "Match":
        if not (self.sources or self.words):
            message = "a match rule needs `sources` or `words`, else it would match every post"
            raise ValueError(message)
        return self


class Condition(Strict):
    """One way to reach a level: everything given must hold within the window."""

    posts: Count = 10
    """At least so many posts: fewer say nothing."""
    negatives: Count | None = None
    negative_share: Fraction | None = None
    """The lower end of the share's 95 % interval, as for `toxic_share`."""
    toxic_share: Fraction | None = None
    volume_ratio: Annotated[float, Field(gt=1)] | None = None
    """So many times the posts of a normal window."""
    volume_once_in: Duration | None = None
    """So many posts as are seen once in so long; learned from the watch itself."""
    against: Count | None = None
    """Posts that criticise or attack the watch."""
    against_once_in: Duration | None = None
    """So many of them as are seen once in so long."""
    against_share: Fraction | None = None
    """As for `negative_share`, but of the posts that are no thanks: those must not hide others."""
    thread_once_in: Duration | None = None
    """So many posts in one conversation as are seen once in so long."""
    reach: Count | None = None
    """A post against the watch by an account with so many followers."""
    reach_once_in: Duration | None = None
    """Such a post, or one by a larger account, as is seen on one day in so long."""
    raid: Count | None = None
    """So many accounts with near copies of one text against the watch; a new one counts twice."""
    raid_once_in: Duration | None = None
    """Such copies, by as many accounts, as are seen on one day in so long."""
    theme: Count | None = None
    """So many posts, each by another account, with a word that is new."""
    theme_once_in: Duration | None = None
    """A word that is new by as much as is seen on one day in so long."""
    first_day: bool = False
    """Only while less than a day was learned of the watch, so nothing can be told to be unusual."""
    window: Window | None = None
    """The condition's own window, where it is not the watch's; from a minute to a day."""


class WatchLevels(Strict):
    """Conditions per level; any one of a level's conditions is enough."""

    jaune: tuple[Condition, ...]
    orange: tuple[Condition, ...]
    rouge: tuple[Condition, ...]


def shipped_levels() -> WatchLevels:
    """Return the rule set that ships, `config/rules.yaml`."""
    page = files("config").joinpath("rules.yaml").read_text("utf-8")
    return WatchLevels.model_validate(yaml.safe_load(page))


class Marker(Strict):
    """A time in which more than usual is to be expected, and nothing is learned."""

    name: str
    begins: datetime
    """In the watch's time zone where none is written, as for `ends`."""
    ends: datetime
    times: Annotated[float, Field(gt=1, le=1000)] = 3.0
    """So many times the usual."""

    @model_validator(mode="after")
    def _in_order(self) -> "Marker":
        if (self.begins.tzinfo is None) != (self.ends.tzinfo is None):
            message = f"`{self.name}`: write the zone of both `begins` and `ends`, or of neither"
            raise ValueError(message)
        if not self._in_this_century:
            message = f"`{self.name}`: write years from 2000 to 2199"
            raise ValueError(message)
        if self.begins >= self.ends:
            message = f"`{self.name}` ends before it begins"
            raise ValueError(message)
        return self

    def begins_in(self, zone: str) -> datetime:
        """Return when it begins, UTC; `zone` is the watch's own clock."""
        return _utc(self.begins, zone)

    def ends_in(self, zone: str) -> datetime:
        """Return when it ends, UTC."""
        return _utc(self.ends, zone)

    @property
    def _in_this_century(self) -> bool:
        return all(2000 <= moment.year < 2200 for moment in (self.begins, self.ends))  # noqa: PLR2004


def _utc(moment: datetime, zone: str) -> datetime:
    """Return the moment in UTC; without a zone of its own it is on the clock of this one."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


class Watch(Strict):
    """A named subject."""

    id: Identifier
    name: str
    match: Annotated[tuple[Match, ...], Field(min_length=1)]
    levels: WatchLevels = Field(default_factory=shipped_levels)
    """Those of `config/rules.yaml` where none are given."""
    window: Window = Field(default="15m", validate_default=True)
    hold: Duration = Field(default="10m", validate_default=True)
    """A level falls when its conditions have not held for so long."""
    settle: Settle = Field(default="48h", validate_default=True)
    """A level unchanged for so long, at least an hour, is the new normal: closed and learned."""
    silence: Literal["off", "jaune", "orange"] = "jaune"
    """The level of the alarm that a source has gone silent."""
    calendar: tuple[Marker, ...] = ()
    recipients: tuple[Identifier, ...] = ()
    time_zone: TimeZone | None = None


class Detection(Strict):
    """How watches are judged."""

    tick: Tick = Field(default="10s", validate_default=True)
    """How often a watch is looked at when nobody writes; two minutes at most."""
    behind: Duration = Field(default="5m", validate_default=True)
    """Posts that arrived longer ago mean a backlog: nothing is judged until it is through."""
    horizon: Duration = Field(default="2h", validate_default=True)
    """How late a post, an edit or a removal may come and still correct the tally."""


class Budget(Strict):
    """The fuse: machine hides per hour; beyond it there are only proposals."""

    per_hour: Count = 60
    per_conversation_hour: Count = 30
    per_author_hour: Count = 5


class Moderation(Strict):
    """What may be done to comments; nothing is hidden until somebody sets enforce."""

    mode: Mode = Mode.SHADOW
    budget: Budget = Budget()

    @property
    def version(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of these rules."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


class Settings(Strict):
    """The whole deployment file."""

    organisation: Organisation
    kafka: Kafka = Kafka()
    database: Database = Database()
    clock: Clock = Clock()
    worker: Worker = Worker()
    intake: Intake
    classifier: Classifier = Classifier()
    sources: tuple[Source, ...] = ()
    platforms: Platforms = Platforms()
    watches: tuple[Watch, ...] = ()
    detection: Detection = Detection()
    moderation: Moderation = Moderation()
    alerting: Alerting = Alerting()
