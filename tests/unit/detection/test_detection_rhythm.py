"""What is normal for each hour of the week, and how fast that is learned."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from vigie.detection.rhythm import HOURS, Rhythm


def learned(hours: int, count: Callable[[int], float], rhythm: Rhythm | None = None) -> Rhythm:
    """Return a rhythm that has seen so many hours, each with its count."""
    rhythm = rhythm or Rhythm()
    for hour in range(hours):
        rhythm.learn(hour % HOURS, count(hour), hours=1.0)
    return rhythm


def test_on_the_second_day_all_hours_share_one_level() -> None:
    """What differs by hour is not believed yet."""
    rhythm = learned(24, lambda hour: 40 if 8 <= hour % 24 < 20 else 4)
    assert rhythm.expected(12) < 1.6 * rhythm.level
    assert rhythm.expected(3) > 0.6 * rhythm.level


def test_after_two_weeks_every_hour_of_the_day_has_its_own_normal() -> None:
    """Day and night differ by ten, as they do."""
    rhythm = learned(14 * 24, lambda hour: 40 if 8 <= hour % 24 < 20 else 4)
    assert 34 < rhythm.expected(12) < 44
    assert 3 < rhythm.expected(3) < 10


def test_after_two_months_a_weekday_of_its_own_stands_out() -> None:
    """Every Thursday at nine the newsletter goes out."""
    thursday = 3 * 24 + 9
    rhythm = learned(9 * HOURS, lambda hour: 30 if hour % HOURS == thursday else 10)
    assert rhythm.expected(thursday) > 1.3 * rhythm.expected(thursday - 24)


def test_one_crisis_does_not_become_the_normal_of_its_hour() -> None:
    """A thousand times the normal in one hour is learned as four times."""
    rhythm = learned(21 * 24, lambda _: 10)
    before = rhythm.expected(12)
    rhythm.learn(12, 10_000, hours=1.0)
    assert rhythm.expected(12) < 1.4 * before


def test_a_step_to_three_times_as_much_is_learned_by_a_third_within_ten_days() -> None:
    """The level forgets within two weeks."""
    rhythm = learned(21 * 24, lambda _: 10)
    learned(10 * 24, lambda _: 30, rhythm)
    assert rhythm.level > 17


@given(st.lists(st.tuples(st.integers(0, HOURS - 1), st.floats(0, 1e6)), max_size=60))
def test_whatever_was_counted_the_normal_is_a_number_above_nothing(
    counts: list[tuple[int, float]],
) -> None:
    """No count leads to a normal of nothing, nor to infinity."""
    rhythm = Rhythm()
    for hour, count in counts:
        rhythm.learn(hour, count, hours=0.25)
    assert all(0 < rhythm.expected(hour) < 1e9 for hour in range(HOURS))
