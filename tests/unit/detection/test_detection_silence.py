"""« Écoute coupée »: an incident of its own, that names the sources that have gone silent."""

# ruff: noqa: ANN401 - the desk is a fixture; its class is in conftest, out of reach of an import

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from vigie.domain.incident import Level
from vigie.domain.review import ReviewVerdict

SOURCES = ("page", "search", "feed")
DAY = 24 * 60


def listen(desk: Any, minutes: int, *silent: str) -> None:
    """Let minutes pass; each brings a post of every source but the silent ones."""
    for _ in range(minutes):
        for source in SOURCES:
            if source not in silent:
                desk.hear(*desk.posts(1, source=source))
        desk.clock.advance(minutes=1)
        desk.tick()


def named(desk: Any) -> list[tuple[str, list[str]]]:
    """Return each step of a silence with the sources it names."""
    return [(event.change.value, [s.subject for s in event.signals]) for event in desk.told]


@pytest.fixture
def desk(open_desk: Callable[..., Any]) -> Any:
    """Return a desk whose watch has heard three sources for a day; only silence is judged."""
    desk = open_desk({})
    listen(desk, 26 * 60)
    return desk


def test_a_silent_source_is_an_incident_of_its_own(desk: Any) -> None:
    """It ends when the source speaks; the level of a crisis is another one."""
    listen(desk, 40, "page")
    assert named(desk) == [("opened", ["page"])]
    signal = desk.told[0].signals[0]
    assert (signal.kind.value, signal.count) == ("silence", 0)
    assert signal.expected >= 20
    assert desk.level is Level.VERT
    listen(desk, 3)
    assert named(desk)[1:] == [("resolved", [])]


def test_one_post_of_many_does_not_end_a_silence(open_desk: Callable[..., Any]) -> None:
    """The incident says how few came, of how many that were to be expected."""
    desk = open_desk({})
    for minute in range(8 * DAY // 5 + 200):
        late = minute > 8 * DAY // 5
        sources = ["search"] if late and minute % 50 else ["search", "page"]
        desk.hear(*(post for source in sources for post in desk.posts(1, source=source)))
        desk.clock.advance(minutes=5)
        desk.tick()
    assert named(desk) == [("opened", ["page"])]
    desk.hear(*desk.posts(6, source="page"))
    desk.tick()
    assert desk.told[-1].change.value == "resolved"


def test_when_nothing_at_all_comes_no_source_is_named(desk: Any) -> None:
    """Nor is it ever how things are: it lasts until posts come."""
    listen(desk, 3 * DAY, *SOURCES)
    assert named(desk)[-1] == ("opened", [""])
    listen(desk, 20)
    assert desk.told[-1].change.value == "resolved"


def test_ten_seldom_sources_that_fall_silent_together_are_noticed(
    open_desk: Callable[..., Any],
) -> None:
    """Each of them brings five posts a day: too few to be told of one by one."""
    desk = open_desk({})
    for minute in range(DAY):
        if minute % 6 == 0:
            desk.hear(*desk.posts(1, source=f"feed-{minute // 6 % 10}"))
        desk.clock.advance(minutes=5)
        desk.tick()
    assert desk.told == []
    for _ in range(DAY // 5):
        desk.clock.advance(minutes=5)
        desk.tick()
    assert named(desk) == [("opened", [""])]


def test_nobody_is_told_where_silence_is_off(open_desk: Callable[..., Any]) -> None:
    """Not of a new one; and one that was open when it was turned off is resolved."""
    desk = open_desk({})
    listen(desk, 26 * 60)
    listen(desk, 40, "page")
    off = replace(desk.watch, thresholds=replace(desk.watch.thresholds, silence=Level.VERT))
    desk.restart(off)
    desk.tick()
    assert desk.told[-1].change.value == "resolved"
    listen(desk, 60, "search")
    assert desk.told[-1].change.value == "resolved"


def test_a_further_silent_source_is_news(desk: Any) -> None:
    """An incident that names all of them takes the place of the first, and is told anew."""
    listen(desk, 40, "page")
    listen(desk, 40, "page", "feed")
    assert [change for change, _ in named(desk)] == ["opened", "resolved", "opened"]
    assert set(named(desk)[-1][1]) == {"page", "feed"}
    listen(desk, 5, "page")
    assert len(desk.told) == 3
    listen(desk, 3)
    assert desk.told[-1].change.value == "resolved"


def test_what_a_person_has_closed_stays_closed_until_another_source_falls_silent(desk: Any) -> None:
    """They know of the one, not of the other."""
    listen(desk, 40, "page")
    desk.review(ReviewVerdict.CLOSE)
    listen(desk, 40, "page")
    assert [change for change, _ in named(desk)] == ["opened", "resolved"]
    listen(desk, 40, "page", "search")
    assert set(named(desk)[-1][1]) == {"page", "search"}


def test_a_silence_that_lasts_is_how_things_are(desk: Any) -> None:
    """A source that was taken out of the configuration is forgotten, and the rest is learned."""
    listen(desk, 2 * DAY + 60, "page")
    assert [change for change, _ in named(desk)] == ["opened", "resolved"]
    opened, resolved = desk.told
    assert resolved.at - opened.at == timedelta(hours=48)


@pytest.mark.parametrize("first", ["a tick", "a post"])
def test_time_in_which_vigie_itself_was_down_is_no_silence(desk: Any, first: str) -> None:
    """Nor does it make a later silence longer before it is noticed."""
    desk.clock.advance(minutes=600)
    if first == "a tick":
        desk.tick()
    listen(desk, 10)
    assert desk.told == []
    listen(desk, 40, "search")
    assert named(desk) == [("opened", ["search"])]
