"""The tables. What changes here needs a migration; a test compares the two."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Moment(TypeDecorator[datetime]):
    """A point in time, UTC on both sides; SQLite keeps no zone by itself."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone and store UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Return UTC whatever the database thinks of zones."""
        del dialect
        moment: datetime | None = value
        if moment is None:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

posts = Table(
    "posts",
    metadata,
    Column("id", String(300), primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("source", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("change", String(16), nullable=False),
    Column("rank", Integer, nullable=False, comment="created 0, edited 1, removed 2"),
    Column("conversation", String(300), nullable=False),
    Column("author", String(64), nullable=False),
    Column("published", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("received", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("language", String(8)),
    Column("negative", Float),
    Column("neutral", Float),
    Column("positive", Float),
    Column("toxic", Float),
    Column("target", String(16), comment="who is attacked; empty: the model does not say"),
    Column("unknown", String(16), comment="why no category is known; empty: some are"),
    Column("model", String(128), nullable=False),
    Column("assessed", Moment, nullable=False),
    Column("post", JSON, nullable=False, comment="the whole post as it travels; a removal is bare"),
    Index("ix_posts_published", "published"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("watch", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("opened", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("caught_up", Boolean, nullable=False),
    Column("acknowledged_by", String(64)),
    Index("ix_incidents_updated", "updated"),
)

incident_events = Table(
    "incident_events",
    metadata,
    Column("id", String(96), primary_key=True),
    Column("incident", String(80), nullable=False),
    Column("change", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("event", JSON, nullable=False),
    Index("ix_incident_events_incident", "incident"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", String(400), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("conversation", String(300), nullable=False),
    Column("author", String(64), nullable=False),
    Column("begun", Moment, nullable=False, comment="when the decision was recorded"),
    Column("at", Moment, nullable=False, comment="when the state was reached"),
    Column("action", JSON, nullable=False),
    Index("ix_actions_begun", "begun"),
    Index("ix_actions_state", "state"),
    comment="the ledger's own: written by moderate and undo only",
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("subject", String(400), nullable=False),
    Column("event", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

action_events = Table(
    "action_events",
    metadata,
    Column("id", String(400), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("rank", Integer, nullable=False, comment="how far in its life, so that repeats are old"),
    Column("post", String(300), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("category", String(32)),
    Column("score", Float),
    Column("threshold", Float),
    Column("at", Moment, nullable=False),
    Column("detail", Text),
    Index("ix_action_events_at", "at"),
    comment="what the actions topic told, for board and console",
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("reference", String(16), comment="of its id, for links; none: made before there were"),
    Column("incident", String(80)),
    Column("person", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("finished", Moment),
    Column("provider_id", String(200)),
    Column("error", Text),
    Column("notification", JSON, nullable=False),
    Index("ix_outbox_state", "state", "due"),
    Index("ix_outbox_incident", "incident"),
    Index("ix_outbox_reference", "reference"),
    Index("ix_outbox_person", "person", "created"),
    Index("ix_outbox_provider_id", "provider_id"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("provider_id", String(200), primary_key=True),
    Column("gateway", String(32), nullable=False),
    Column("arrived", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    comment="what gateways told of messages they took; may come before they say they took it",
)

cases = Table(
    "cases",
    metadata,
    Column("incident", String(80), primary_key=True),
    Column("heard", Moment, nullable=False, comment="when its newest step reached the alert role"),
    Column("settled", Boolean, nullable=False, comment="nothing is left to be told"),
    Column("case", JSON, nullable=False),
    Index("ix_cases_settled", "settled", "heard"),
    comment="incidents as far as telling people goes: newest step, last raise, answers",
)

reachable = Table(
    "reachable",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("at", Moment, nullable=False),
    comment="who was reached by a test notification, and may therefore be paged",
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("subject", String(16), nullable=False),
    Column("subject_id", String(400), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reviewer", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", String(400), primary_key=True),
    Column("origin", String(300), nullable=False),
    Column("position", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    comment="without the payload, which stays in Kafka",
)
