"""Every store of cases remembers what people were told of and answered: memory and databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from vigie.domain.case import Case
from vigie.domain.incident import IncidentChange, Level
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.ports import Cases
from vigie.storage.cases import SqlCases
from vigie.storage.database import open_engine, upgrade
from vigie.testing.alerts import an_incident
from vigie.testing.cases import InMemoryCases
from vigie.testing.clock import START

MINUTE = timedelta(minutes=1)
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
ORANGE = an_incident(level=Level.ORANGE)
ROUGE = an_incident(change=IncidentChange.ESCALATED, version=2, at=START + MINUTE)


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def cases(
    request: pytest.FixtureRequest, new_url: Callable[[str], str]
) -> Iterator[InMemoryCases | SqlCases]:
    """Give the double that ships, and the real one on each engine."""
    if request.param == "memory":
        yield InMemoryCases()
        return
    engine = open_engine(new_url(request.param))
    upgrade(engine)
    yield SqlCases(engine)
    engine.dispose()


def a_review(number: int = 1, subject: str = "eau-184") -> Review:
    """Return that Alix takes the incident on."""
    return Review(
        id=f"review-{number}",
        subject=Subject.INCIDENT,
        subject_id=subject,
        key="eau",
        verdict=ReviewVerdict.ACKNOWLEDGE,
        reviewer="alix",
        at=START + MINUTE,
    )


def test_the_first_step_opens_a_case_and_a_repeat_changes_nothing(cases: Cases) -> None:
    """It comes back as it was."""
    case = cases.heard(ORANGE, at=START)
    assert case == Case(event=ORANGE, step=1, raised=START, heard=START)
    assert cases.heard(ORANGE, at=START + MINUTE) == case
    assert cases.open() == [case]


def test_a_later_step_moves_the_case_and_an_earlier_one_does_not(cases: Cases) -> None:
    """Whatever the order in which they come."""
    cases.heard(ORANGE, at=START)
    moved = cases.heard(ROUGE, at=START + MINUTE)
    assert (moved.step, moved.raised, moved.event) == (2, START + MINUTE, ROUGE)
    assert cases.heard(ORANGE, at=START + 2 * MINUTE) == moved
    eased = replace(ROUGE, change=IncidentChange.EASED, version=3, level=Level.ORANGE)
    assert cases.heard(eased, at=START + 3 * MINUTE).step == 2


def test_an_answer_is_kept_once(cases: Cases) -> None:
    """And one on an incident nobody heard of is dropped."""
    assert cases.answered(a_review()) is None
    cases.heard(ORANGE, at=START)
    case = cases.answered(a_review())
    assert case is not None
    assert case.answers == (a_review(),)
    assert cases.answered(a_review()) == case
    assert cases.open() == [case]


def test_a_settled_case_is_no_longer_looked_at_until_something_new_is_heard(cases: Cases) -> None:
    """A repeat does not open it again."""
    cases.heard(ORANGE, at=START)
    cases.heard(an_incident(number=185, watch="forage"), at=START - MINUTE)
    assert [case.event.incident_id for case in cases.open()] == ["forage-185", "eau-184"]
    cases.settle("eau-184")
    cases.heard(ORANGE, at=START + MINUTE)
    assert [case.event.incident_id for case in cases.open()] == ["forage-185"]
    cases.heard(ROUGE, at=START + MINUTE)
    assert [case.event.version for case in cases.open()] == [1, 2]


def test_answers_that_come_at_once_to_two_roles_are_both_kept(
    reopen: Callable[[], Engine], engine: Engine
) -> None:
    """Each with its own connection; none overwrites another."""
    SqlCases(engine).heard(ORANGE, at=START)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: SqlCases(reopen()).answered(a_review(n)), range(6)))
    (case,) = SqlCases(engine).open()
    assert len(case.answers) == 6


def test_one_case_is_looked_up_by_its_incident(cases: Cases) -> None:
    """Closed or not."""
    assert cases.get(ORANGE.incident_id) is None
    case = cases.heard(ORANGE, at=START)
    assert cases.get(ORANGE.incident_id) == case
