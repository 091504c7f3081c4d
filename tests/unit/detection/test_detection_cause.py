"""What an alarm rests on: few posts, the right ones, and none without them."""

# ruff: noqa: ANN401 - the desk is a fixture; its class is in conftest, out of reach of an import

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.detection.cause import fewest
from vigie.detection.entry import post_hash
from vigie.domain.incident import Level, Nature
from vigie.domain.observation import ObservedPost
from vigie.domain.post import Change
from vigie.domain.review import ReviewVerdict
from vigie.domain.watch import Threshold

HOSTILE = {Level.JAUNE: (Threshold(posts=5, against=10),)}
JAUNE, VERT = Level.JAUNE, Level.VERT


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_as_few_posts_as_leave_no_alarm_are_found(posts: int, needed: int) -> None:
    """In the order they are ranked; all of them where even that does not end it."""
    ranked = list(range(posts))
    found = fewest(ranked, lambda without: posts - len(without) >= needed)
    if needed > posts:
        assert found == set()
    else:
        assert len(found) == min(posts, posts - needed + 1)
        assert found <= set(ranked)


def test_a_post_the_alarm_does_not_rest_on_is_put_back() -> None:
    """Only odd numbers matter; even ones that came first in the order are not blamed."""
    ranked = list(range(20))
    found = fewest(ranked, lambda without: sum(n % 2 for n in set(ranked) - without) >= 8)
    assert found
    assert all(n % 2 for n in found)


def test_the_cause_is_hostile_and_names_where_it_stands(open_desk: Any) -> None:
    """Twelve of fourteen hostile posts stand in one conversation, among twenty of thanks."""
    desk = open_desk(HOSTILE)
    desk.hear(*desk.posts(20, nature=Nature.SUPPORT, source="search"))
    angry = {"nature": Nature.CRITICISM, "source": "page", "terms": ("argent",)}
    desk.hear(*desk.posts(2, author="x", **angry), *desk.posts(12, thread="p:1", **angry))
    (event,) = desk.told
    assert event.nature is Nature.CRITICISM
    cause = event.cause
    assert cause.posts == 6  # eight are left, as many as 0.9 of ten allow
    assert [(part.name, part.posts) for part in cause.threads] == [("p:1", 6)]
    assert [part.name for part in cause.sources] == ["page"]
    assert [part.name for part in cause.terms] == ["argent"]
    assert len(event.evidence) == 5


def test_without_its_cause_there_is_no_alarm(open_desk: Any) -> None:
    """A crisis of an hour, told once with all posts and once without those of the cause."""
    levels = {
        JAUNE: (Threshold(posts=8, negatives=8, negative_share=0.3),),
        Level.ORANGE: (Threshold(posts=10, against=12),),
    }
    first, again = open_desk(levels), open_desk(levels)
    cause: set[int] = set()
    told: list[list[ObservedPost]] = []
    for minute in range(60):
        posts = [
            *first.posts(2),
            *first.posts(1 + minute % 3, negative=True, nature=Nature.CRITICISM),
        ]
        told.append(posts)
        first.hear(*posts)
        cause |= first.judgement.cause("eau")
        first.clock.advance(minutes=1)
    assert first.level is Level.ORANGE
    for posts in told:
        again.hear(*(post for post in posts if post_hash(post.id) not in cause))
        again.clock.advance(minutes=1)
    assert again.told == []
    assert 0 < len(cause) < 120


def test_what_is_new_since_twenty_minutes_is_said_when_the_level_changes(open_desk: Any) -> None:
    """A second word comes up."""
    levels = {
        JAUNE: (Threshold(posts=5, against=10),),
        Level.ORANGE: (Threshold(posts=5, against=20),),
    }
    desk = open_desk(levels, window=timedelta(hours=1))
    desk.hear(*desk.posts(12, nature=Nature.CRITICISM, terms=("argent",)))
    desk.clock.advance(minutes=25)
    desk.hear(*desk.posts(12, nature=Nature.CRITICISM, terms=("plainte",)))
    opened, escalated = desk.told
    assert (opened.cause.new_terms, opened.cause.fresh) == ((), opened.cause.posts)
    assert escalated.cause.new_terms == ("plainte",)
    assert 0 < escalated.cause.fresh < escalated.cause.posts


def test_removed_posts_are_no_evidence(open_desk: Any) -> None:
    """What is gone from the platform is not shown."""
    desk = open_desk(
        {JAUNE: (Threshold(posts=5, against=5),), Level.ORANGE: (Threshold(posts=5, against=20),)}
    )
    posts = desk.posts(10, nature=Nature.CRITICISM)
    desk.hear(*posts)
    now = desk.clock.now()
    gone = set(desk.told[0].evidence)
    desk.hear(*(ObservedPost(post_id, Change.REMOVED, now, now) for post_id in gone))
    desk.hear(*desk.posts(20, nature=Nature.CRITICISM))
    assert len(desk.told[-1].evidence) == 5
    assert not gone & set(desk.told[-1].evidence)


def test_the_cause_of_a_closed_incident_is_not_that_of_the_next(open_desk: Any) -> None:
    """Nor does it count what was removed meanwhile."""
    desk = open_desk(
        {JAUNE: (Threshold(posts=5, against=10),), Level.ORANGE: (Threshold(posts=5, against=40),)}
    )
    first = desk.posts(12, nature=Nature.CRITICISM)
    desk.hear(*first)
    desk.review(ReviewVerdict.CLOSE)
    assert desk.judgement.cause("eau") == frozenset()
    now = desk.clock.now()
    desk.hear(*(ObservedPost(post.id, Change.REMOVED, now, now) for post in first))
    desk.hear(*desk.posts(41, nature=Nature.CRITICISM, author="one"))
    cause = desk.told[-1].cause
    assert (cause.posts, cause.accounts) == (len(desk.judgement.cause("eau")), 1)


def test_attacks_come_first_in_the_evidence(open_desk: Any) -> None:
    """However many newer posts there are."""
    desk = open_desk(HOSTILE)
    attack, *_ = desk.posts(1, nature=Nature.ATTACK, toxic=True)
    desk.hear(attack)
    desk.clock.advance(minutes=2)
    desk.hear(*desk.posts(12, nature=Nature.CRITICISM))
    assert desk.told[0].evidence[0] == attack.id


def test_the_cause_survives_a_restart_and_ends_with_the_incident(open_desk: Any) -> None:
    """It is kept in the tally's own pages."""
    desk = open_desk(HOSTILE)
    desk.hear(*desk.posts(14, nature=Nature.CRITICISM))
    before = desk.judgement.cause("eau")
    desk.judgement.forget()
    desk.tick()
    assert desk.judgement.cause("eau") == before != frozenset()
    desk.live(40)
    assert desk.level is VERT
    assert desk.judgement.cause("eau") == frozenset()


def test_a_level_that_does_not_change_for_long_is_the_new_normal(open_desk: Any) -> None:
    """It is closed by itself, learned, and does not open again at that height."""
    settle = timedelta(hours=6)
    desk = open_desk({JAUNE: (Threshold(posts=20, volume_ratio=2),)}, settle=settle)
    desk.live(180, posts=2)
    desk.live(7 * 60, posts=6)
    assert desk.steps() == [("opened", JAUNE), ("resolved", VERT)]
    assert desk.told[1].at - desk.told[0].at == settle
    desk.live(12 * 60, posts=6)
    assert len(desk.told) == 2
    assert desk.judgement.figures("eau").expected > 60


def test_late_posts_are_judged_where_they_belong(open_desk: Any) -> None:
    """A source that is read every forty minutes tells of a storm that is over."""
    desk = open_desk(HOSTILE)
    desk.live(10, posts=1)
    then = desk.clock.now() - timedelta(minutes=40)
    desk.hear(*desk.posts(12, nature=Nature.CRITICISM, published=then, source="slow"))
    assert desk.steps() == [("opened", JAUNE)]
    assert desk.told[0].signals[0].count == 12


def test_a_level_that_people_were_called_for_lasts_until_it_is_over(open_desk: Any) -> None:
    """Nobody is told that a crisis has ended while it goes on, however long it lasts."""
    settle = timedelta(hours=6)
    levels = {Level.ORANGE: (Threshold(posts=20, volume_ratio=2),)}
    desk = open_desk(levels, settle=settle)
    desk.live(180, posts=2)
    desk.live(10 * 60, posts=6)
    assert desk.steps() == [("opened", Level.ORANGE)]
    desk.live(60, posts=2)
    assert desk.steps()[-1] == ("resolved", VERT)


@pytest.mark.parametrize("again", ["told again", "edited", "removed"])
def test_what_was_closed_is_not_opened_by_its_own_posts(open_desk: Any, again: str) -> None:
    """Delivery is at least once, and people edit: an hour later the storm is history."""
    desk = open_desk(HOSTILE)
    desk.live(90, posts=1)
    storm = desk.posts(12, nature=Nature.CRITICISM)
    desk.hear(*storm)
    assert desk.level is not VERT
    desk.live(75, posts=1)
    assert desk.level is VERT
    before = len(desk.told)
    changed = {
        "told again": storm[0],
        "edited": replace(storm[0], change=Change.EDITED, changed=desk.clock.now(), negative=True),
        "removed": replace(storm[0], change=Change.REMOVED, changed=desk.clock.now()),
    }[again]
    desk.hear(changed)
    desk.live(5, posts=1)
    assert len(desk.told) == before


def test_a_straggler_of_a_time_whose_incident_is_closed_opens_nothing(open_desk: Any) -> None:
    """People have heard of it, and of its end."""
    desk = open_desk(HOSTILE)
    desk.live(90, posts=1)
    then = desk.clock.now()
    desk.hear(*desk.posts(12, nature=Nature.CRITICISM))
    desk.live(75, posts=1)
    before = len(desk.told)
    desk.hear(*desk.posts(1, nature=Nature.CRITICISM, published=then, source="slow"))
    assert len(desk.told) == before
