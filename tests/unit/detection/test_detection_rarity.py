"""How rare an excess is, by those seen before."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.detection.rarity import Tail, excess


def tail_of(excesses: list[float]) -> Tail:
    """Return a tail that has seen these."""
    tail = Tail()
    for one in excesses:
        tail.learn(one, kept=1.0)
    return tail


@pytest.fixture(scope="module")
def exponential() -> Tail:
    """Return a tail of 20,000 excesses of mean 0.4."""
    rng = random.Random(5)  # noqa: S311 - seeded, no secret
    return tail_of([rng.expovariate(2.5) for _ in range(20_000)])


@pytest.mark.parametrize("rarity", [1.0, 2.0, 3.0, 4.0])
def test_an_exponential_tail_is_read_to_a_tenth_of_a_decade(
    exponential: Tail, rarity: float
) -> None:
    """The excess that one of 10 to 10,000 exceeds is told as that rare, seen or not."""
    at = rarity * 2.302585 / 2.5
    assert exponential.rarity(at) == pytest.approx(rarity, abs=0.15)


def test_nothing_is_rare_before_anything_was_seen() -> None:
    """An empty past says nothing."""
    assert Tail().rarity(5.0) == 0.0


def test_what_lies_within_the_normal_is_not_rare() -> None:
    """Less than expected is no burst, however unusual."""
    assert tail_of([0.1] * 50).rarity(-3.0) == 0.0


def test_few_looks_at_the_past_make_nothing_very_rare() -> None:
    """After a hundred looks, twice the largest seen is one of some hundreds, not of a million."""
    tail = tail_of([0.01 * n for n in range(100)])
    assert 2.0 < tail.rarity(2.0) < 4.5


def test_what_was_rare_once_is_less_rare_after_a_day_of_it() -> None:
    """A step to a new normal: 96 quarters of an hour among 56 days."""
    rng = random.Random(6)  # noqa: S311 - seeded, no secret
    tail = tail_of([rng.expovariate(2.5) for _ in range(3_000)])
    before = tail.rarity(2.5)
    for _ in range(96):
        tail.learn(2.5, kept=1.0)
    assert before > 2.4
    assert tail.rarity(2.5) < 1.7


@given(
    st.lists(st.floats(-2, 15), min_size=1, max_size=80),
    st.floats(-1, 20),
    st.floats(0, 5),
)
def test_more_is_never_less_rare(seen: list[float], one: float, more: float) -> None:
    """Rarity rises with the excess, across the seam between the past and the fitted tail."""
    tail = tail_of(seen)
    assert tail.rarity(one + more) >= tail.rarity(one) - 1e-9


@given(st.integers(0, 10_000), st.floats(0.001, 10_000))
def test_an_excess_is_0_where_the_count_is_as_expected(count: int, expected: float) -> None:
    """More than expected is above 0, fewer below."""
    assert (excess(count, expected) > 0) == (count > expected)
