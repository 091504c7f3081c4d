"""The scenario library: repeatable, as busy as it says, and its crises as large as promised."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from vigie.domain.assessment import Scores
from vigie.domain.incident import AGAINST
from vigie.domain.observation import ObservedPost
from vigie.errors import Misconfigured
from vigie.replay.evaluation.intervals import figure, median, share
from vigie.replay.evaluation.library import the_watch
from vigie.replay.evaluation.page import BEGIN, END, write_page
from vigie.replay.scenarios.crises import CRISES, HOUR, OTHERS, Scenario, size_of
from vigie.replay.scenarios.habits import HABITS, Habit
from vigie.replay.scenarios.play import Stage, without
from vigie.replay.scenarios.texts import Texts
from vigie.replay.scenarios.traffic import Traffic, by_arrival, midnight
from vigie.testing.builders import CIVIL, NEUTRAL
from vigie.testing.clock import ManualClock

DAY = date(2026, 3, 4)


def read_plainly(texts: Sequence[str]) -> Sequence[Scores]:
    """Judge every text as civil and neutral: natures then rest on words alone."""
    return [Scores(NEUTRAL, CIVIL, "fr") for _ in texts]


def traffic(seed: int = 1, per_day: float = 200.0) -> Traffic:
    """Return traffic of the library's watch."""
    return Traffic(Texts(the_watch(), read_plainly), seed, per_day)


def calm(seed: int, days: int = 20, per_day: float = 200.0) -> list[tuple[datetime, ObservedPost]]:
    """Return calm days."""
    source = traffic(seed, per_day)
    planned = [p for n in range(days) for p in source.day(midnight(DAY + timedelta(days=n)))]
    return by_arrival(source, planned)


def test_a_seed_makes_the_same_posts_and_another_seed_others() -> None:
    """To the last id."""
    assert calm(1, days=3) == calm(1, days=3)
    assert calm(1, days=3) != calm(2, days=3)


def test_there_are_about_as_many_posts_a_day_as_asked_for() -> None:
    """Within a third: weekends are quieter, publications differ."""
    assert 20 * 200 * 0.66 < len(calm(3)) < 20 * 200 * 1.34


def test_the_posts_of_a_calm_day_follow_the_clock_on_the_wall() -> None:
    """Many in the evening, few in the small hours."""
    hours = [at.hour for at, _ in calm(4)]
    assert sum(h in range(17, 20) for h in hours) > 5 * sum(h in range(2, 5) for h in hours)


@pytest.mark.parametrize("scenario", CRISES, ids=lambda scenario: scenario.name)
@pytest.mark.parametrize("per_day", [7.0, 300.0, 5_000.0])
def test_a_crisis_is_as_large_as_it_is_said_to_be(scenario: Scenario, per_day: float) -> None:
    """In its worst two hours; chance takes a little off."""
    source = traffic(5, per_day)
    onset = midnight(DAY)
    event = by_arrival(source, scenario.plan(source, onset, scenario.size(per_day)))
    hostile = sorted(at for at, post in event if post.nature in AGAINST)
    worst = max(sum(start <= at < start + 2 * HOUR for at in hostile) for start in hostile)
    assert worst >= 0.75 * scenario.size(per_day)
    assert scenario.size(per_day) >= 20


@pytest.mark.parametrize("scenario", OTHERS, ids=lambda scenario: scenario.name)
def test_what_is_no_crisis_has_hardly_a_hostile_post(scenario: Scenario) -> None:
    """And far more posts than most crises."""
    source = traffic(6)
    event = by_arrival(source, scenario.plan(source, midnight(DAY), size_of(200.0)))
    assert sum(post.nature in AGAINST for _, post in event) <= 0.1 * len(event)


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_a_habit_comes_again_every_week(habit: Habit) -> None:
    """At the same hour of the clock on the wall, however large the watch."""
    source = traffic(8)
    weeks = [[midnight(DAY + timedelta(days=7 * week + n)) for n in range(7)] for week in (0, 1)]
    first, second = ([p for day in days for p in habit.plan(source, day)] for days in weeks)
    assert len(first) >= 6
    assert {one.at.hour for one in first} == {one.at.hour for one in second}


def test_an_outage_tells_late_what_was_published_meanwhile() -> None:
    """Nothing is heard for three hours, then all of it at once."""
    source = traffic(7)
    outage = next(scenario for scenario in OTHERS if scenario.name == "outage with backlog")
    event = by_arrival(source, outage.plan(source, midnight(DAY), 40.0))
    assert min(at for at, _ in event) >= midnight(DAY) + 3 * HOUR
    assert min(post.published for _, post in event) < midnight(DAY) + HOUR


def test_a_stage_that_is_copied_goes_on_as_the_first_would() -> None:
    """Whatever the copy lives through leaves the first as it was."""
    posts = calm(8, days=2)
    stage = Stage(the_watch(), ManualClock(midnight(DAY)))
    middle, end = midnight(DAY + timedelta(days=1)), midnight(DAY + timedelta(days=2))
    stage.play([one for one in posts if one[0] < middle], until=middle)
    before = dict(stage.table)
    stage.copy().play([one for one in posts if one[0] >= middle], until=end)
    assert stage.table == before


def test_what_is_left_out_leaves_a_look_at_the_same_time() -> None:
    """So that a replay looks when the first play looked."""
    posts = calm(9, days=1)
    from_none = without(posts, ())
    assert list(from_none) == posts
    assert len(without(posts, (1, 2))) == len(posts)


def test_figures_come_with_their_interval() -> None:
    """And with nothing where there is nothing."""
    assert share(41, 42) == "41 of 42 (98 %, 88–100)"
    assert share(0, 0) == "–"
    assert figure([], median) == "–"
    assert figure([3.0] * 9, median) == "3 [3–3]"


def test_a_page_without_marks_is_refused() -> None:
    """With the lines it needs."""
    with pytest.raises(Misconfigured, match="the page needs a line"):
        write_page(None, "# How crises are found")  # type: ignore[arg-type]
    assert BEGIN != END
