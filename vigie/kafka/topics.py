"""Brings the broker's topics to what the catalogue says; never deletes and never moves keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from kafka.admin import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]
from kafka.errors import InvalidReplicationFactorError  # type: ignore[import-untyped]

from config.settings import Kafka
from vigie.errors import Misconfigured
from vigie.kafka.connection import client_arguments, require_broker, translated
from vigie.topics import Topic, Topics


@dataclass(frozen=True, slots=True)
class ExistingTopic:
    """A topic as the broker has it; `config` holds what was set on the topic itself."""

    partitions: int
    config: Mapping[str, str]


class Step(StrEnum):
    """What a topic needs to be as the catalogue says."""

    CREATE = "create"
    CONFIGURE = "configure"
    KEEP = "keep"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """One topic's step; `changes` is the configuration to set, `found` the partitions it has."""

    name: str
    topic: Topic
    partitions: int
    step: Step
    changes: Mapping[str, str] = field(default_factory=dict)
    found: int | None = None

    def cells(self) -> tuple[str, str, str, str, str]:
        """Return name, partitions, retention, cleanup and outcome, as a table shows them."""
        retention = "forever" if self.topic.retention is None else f"{self.topic.retention.days} d"
        return (
            self.name,
            str(self.partitions),
            retention,
            self.topic.cleanup,
            _OUTCOMES[self.step],
        )


_OUTCOMES: Final = {
    Step.CREATE: "created",
    Step.CONFIGURE: "configuration changed",
    Step.KEEP: "as it was",
    Step.REFUSE: "refused",
}


def plan(topics: Topics, existing: Mapping[str, ExistingTopic]) -> list[TopicPlan]:
    """Return one plan per topic of the catalogue, in its order.

    A differing partition count is REFUSE in both directions: with another count, keys would land
    on other partitions than their tables and their past.
    """
    return [_plan(name, topic, topics.partitions, existing.get(name)) for name, topic in topics]


def _plan(name: str, topic: Topic, partitions: int, existing: ExistingTopic | None) -> TopicPlan:
    config = topic.config()
    if existing is None:
        return TopicPlan(name, topic, partitions, Step.CREATE, config)
    if existing.partitions != partitions:
        return TopicPlan(name, topic, partitions, Step.REFUSE, found=existing.partitions)
    changes = {key: value for key, value in config.items() if existing.config.get(key) != value}
    step = Step.CONFIGURE if changes else Step.KEEP
    return TopicPlan(name, topic, partitions, step, changes, existing.partitions)


def create(kafka: Kafka) -> list[TopicPlan]:
    """Create missing topics and correct the configuration of the others; return what was done.

    Raises:
        Misconfigured: topics have another number of partitions (nothing was changed then), or
            there are fewer brokers than kafka.replication asks for.
        Transient: no broker answers.
    """
    if kafka.embedded:
        message = "the embedded broker makes its topics itself: set kafka.embedded to false"
        raise Misconfigured(message)
    topics = Topics(kafka.topic_prefix, kafka.partitions)
    require_broker(kafka)
    with translated(kafka), KafkaAdminClient(**client_arguments(kafka)) as admin:
        plans = plan(topics, _existing(admin, [name for name, _ in topics]))
        _refuse(plans)
        _apply(admin, plans, kafka.replication)
    return plans


def _existing(admin: KafkaAdminClient, names: Iterable[str]) -> dict[str, ExistingTopic]:
    there = sorted(set(admin.list_topics()).intersection(names))
    if not there:
        return {}
    partitions = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(there)}
    configs = admin.describe_configs([_resource(name) for name in there])["topic"]
    return {
        name: ExistingTopic(
            partitions[name], {key: entry["value"] for key, entry in configs[name].items()}
        )
        for name in there
    }


def _refuse(plans: Iterable[TopicPlan]) -> None:
    differing = [plan for plan in plans if plan.step is Step.REFUSE]
    if differing:
        found = ", ".join(f"{plan.name} has {plan.found}" for plan in differing)
        message = (
            f"kafka.partitions is {differing[0].partitions}, but {found}. The count of a topic"
            " in use cannot change, or its keys would move: set kafka.partitions to what is"
            " there, or choose another kafka.topic_prefix"
        )
        raise Misconfigured(message)


def _apply(admin: KafkaAdminClient, plans: Iterable[TopicPlan], replication: int) -> None:
    missing = {
        plan.name: {
            "num_partitions": plan.partitions,
            "replication_factor": replication,
            "configs": dict(plan.changes),
        }
        for plan in plans
        if plan.step is Step.CREATE
    }
    changed = [
        _resource(plan.name, dict(plan.changes)) for plan in plans if plan.step is Step.CONFIGURE
    ]
    if missing:
        try:
            admin.create_topics(missing, wait_for_metadata=True)
        except InvalidReplicationFactorError as error:
            message = f"kafka.replication is {replication}, and there are fewer brokers than that"
            raise Misconfigured(message) from error
    if changed:
        _require_ok(admin.alter_configs(changed)["topic"])


def _require_ok(outcomes: Mapping[str, str]) -> None:
    """Read the answers, which this call of the client gives instead of raising."""
    refused = [f"{name}: {outcome}" for name, outcome in outcomes.items() if outcome != "OK"]
    if refused:
        message = f"the broker refused the configuration of {'; '.join(refused)}"
        raise Misconfigured(message)


def _resource(name: str, config: dict[str, str] | None = None) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, name, config)
