"""The read models on SQLite and PostgreSQL: repeats and late comers change nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, select

from vigie.domain.action import (
    Action,
    ActionKind,
    ActionState,
    Decision,
    DecisionReason,
    Verdict,
)
from vigie.domain.assessment import Assessment, Target, Unknown
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.post import Change, Post
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.errors import Unprocessable
from vigie.storage import schema
from vigie.storage.database import open_engine, upgrade
from vigie.storage.read_models import SqlReadModels
from vigie.testing.alerts import an_incident
from vigie.testing.builders import ABUSIVE, NEGATIVE, a_post, an_assessment
from vigie.testing.clock import START

MINUTE = timedelta(minutes=1)
CREATED = a_post(text="Bonjour", handle="@lou", url="https://practice.example/1")
EDITED = replace(CREATED, change=Change.EDITED, changed=START + MINUTE, text="Bonsoir")
EDITED_AGAIN = replace(EDITED, changed=START + 2 * MINUTE, text="Bonne nuit")
REMOVED = replace(EDITED, change=Change.REMOVED, changed=START + MINUTE)


@pytest.fixture
def models(engine: Engine) -> SqlReadModels:
    """Give empty read models."""
    return SqlReadModels(engine)


def assessed(*posts: Post) -> list[Assessment]:
    """Return the posts as the classifier hands them on."""
    return [
        replace(an_assessment(post), scores=None)
        if post.change is Change.REMOVED
        else an_assessment(post, sentiment=NEGATIVE, toxicity=ABUSIVE)
        for post in posts
    ]


def rows(engine: Engine, table: Table) -> list[dict[str, Any]]:
    """Return what stands in the table."""
    with engine.begin() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_a_post_is_stored_with_its_scores_and_comes_back_as_it_was(
    engine: Engine, models: SqlReadModels
) -> None:
    """Every field of the post; the scores stand beside it for the board."""
    models.assessments(assessed(CREATED))
    assert models.posts([CREATED.id]) == [CREATED]
    (row,) = rows(engine, schema.posts)
    assert (row["negative"], row["toxic"], row["model"]) == (0.9, 0.999, "fake 0")
    assert (row["published"], row["language"]) == (START, "fr")
    assert (row["target"], row["unknown"]) == (None, None)


def test_who_is_attacked_and_why_the_model_is_silent_stand_beside_the_scores(
    engine: Engine, models: SqlReadModels
) -> None:
    """A removal takes them away with the other scores."""
    attack = an_assessment(CREATED, target=Target.PERSON, unknown=Unknown.LANGUAGE)
    models.assessments([attack])
    (row,) = rows(engine, schema.posts)
    assert (row["target"], row["unknown"]) == ("person", "language")
    models.assessments(assessed(REMOVED))
    (row,) = rows(engine, schema.posts)
    assert (row["target"], row["unknown"]) == (None, None)


@pytest.mark.parametrize("order", list(permutations([CREATED, EDITED, EDITED_AGAIN])))
def test_the_latest_edit_stands_in_whatever_order_it_arrives(
    models: SqlReadModels, order: Sequence[Post]
) -> None:
    """In one batch or several, and once more."""
    models.assessments(assessed(*order))
    for post in order:
        models.assessments(assessed(post))
    assert models.posts([CREATED.id]) == [EDITED_AGAIN]


@pytest.mark.parametrize("order", list(permutations([CREATED, EDITED_AGAIN, REMOVED])))
def test_a_removal_is_final_and_leaves_nothing_that_a_person_wrote(
    engine: Engine, models: SqlReadModels, order: Sequence[Post]
) -> None:
    """Text, handle and address are gone from the row and its JSON, even before a later edit."""
    for post in order:
        models.assessments(assessed(post))
    assert models.posts([CREATED.id]) == []
    (row,) = rows(engine, schema.posts)
    assert (row["text"], row["url"], row["negative"], row["toxic"]) == ("", None, None, None)
    assert row["change"] == "removed"
    for personal in ("Bon", "@lou", "practice.example"):
        assert personal not in str(row)


def test_a_removal_takes_the_text_away_at_once(engine: Engine, models: SqlReadModels) -> None:
    """Nothing else has to run for it."""
    models.assessments(assessed(CREATED))
    models.assessments(assessed(REMOVED))
    assert "Bonjour" not in str(rows(engine, schema.posts))


CHANGES = st.sampled_from([CREATED, EDITED, EDITED_AGAIN, REMOVED])


@given(st.lists(st.lists(CHANGES, max_size=4), max_size=4))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_of_batches_and_repeats_ends_the_same(
    new_url: Callable[[str], str], batches: list[list[Post]]
) -> None:
    """What stands is the last change there is, whichever way it came."""
    engine = open_engine(new_url("sqlite"))
    upgrade(engine)
    models = SqlReadModels(engine)
    for batch in batches:
        models.assessments(assessed(*batch))
    seen = [post for batch in batches for post in batch]
    last = max(seen, key=[CREATED, EDITED, EDITED_AGAIN, REMOVED].index, default=REMOVED)
    assert models.posts([CREATED.id]) == ([] if last is REMOVED else [last])
    engine.dispose()


def test_posts_come_in_the_order_asked_without_those_unknown(models: SqlReadModels) -> None:
    """Evidence is ordered by weight."""
    models.assessments(assessed(*(a_post(n) for n in range(4))))
    found = models.posts(["practice:3", "practice:9", "practice:0"])
    assert [post.id for post in found] == ["practice:3", "practice:0"]
    assert models.posts([]) == []


def test_a_batch_of_nothing_is_stored_as_nothing(models: SqlReadModels) -> None:
    """No statement without rows."""
    models.assessments([])
    models.incidents([])
    models.actions([])
    models.reviews([])
    models.dead_letters([])


STEPS = (
    an_incident(level=Level.ORANGE),
    an_incident(version=2, change=IncidentChange.ESCALATED, at=START + MINUTE),
    an_incident(version=3, change=IncidentChange.RESOLVED, level=Level.VERT, at=START + 2 * MINUTE),
)


@pytest.mark.parametrize("order", list(permutations(STEPS)))
def test_an_incident_stands_as_its_latest_version_left_it(
    engine: Engine, models: SqlReadModels, order: Sequence[IncidentEvent]
) -> None:
    """Every step is kept once."""
    models.incidents(order)
    models.incidents(order[:2])
    (row,) = rows(engine, schema.incidents)
    assert (row["id"], row["version"], row["level"]) == ("eau-184", 3, 0)
    assert row["updated"] == START + 2 * MINUTE
    assert {step["id"] for step in rows(engine, schema.incident_events)} == {
        "eau-184.1",
        "eau-184.2",
        "eau-184.3",
    }


PROPOSED = Action(
    id="hide:practice:1#created",
    kind=ActionKind.HIDE,
    state=ActionState.PROPOSED,
    post="practice:1",
    platform="practice",
    conversation="practice:pub-1",
    author="author-1",
    decision=Decision(
        verdict=Verdict.HIDE, reason=DecisionReason.ABUSE_ABOVE_THRESHOLD, category="insult"
    ),
    published=START,
    at=START,
)
LIFE = tuple(
    replace(PROPOSED, state=state, at=START + number * MINUTE)
    for number, state in enumerate(
        (ActionState.PROPOSED, ActionState.CONFIRMED, ActionState.RESTORED)
    )
)


@pytest.mark.parametrize("order", list(permutations(LIFE)))
def test_an_action_stands_as_far_in_its_life_as_was_told(
    engine: Engine, models: SqlReadModels, order: Sequence[Action]
) -> None:
    """A late word of an earlier state changes nothing; the ledger's own tables are not touched."""
    for action in order:
        models.actions([action])
    (row,) = rows(engine, schema.action_events)
    assert (row["state"], row["at"], row["reason"]) == (
        "restored",
        START + 2 * MINUTE,
        "abuse_above_threshold",
    )
    assert rows(engine, schema.actions) == []


def test_reviews_and_dead_letters_are_kept_once(engine: Engine, models: SqlReadModels) -> None:
    """A dead letter without its payload, which may be a person's text."""
    review = Review(
        id="r-1",
        subject=Subject.ACTION,
        subject_id=PROPOSED.id,
        key=PROPOSED.conversation,
        verdict=ReviewVerdict.UNDO,
        reviewer="amina",
        at=START,
    )
    letter = DeadLetter(
        id="vigie.comments:0:7",
        origin="vigie.comments",
        position="0:7",
        reason="not JSON",
        payload=b"secret words",
        at=START,
    )
    for _ in range(2):
        models.reviews([review, review])
        models.dead_letters([letter, letter])
    assert [row["verdict"] for row in rows(engine, schema.reviews)] == ["undo"]
    (kept,) = rows(engine, schema.dead_letters)
    assert "secret words" not in str(kept)


@pytest.mark.postgres
def test_a_nul_byte_is_refused_for_good_and_not_tried_for_ever(
    new_url: Callable[[str], str],
) -> None:
    """PostgreSQL cannot hold it; the rest of the batch is stored when it comes alone."""
    engine = open_engine(new_url("postgres"))
    upgrade(engine)
    models = SqlReadModels(engine)
    bad, good = a_post(1, text="a\x00b"), a_post(2)
    with pytest.raises(Unprocessable, match="refuses a value"):
        models.assessments(assessed(bad, good))
    assert models.posts([good.id]) == []
    models.assessments(assessed(good))
    assert models.posts([bad.id, good.id]) == [good]
    engine.dispose()


def test_a_time_without_a_zone_is_refused_for_good(models: SqlReadModels) -> None:
    """Nobody can say when that was."""
    with pytest.raises(Unprocessable, match="a time without a zone"):
        models.assessments(assessed(a_post(changed=START.replace(tzinfo=None))))


def test_a_restart_keeps_everything(reopen: Callable[[], Engine], models: SqlReadModels) -> None:
    """Another process reads what this one stored."""
    models.assessments(assessed(CREATED))
    assert SqlReadModels(reopen()).posts([CREATED.id]) == [CREATED]
