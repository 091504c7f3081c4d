"""Which conditions make a level, and how it ends."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vigie.detection.baseline import Expected
from vigie.detection.interval import wilson
from vigie.detection.levels import course, reached
from vigie.detection.look import Look
from vigie.detection.tally import Counts
from vigie.detection.window import Window, minutes_of
from vigie.domain.incident import Level, SignalKind
from vigie.domain.watch import Threshold, Thresholds
from vigie.testing.clock import START


def a_window(
    posts: int, negatives: int = 0, toxic: int = 0, *, expected: float = 10.0, known: bool = True
) -> Window:
    """Return a window with these counts."""
    return Window(Counts(posts, negatives, toxic), Expected(expected, 1.0, 0.5, known=known))


def looks(*windows: Window) -> list[Look]:
    """Return a look for each, at the present and at earlier moments."""
    return [{timedelta(minutes=15): window} for window in windows]


def at_jaune(*thresholds: Threshold) -> Thresholds:
    """Return thresholds that know only JAUNE."""
    return Thresholds(levels={Level.JAUNE: thresholds})


@pytest.mark.parametrize(
    ("threshold", "window", "kinds"),
    [
        (Threshold(posts=20), a_window(20), [SignalKind.VOLUME]),
        (Threshold(posts=20), a_window(19), []),
        (Threshold(posts=1, volume_ratio=3), a_window(30), [SignalKind.VOLUME]),
        (Threshold(posts=1, volume_ratio=3), a_window(29), []),
        (Threshold(posts=1, volume_ratio=3), a_window(30, known=False), []),
        (Threshold(posts=1, negatives=5), a_window(9, 5), [SignalKind.NEGATIVE]),
        (Threshold(posts=1, negatives=5), a_window(9, 4), []),
        (Threshold(posts=1, negative_share=0.2), a_window(9, 5), [SignalKind.NEGATIVE]),
        (Threshold(posts=1, negative_share=0.3), a_window(9, 5), []),  # 56 %, but of nine
        (Threshold(posts=1, negative_share=0.3), a_window(90, 50), [SignalKind.NEGATIVE]),
        (Threshold(posts=1, toxic_share=0.2), a_window(40, 0, 14), [SignalKind.TOXIC]),
        (Threshold(posts=1, toxic_share=0.3), a_window(40, 0, 14), []),
        (Threshold(posts=1, negatives=5, toxic_share=0.2), a_window(40, 4, 14), []),
        (
            Threshold(posts=1, negatives=5, toxic_share=0.2, volume_ratio=2),
            a_window(40, 5, 14),
            [SignalKind.VOLUME, SignalKind.NEGATIVE, SignalKind.TOXIC],
        ),
    ],
)
def test_all_given_conditions_must_hold_together(
    threshold: Threshold, window: Window, kinds: Sequence[SignalKind]
) -> None:
    """And each detector that was asked says what it saw."""
    found = reached(looks(window), at_jaune(threshold))
    assert found.level is (Level.JAUNE if kinds else Level.VERT)
    assert [signal.kind for signal in found.signals] == kinds


def test_any_threshold_of_a_level_suffices() -> None:
    """The signals of all that hold are told, each once."""
    thresholds = at_jaune(
        Threshold(posts=50), Threshold(posts=5, negatives=5), Threshold(posts=1, volume_ratio=1)
    )
    assert [s.kind for s in reached(looks(a_window(6, 5)), thresholds).signals] == [
        SignalKind.NEGATIVE
    ]
    kinds = [s.kind for s in reached(looks(a_window(60, 5)), thresholds).signals]
    assert sorted(kinds) == [SignalKind.NEGATIVE, SignalKind.VOLUME]


@pytest.mark.parametrize(
    ("posts", "negatives", "level"), [(20, 14, Level.JAUNE), (20, 13, Level.VERT)]
)
def test_ease_multiplies_every_number(posts: int, negatives: int, level: Level) -> None:
    """0.7 of 20 negative posts is 14, of 20 % is 14 %, of a ratio of 2.8 is 1.96."""
    threshold = Threshold(posts=28, negatives=20, negative_share=0.6, volume_ratio=2.8)
    seen = looks(a_window(posts, negatives))
    assert reached(seen, at_jaune(threshold)).level is Level.VERT
    assert reached(seen, at_jaune(threshold), ease=0.7).level is level


def test_the_worst_moment_counts() -> None:
    """Late posts may have made an earlier window worse than the present one."""
    thresholds = at_jaune(Threshold(posts=20))
    assert reached(looks(a_window(3), a_window(20)), thresholds).level is Level.JAUNE


def test_a_threshold_may_look_over_a_window_of_its_own() -> None:
    """Two hours for what smoulders, beside a quarter of an hour for what flares up."""
    hours = timedelta(hours=2)
    thresholds = at_jaune(Threshold(posts=20), Threshold(posts=40, window=hours))
    look = {thresholds.window: a_window(10), hours: a_window(45)}
    assert thresholds.windows == (thresholds.window, hours)
    found = reached([look], thresholds)
    assert (found.level, found.window) == (Level.JAUNE, look[hours])


STAIRS = Thresholds(
    levels={
        Level.JAUNE: (Threshold(posts=10),),
        Level.ORANGE: (Threshold(posts=20),),
        Level.ROUGE: (Threshold(posts=30),),
    }
)


def walk(posts: Sequence[int]) -> list[int]:
    """Return the level at each minute for so many posts in the window."""
    level, lapsed, levels = Level.VERT, {}, []
    for minute, count in enumerate(posts):
        now = START + timedelta(minutes=minute)
        way = course(level, lapsed, looks(a_window(count)), STAIRS, now=now)
        level, lapsed = way.level, way.lapsed
        levels.append(int(level))
    return levels


def test_a_level_falls_as_far_as_its_eased_conditions_have_lapsed() -> None:
    """From ROUGE to JAUNE, which 8 posts still hold (0.7 of 10), and no further."""
    assert walk([30] + [8] * 12) == [3] * 11 + [1, 1]


def test_a_short_relapse_starts_the_hold_anew() -> None:
    """Nine quiet minutes, one loud one, and the ten minutes begin again."""
    assert walk([10] + [0] * 9 + [7] + [0] * 11) == [1] * 21 + [0]


def test_each_level_has_its_own_clock() -> None:
    """What lapsed later ends later."""
    assert walk([30] + [15] * 5 + [8] * 20) == [3] * 11 + [2] * 5 + [1] * 10


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 40), max_size=80))
def test_a_level_rises_at_once_and_never_falls_within_the_hold(posts: list[int]) -> None:
    """Whatever the numbers do."""
    levels = walk(posts)
    for minute, (count, level) in enumerate(zip(posts, levels, strict=True)):
        assert level >= reached(looks(a_window(count)), STAIRS).level
        if minute and level < levels[minute - 1]:
            hold = levels[minute - 10 : minute]
            assert len(hold) == 10
            assert hold == sorted(hold, reverse=True)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_share_and_narrows(n: int, data: st.DataObject) -> None:
    """It lies within 0 and 1, around count/n, and ten times the posts make it smaller."""
    count = data.draw(st.integers(0, n))
    low, high = wilson(count, n)
    assert 0 <= low <= count / n + 1e-12
    assert count / n - 1e-12 <= high <= 1
    many = wilson(count * 10, n * 10)
    assert many[1] - many[0] < high - low


@pytest.mark.parametrize(
    ("seconds", "window", "length"),
    [(0, 900, 15), (59, 900, 15), (0, 90, 2), (30, 20, 1)],
)
def test_a_window_is_whole_minutes_that_end_with_the_running_one(
    seconds: int, window: int, length: int
) -> None:
    """At least one of them."""
    now = int(START.timestamp() + seconds) // 60
    minutes = minutes_of(timedelta(seconds=window), now=now)
    assert len(minutes) == length
    assert minutes[-1] == now
