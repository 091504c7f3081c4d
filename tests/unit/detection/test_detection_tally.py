"""The tally equals a naive recount, whatever is repeated, late, edited or removed, in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vigie.detection.entry import minute_of
from vigie.detection.tally import MOST_A_MINUTE, Counts, Tally
from vigie.domain.incident import Nature
from vigie.domain.observation import ObservedPost
from vigie.domain.post import Change
from vigie.testing.clock import START

LIVE = range(minute_of(START) - 120, minute_of(START) + 121)


@dataclass(frozen=True)
class Life:
    """One post with everything that happened to it."""

    states: tuple[ObservedPost, ...]

    def final(self) -> ObservedPost:
        """Return the state that stands: a removal, else the latest edit, else the creation."""
        order = {Change.CREATED: 0, Change.EDITED: 1, Change.REMOVED: 2}
        return max(self.states, key=lambda state: (order[state.change], state.changed))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Draw the states of one post, its creation perhaps missing."""
    number = draw(st.integers(0, 10_000))
    published = START - timedelta(seconds=draw(st.integers(0, 900)))
    changes = draw(
        st.lists(st.sampled_from(Change), min_size=1, max_size=4).filter(
            lambda found: found.count(Change.CREATED) <= 1
        )
    )
    return Life(
        tuple(
            ObservedPost(
                f"practice:{number}",
                change,
                published,
                published if change is Change.CREATED else START + timedelta(seconds=step),
                negative=change is not Change.REMOVED and draw(st.booleans()),
                toxic=change is not Change.REMOVED and draw(st.booleans()),
                concerns=change is not Change.EDITED or draw(st.booleans()),
                nature=draw(st.sampled_from(Nature)),
            )
            for step, change in enumerate(changes)
        )
    )


many_lives = st.lists(lives(), max_size=30, unique_by=lambda life: life.states[0].id)


def recount(found: Sequence[Life]) -> dict[int, Counts]:
    """Count the final states, minute by minute, without anything clever."""
    counts: dict[int, Counts] = {}
    for post in (life.final() for life in found):
        if post.change is not Change.REMOVED and post.concerns:
            minute = counts.setdefault(minute_of(post.published), Counts())
            minute.posts += 1
            minute.negatives += post.negative
            minute.toxic += post.toxic
            minute.support += post.nature is Nature.SUPPORT
            minute.information += post.nature is Nature.INFORMATION
            minute.criticism += post.nature is Nature.CRITICISM
            minute.attacks += post.nature is Nature.ATTACK
            minute.faults += post.nature is Nature.FAULT
    return counts


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(many_lives, st.data())
def test_any_order_and_any_repeats_give_the_naive_recount(
    found: list[Life], data: st.DataObject
) -> None:
    """Every state is told once or twice, shuffled."""
    states = [state for life in found for state in life.states]
    repeats = data.draw(st.lists(st.sampled_from(states)) if states else st.just([]))
    tally = Tally()
    for post in data.draw(st.permutations(states + repeats)):
        tally.count(post, live=LIVE)
    expected = recount(found)
    assert {minute: tally.at(minute) for minute in expected} == expected
    total = tally.over(LIVE)
    assert total.posts == sum(counts.posts for counts in expected.values())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(many_lives, st.data())
def test_an_edit_or_removal_that_names_another_time_still_finds_its_post(
    found: list[Life], data: st.DataObject
) -> None:
    """In total the counts are right, though `published` of later changes leads nowhere."""
    tally = Tally()
    states = [
        ObservedPost(
            state.id,
            state.change,
            state.published + timedelta(minutes=data.draw(st.integers(-300, 100)))
            if step
            else state.published,
            state.changed,
            state.negative,
            state.toxic,
            state.concerns,
            state.nature,
        )
        for life in found
        for step, state in enumerate(life.states)
    ]
    for post in states:
        tally.count(post, live=LIVE)
    expected = Counts()
    for counts in recount(found).values():
        expected.add(counts)
    assert tally.over(LIVE) == expected


def a_post(number: int, published: datetime = START, **flags: bool) -> ObservedPost:
    """Return a new post."""
    return ObservedPost(f"practice:{number}", Change.CREATED, published, published, **flags)


def test_posts_from_before_the_live_minutes_are_ignored() -> None:
    """Too old: counted nowhere, not even as a tombstone."""
    tally = Tally()
    tally.count(a_post(1, START - timedelta(minutes=121)), live=LIVE)
    assert tally.over(range(LIVE.start - 10, LIVE.stop + 10)) == Counts()
    assert tally.pages.changed == {}


def test_a_dropped_minute_leaves_nothing() -> None:
    """Pages that were not written yet are dropped with their minute; later minutes stay."""
    tally = Tally()
    tally.count(a_post(1, START - timedelta(minutes=2)), live=LIVE)
    tally.count(a_post(2), live=LIVE)
    tally.drop_before(minute_of(START))
    assert list(tally.pages.changed) == [(minute_of(START), 0)]
    assert tally.find("practice:1") is None
    assert tally.over(LIVE).posts == 1


def test_a_minute_holds_so_many_posts_and_no_more() -> None:
    """Its memory must not grow with a crisis; what is held is still corrected."""
    tally = Tally()
    for number in range(MOST_A_MINUTE + 100):
        tally.count(a_post(number), live=LIVE)
    assert tally.over(LIVE).posts == MOST_A_MINUTE
    tally.count(ObservedPost("practice:7", Change.REMOVED, START, START), live=LIVE)
    assert tally.over(LIVE).posts == MOST_A_MINUTE - 1
