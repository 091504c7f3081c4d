"""While behind nothing is judged; at the present again, the window by event time decides."""

# ruff: noqa: ANN401 - the desk is a fixture; its class is in conftest, out of reach of an import

from datetime import timedelta
from typing import Any

import pytest

from vigie.detection.backlog import patience
from vigie.domain.incident import IncidentChange, Level
from vigie.domain.review import ReviewVerdict


def read_late(desk: Any, *, minutes_ago: float, posts: int, **flags: bool) -> Any:
    """Hand over posts that were published and received so long ago."""
    then = desk.clock.now() - timedelta(minutes=minutes_ago)
    return desk.hear(*desk.posts(posts, published=then, **flags), received=then)


def test_a_backlog_pages_nobody_until_it_is_through(desk: Any) -> None:
    """Half an hour of outage is read in seconds; only then the window is judged, and says so."""
    desk.live(90, posts=1)
    desk.clock.advance(minutes=30)
    for minutes_ago in range(30, 5, -1):
        assert read_late(desk, minutes_ago=minutes_ago, posts=6, negative=True) == []
        desk.clock.advance(seconds=1)
    desk.clock.advance(seconds=5)
    events = desk.hear(*desk.posts(1, negative=True))
    assert [(event.change, event.caught_up) for event in events] == [(IncidentChange.OPENED, True)]
    assert events[0].level is Level.ROUGE
    figures = desk.judgement.figures("eau")
    assert figures.posts == 6 * 9 + 1  # minutes 14 to 6 ago, and the last one


def test_fresh_posts_between_late_ones_do_not_end_a_backlog(desk: Any) -> None:
    """Comments may be read on time while mentions of an hour ago still come."""
    desk.live(90, posts=1)
    desk.clock.advance(minutes=10)
    for _ in range(30):
        read_late(desk, minutes_ago=8, posts=2, negative=True)
        desk.clock.advance(seconds=2)
        assert desk.hear(*desk.posts(2, negative=True)) == []
    desk.clock.advance(seconds=5)
    assert [event.caught_up for event in desk.hear(*desk.posts(1))] == [True]


def test_a_crisis_that_is_over_when_it_is_read_pages_nobody(desk: Any) -> None:
    """What burned and went out during an outage is history."""
    desk.live(90, posts=1)
    desk.clock.advance(minutes=60)
    read_late(desk, minutes_ago=50, posts=60, negative=True)
    desk.clock.advance(minutes=2)
    desk.tick()
    assert desk.told == []


def test_ticks_end_a_backlog_only_after_patience(desk: Any) -> None:
    """Where nobody writes any more, a minute without late posts is the present."""
    assert patience(timedelta(minutes=5)) == timedelta(minutes=1)
    assert patience(timedelta(seconds=10)) == timedelta(seconds=5)
    desk.live(90, posts=1)
    desk.clock.advance(minutes=10)
    read_late(desk, minutes_ago=8, posts=60, negative=True)
    desk.clock.advance(seconds=59)
    assert desk.tick() == []
    desk.clock.advance(seconds=1)
    assert [event.caught_up for event in desk.tick()] == [True]
    assert desk.told[0].crossed is None


def test_what_opens_at_the_present_is_not_marked(desk: Any) -> None:
    """« Détecté au rattrapage » is said of the step that ended the backlog, and only of it."""
    desk.live(90, posts=1)
    read_late(desk, minutes_ago=10, posts=1)
    desk.clock.advance(seconds=5)
    desk.hear(*desk.posts(1))
    desk.hear(*desk.posts(60, negative=True))
    assert [event.caught_up for event in desk.told] == [False]


def test_an_open_incident_keeps_its_level_while_behind(desk: Any) -> None:
    """Old posts neither raise nor end what people are already working on."""
    desk.live(90, posts=1)
    desk.hear(*desk.posts(14, negative=True))
    assert desk.level is Level.JAUNE
    for _ in range(60):
        read_late(desk, minutes_ago=10, posts=3, negative=True)
        desk.clock.advance(seconds=30)
        desk.tick()
    assert desk.steps() == [("opened", Level.JAUNE)]


def test_a_review_is_heard_while_behind(desk: Any) -> None:
    """A person's word does not wait for a backlog, and does not end it."""
    desk.live(90, posts=1)
    desk.hear(*desk.posts(14, negative=True))
    desk.clock.advance(minutes=10)
    read_late(desk, minutes_ago=8, posts=60, negative=True)
    desk.review(ReviewVerdict.ACKNOWLEDGE)
    assert desk.steps()[1:] == [("acknowledged", Level.JAUNE)]


@pytest.mark.parametrize("minutes_ahead", [1, 30, 100_000])
def test_a_post_from_the_future_is_here(desk: Any, minutes_ahead: int) -> None:
    """A platform's clock may run ahead of ours: it counts now, and once."""
    then = desk.clock.now() + timedelta(minutes=minutes_ahead)
    posts = desk.posts(3, published=then)
    desk.hear(*posts)
    assert desk.judgement.figures("eau").posts == 3
    desk.clock.advance(minutes=20)
    desk.hear(*posts)
    assert desk.judgement.figures("eau").posts == 0


def test_a_source_that_is_always_late_does_not_keep_people_from_being_paged(desk: Any) -> None:
    """After ten minutes of present posts among its own, they are judged; its posts are counted."""
    desk.live(90, posts=1)
    for _ in range(10 * 15):
        read_late(desk, minutes_ago=6, posts=1)
        desk.clock.advance(seconds=2)
        assert desk.hear(*desk.posts(2, negative=True)) == []
        desk.clock.advance(seconds=2)
    desk.clock.advance(seconds=2)
    read_late(desk, minutes_ago=6, posts=1)
    (event, *_) = desk.told
    assert (event.level, event.caught_up) == (Level.ROUGE, False)


def test_once_it_was_on_time_again_a_backlog_is_a_backlog(desk: Any) -> None:
    """What was late for long is no licence to page for the next outage."""
    desk.live(90, posts=1)
    for _ in range(11 * 15):
        read_late(desk, minutes_ago=6, posts=1)
        desk.hear(*desk.posts(1))
        desk.clock.advance(seconds=4)
    desk.hear(*desk.posts(1))
    desk.clock.advance(minutes=20)
    assert read_late(desk, minutes_ago=10, posts=60, negative=True) == []
