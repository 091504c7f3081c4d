"""What a person's word does to an incident."""

# ruff: noqa: ANN401 - the desk is a fixture; its class is in conftest, out of reach of an import

from datetime import timedelta
from typing import Any

import pytest

from vigie.domain.incident import IncidentChange, Level
from vigie.domain.observation import Observation
from vigie.domain.review import ReviewVerdict

ENDING = pytest.mark.parametrize("verdict", [ReviewVerdict.FALSE_ALARM, ReviewVerdict.CLOSE])


@pytest.fixture
def jaune(desk: Any) -> Any:
    """Return a desk with an incident at JAUNE."""
    desk.live(90, posts=1)
    desk.hear(*desk.posts(14, negative=True))
    assert desk.steps() == [("opened", Level.JAUNE)]
    return desk


def test_an_acknowledgement_is_a_step_that_names_the_person(jaune: Any) -> None:
    """The level stays; who is on it rides on every later step."""
    (event,) = jaune.review(ReviewVerdict.ACKNOWLEDGE)
    assert event.change is IncidentChange.ACKNOWLEDGED
    assert (event.level, event.version, event.acknowledged_by) == (Level.JAUNE, 2, "camille")
    assert event.signals
    assert event.evidence
    jaune.hear(*jaune.posts(40, negative=True))
    assert jaune.told[-1].change is IncidentChange.ESCALATED
    assert jaune.told[-1].acknowledged_by == "camille"


def test_a_review_told_twice_is_one_step(jaune: Any) -> None:
    """Delivery is at least once."""
    assert len(jaune.review(ReviewVerdict.ACKNOWLEDGE, id="r")) == 1
    assert jaune.review(ReviewVerdict.ACKNOWLEDGE, id="r") == []


@ENDING
def test_what_a_person_closed_does_not_open_again_by_itself(
    jaune: Any, verdict: ReviewVerdict
) -> None:
    """The same conditions still hold, and nobody is paged for them a second time."""
    (event,) = jaune.review(verdict)
    assert (event.change, event.level) == (IncidentChange.RESOLVED, Level.VERT)
    for _ in range(10):
        jaune.clock.advance(minutes=1)
        jaune.hear(*jaune.posts(1))
        jaune.tick()
    assert jaune.level is Level.VERT


@ENDING
def test_worse_than_what_was_closed_opens_a_new_incident(
    jaune: Any, verdict: ReviewVerdict
) -> None:
    """A false alarm at JAUNE never silences ROUGE."""
    jaune.review(verdict)
    jaune.hear(*jaune.posts(40, negative=True))
    assert jaune.told[-1].change is IncidentChange.OPENED
    assert (jaune.told[-1].level, jaune.told[-1].id) == (Level.ROUGE, "eau-2.1")
    assert jaune.told[-1].acknowledged_by is None


@ENDING
def test_once_the_conditions_have_lapsed_they_count_again(
    jaune: Any, verdict: ReviewVerdict
) -> None:
    """Closing ends with the wave it was about."""
    jaune.review(verdict)
    jaune.live(20, posts=1)
    jaune.hear(*jaune.posts(14, negative=True))
    assert jaune.steps()[2:] == [("opened", Level.JAUNE)]


@pytest.mark.parametrize(
    "about",
    [
        {"subject_id": "eau-7", "verdict": ReviewVerdict.CLOSE},
        {"verdict": ReviewVerdict.CONFIRM},
    ],
)
def test_a_word_on_anything_else_changes_nothing(jaune: Any, about: dict[str, Any]) -> None:
    """An unknown incident, or a verdict that is not about incidents."""
    assert jaune.review(**about) == []
    assert jaune.level is Level.JAUNE


def test_a_word_on_an_incident_that_is_over_changes_nothing(jaune: Any) -> None:
    """An answer that comes too late."""
    jaune.live(40, posts=1)
    assert jaune.told[-1].change is IncidentChange.RESOLVED
    assert jaune.review(ReviewVerdict.ACKNOWLEDGE) == []
    jaune.hear(*jaune.posts(14, negative=True))
    assert jaune.review(ReviewVerdict.CLOSE, subject_id="eau-1") == []
    assert jaune.level is Level.JAUNE


def test_a_watch_that_is_no_longer_configured_is_left_alone(desk: Any) -> None:
    """Observations of an old configuration are still on the topic."""
    observation = Observation(
        watch="ancienne", received=desk.clock.now(), posts=tuple(desk.posts(90, negative=True))
    )
    assert desk.observe(observation) == []
    assert desk.table == {}


def test_a_closed_crisis_is_learned_from_again(jaune: Any) -> None:
    """After a person's word at ORANGE the baseline goes on learning."""
    jaune.hear(*jaune.posts(6, negative=True))
    assert jaune.level is Level.ORANGE
    before = jaune.judgement.figures("eau").expected
    jaune.review(ReviewVerdict.FALSE_ALARM)
    jaune.clock.advance(minutes=1)
    jaune.live(60, posts=4)
    assert jaune.judgement.figures("eau").expected > before * 1.5
    assert jaune.clock.now() - jaune.told[-1].at > timedelta(minutes=50)
