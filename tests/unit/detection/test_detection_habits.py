"""What comes again and again is usual in the end, unless a person takes it on each time."""

# ruff: noqa: ANN401 - the desk is a fixture; its class is in conftest, out of reach of an import

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from vigie.detection.sketch import sketch
from vigie.domain.incident import Level, Nature
from vigie.domain.observation import ObservedPost
from vigie.domain.review import ReviewVerdict
from vigie.domain.watch import Threshold

DAY = 24 * 60
RAID = Threshold(posts=8, raid=12, raid_once_in=timedelta(days=20))
REACH = Threshold(posts=3, against=1, reach=500_000, reach_once_in=timedelta(days=20))
THEME = Threshold(posts=6, against=6, theme=5, theme_once_in=timedelta(days=20))
COPY = sketch("sourcebelle ment, ne donnez plus rien à sourcebelle, faites tourner ce message")


def a_day(desk: Any, posts: Sequence[ObservedPost], verdict: ReviewVerdict | None) -> int:
    """Let a day pass that these posts begin; return how many incidents it opened."""
    before = len(desk.told)
    if posts:
        desk.hear(*posts)
    if verdict is not None and desk.level is not Level.VERT:
        desk.review(verdict)
    for _ in range(DAY // 5):
        desk.clock.advance(minutes=5)
        desk.hear(*desk.posts(2, source="page", terms=("puits", "merci")))
        desk.tick()
    return sum(event.change.value == "opened" for event in desk.told[before:])


def against(desk: Any, count: int, **fields: Any) -> list[ObservedPost]:
    """Return so many posts against the watch, each by an account of its own."""
    posts = desk.posts(count, nature=Nature.CRITICISM, **fields)
    return [
        ObservedPost(p.id, p.change, p.published, p.changed, nature=p.nature, author=p.id, **fields)
        for p in posts
    ]


HABITS = pytest.mark.parametrize(
    ("threshold", "count", "fields"),
    [
        (RAID, 14, {"sketch": COPY}),
        (REACH, 3, {"followers": 1_100_000}),
        (THEME, 12, {"terms": ("desabonner",)}),
    ],
    ids=["raid", "reach", "theme"],
)


@HABITS
def test_what_comes_every_day_pages_a_few_times_and_no_more(
    open_desk: Callable[..., Any], threshold: Threshold, count: int, fields: dict[str, Any]
) -> None:
    """It is as often as on one day in twenty after three of them."""
    desk = open_desk({Level.ORANGE: (threshold,)})
    assert a_day(desk, (), None) == 0
    opened = [a_day(desk, against(desk, count, **fields), None) for _ in range(9)]
    assert 2 <= sum(opened[:5]) <= 4
    assert sum(opened[5:]) == 0


@HABITS
def test_what_a_person_takes_on_each_time_never_becomes_usual(
    open_desk: Callable[..., Any], threshold: Threshold, count: int, fields: dict[str, Any]
) -> None:
    """They want to know."""
    desk = open_desk({Level.ORANGE: (threshold,)})
    a_day(desk, (), None)
    take = ReviewVerdict.ACKNOWLEDGE
    opened = [a_day(desk, against(desk, count, **fields), take) for _ in range(7)]
    assert opened == [1] * 7


def test_far_more_than_the_habit_pages_all_the_same(open_desk: Callable[..., Any]) -> None:
    """Fourteen copies every day, then sixty."""
    desk = open_desk({Level.ORANGE: (RAID,)})
    for _ in range(9):
        a_day(desk, against(desk, 14, sketch=COPY), None)
    assert a_day(desk, against(desk, 14, sketch=COPY), None) == 0
    assert a_day(desk, against(desk, 60, sketch=COPY), None) == 1


def test_an_incident_that_called_nobody_is_learned_once_it_is_over(
    open_desk: Callable[..., Any],
) -> None:
    """A peak on the board that comes again and again is on the board no more."""
    burst = Threshold(posts=8, volume_once_in=timedelta(days=7))
    desk = open_desk({Level.JAUNE: (burst,)})
    for _ in range(4):
        a_day(desk, (), None)
    opened = [a_day(desk, desk.posts(60, source="page"), None) for _ in range(8)]
    assert sum(opened[:2]) >= 1
    assert sum(opened[-3:]) == 0


def test_a_watch_created_in_mid_crisis_says_so(open_desk: Callable[..., Any]) -> None:
    """Nothing is usual yet; that most of it is against us can be told all the same."""
    first = Threshold(posts=30, against=30, against_share=0.6, first_day=True)
    desk = open_desk({Level.ORANGE: (first,)})
    for _ in range(40):
        desk.hear(*against(desk, 1), *desk.posts(1, nature=Nature.SUPPORT))
        desk.clock.advance(minutes=0.25)
    assert desk.steps() == [("opened", Level.ORANGE)]


def test_from_the_second_day_on_what_is_usual_is_known(open_desk: Callable[..., Any]) -> None:
    """The same entry speaks no more."""
    first = Threshold(posts=30, against=30, against_share=0.6, first_day=True)
    desk = open_desk({Level.ORANGE: (first,)})
    for _ in range(2):
        a_day(desk, (), None)
    desk.hear(*against(desk, 40))
    assert desk.told == []


def test_thanks_do_not_hide_what_is_against_us(open_desk: Callable[..., Any]) -> None:
    """A quarter of all posts, and half of those that are no thanks."""
    share = Threshold(posts=8, against=8, against_share=0.3)
    desk = open_desk({Level.ORANGE: (share,)})
    desk.hear(*desk.posts(60, nature=Nature.SUPPORT), *desk.posts(20), *against(desk, 27))
    assert desk.steps() == [("opened", Level.ORANGE)]
