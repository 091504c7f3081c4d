"""What is to be done to topics follows from the catalogue and from what is there."""

from vigie.kafka.topics import ExistingTopic, Step, TopicPlan, plan
from vigie.topics import CATALOGUE, Topics

TOPICS = Topics("vigie.", 4)


def as_planned() -> dict[str, ExistingTopic]:
    """Return a broker that has everything as the catalogue says."""
    return {name: ExistingTopic(4, topic.config()) for name, topic in TOPICS}


def planned(existing: dict[str, ExistingTopic], name: str) -> TopicPlan:
    """Return the plan of one topic."""
    return next(plan for plan in plan(TOPICS, existing) if plan.name == name)


def test_on_an_empty_broker_everything_is_created_with_its_configuration() -> None:
    """One plan per topic of the catalogue, in its order."""
    plans = plan(TOPICS, {})
    assert [p.name for p in plans] == [f"vigie.{topic.name}" for topic in CATALOGUE]
    assert {p.step for p in plans} == {Step.CREATE}
    assert planned({}, "vigie.reviews").changes == {
        "cleanup.policy": "delete",
        "retention.ms": str(400 * 24 * 3600 * 1000),
    }
    assert planned({}, "vigie.detect-tallies-changelog").changes["cleanup.policy"] == "compact"


def test_what_is_as_it_should_be_is_kept() -> None:
    """A second run changes nothing, and configuration of others' making is left alone."""
    existing = as_planned()
    mentions = existing["vigie.mentions"]
    existing["vigie.mentions"] = ExistingTopic(4, {**mentions.config, "compression.type": "zstd"})
    assert {p.step for p in plan(TOPICS, existing)} == {Step.KEEP}


def test_another_retention_is_applied_and_nothing_else() -> None:
    """Only the entries that differ are set."""
    existing = as_planned()
    existing["vigie.mentions"] = ExistingTopic(4, {"cleanup.policy": "delete", "retention.ms": "5"})
    changed = planned(existing, "vigie.mentions")
    assert (changed.step, changed.changes) == (Step.CONFIGURE, {"retention.ms": "604800000"})


def test_another_partition_count_is_refused_in_both_directions() -> None:
    """Fewer cannot be had and more would move keys."""
    for found in (2, 8):
        existing = {**as_planned(), "vigie.comments": ExistingTopic(found, {})}
        refused = planned(existing, "vigie.comments")
        assert (refused.step, refused.found, refused.changes) == (Step.REFUSE, found, {})


def test_a_table_shows_days_or_forever() -> None:
    """The cells are what the command prints."""
    assert planned({}, "vigie.assessments").cells() == (
        "vigie.assessments",
        "4",
        "35 d",
        "delete",
        "created",
    )
    assert planned({}, "vigie.detect-tallies-changelog").cells()[2] == "forever"
