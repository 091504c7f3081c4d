"""Crises and calm as timelines: what a watch tells, and when."""

# ruff: noqa: ANN401 - the desk is a fixture; its class is in conftest, out of reach of an import

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vigie.domain.incident import IncidentChange, Level, SignalKind
from vigie.testing.clock import ManualClock

VERT, JAUNE, ORANGE, ROUGE = Level
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_a_calm_day_stays_vert(desk: Any) -> None:
    """Two posts a minute, one in ten negative, for a day: nobody is disturbed."""
    for _ in range(24 * 6):
        desk.live(5, posts=2)
        desk.live(4, posts=2)
        desk.live(1, posts=2, negatives=2)
    assert desk.told == []
    assert desk.level is VERT


def test_a_growing_wave_reaches_rouge_step_by_step(desk: Any) -> None:
    """Criticism that doubles every few minutes passes every level, in one incident."""
    desk.live(90, posts=1)
    for negatives in (1, 2, 2, 3, 3, 4, 5, 6, 8, 10):
        desk.live(1, posts=negatives, negatives=negatives)
    assert desk.steps() == [("opened", JAUNE), ("escalated", ORANGE), ("escalated", ROUGE)]
    assert [event.id for event in desk.told] == ["eau-1.1", "eau-1.2", "eau-1.3"]
    assert {event.opened for event in desk.told} == {desk.told[0].at}


def test_an_alert_carries_its_cause(desk: Any) -> None:
    """Counts against normal, the interval, the newest negative posts, the rule, the arrival."""
    desk.live(120, posts=1)
    desk.hear(*desk.posts(40, negative=True), *desk.posts(5))
    event = desk.told[-1]
    assert event.change is IncidentChange.OPENED
    assert event.level is ROUGE
    assert event.rule_version == "v1"
    assert event.crossed == desk.clock.now()
    signals = {signal.kind: signal for signal in event.signals}
    assert set(signals) == {SignalKind.VOLUME, SignalKind.NEGATIVE}
    negative = signals[SignalKind.NEGATIVE]
    assert (negative.count, negative.n) == (40, 59)
    assert negative.expected < 1
    assert negative.low < 40 / 59 < negative.high
    assert signals[SignalKind.VOLUME].expected == pytest.approx(14, rel=0.05)
    assert len(event.evidence) == 5
    assert set(event.evidence) <= {f"practice:{n}" for n in range(120, 160)}


def test_thanks_at_five_times_the_volume_do_not_go_beyond_jaune(desk: Any) -> None:
    """A wave of support is on the board and wakes nobody."""
    desk.live(120, posts=2)
    desk.live(30, posts=10)
    assert desk.steps() == [("opened", JAUNE)]


def test_a_crisis_ends_only_after_the_hold(desk: Any) -> None:
    """Levels fall when their eased conditions have lapsed for ten minutes, then all is over."""
    desk.live(120, posts=1)
    desk.hear(*desk.posts(40, negative=True))
    began = desk.clock.now()
    desk.live(60, posts=1)
    assert [change for change, _ in desk.steps()] == ["opened", "resolved"]
    over = desk.told[-1]
    assert over.at - began == timedelta(minutes=25)  # window 15 + hold 10
    assert (over.previous, over.crossed, over.version) == (ROUGE, None, 2)
    assert over.opened == began


def test_posts_that_come_when_a_level_falls_did_not_cross_anything(desk: Any) -> None:
    """Only a rise has a post that carried it."""
    desk.live(120, posts=1)
    desk.hear(*desk.posts(40, negative=True))
    for _ in range(30):
        desk.clock.advance(minutes=1)
        desk.hear(*desk.posts(1))
    assert [event.crossed is None for event in desk.told] == [False, True]


def test_a_level_eases_through_the_ones_below(open_desk: Any) -> None:
    """What no longer is ROUGE may still be JAUNE."""
    desk = open_desk(hold=timedelta(minutes=5))
    desk.live(120, posts=1)
    desk.live(3, posts=14, negatives=13)
    desk.live(30, posts=1, negatives=1)
    desk.live(40, posts=1)
    assert desk.steps() == [
        ("opened", JAUNE),
        ("escalated", ORANGE),
        ("escalated", ROUGE),
        ("eased", ORANGE),
        ("eased", JAUNE),
        ("resolved", VERT),
    ]
    assert [event.version for event in desk.told] == [1, 2, 3, 4, 5, 6]
    assert {event.number for event in desk.told} == {1}


def test_a_second_crisis_has_the_next_number(desk: Any) -> None:
    """Incidents of a watch are counted."""
    desk.live(90, posts=1)
    for _ in range(2):
        desk.hear(*desk.posts(14, negative=True))
        desk.live(40, posts=1)
    assert [event.id for event in desk.told] == ["eau-1.1", "eau-1.2", "eau-2.1", "eau-2.2"]


def test_a_crisis_is_not_learned_as_normal(desk: Any) -> None:
    """After five hours of ROUGE the expectation is what it was before."""
    desk.live(180, posts=1)
    before = desk.judgement.figures("eau").expected
    desk.live(300, posts=20, negatives=18)
    assert desk.level is ROUGE
    assert desk.judgement.figures("eau").expected == pytest.approx(before, rel=0.1)


def test_no_ratio_is_used_before_an_hour_of_history(open_desk: Any) -> None:
    """Nothing to compare with is not the same as nothing expected."""
    desk = open_desk()
    desk.live(70, posts=4)
    assert desk.told == []
    assert desk.judgement.figures("eau").expected is None
    desk.live(10, posts=4)
    assert desk.judgement.figures("eau").expected == pytest.approx(4 * 14, rel=0.1)


def test_hours_without_anybody_watching_are_not_learned_as_silence(desk: Any) -> None:
    """A worker that was off for a day does not find the usual volume extraordinary."""
    desk.live(300, posts=4)
    desk.clock.advance(hours=24)
    desk.live(15, posts=4)
    expected = desk.judgement.figures("eau").expected
    assert expected == pytest.approx(4 * 14, rel=0.02)
    assert desk.told == []


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 28, 22, 0, tzinfo=UTC),  # summer time begins in Paris at 01:00 UTC
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC),  # and ends
        datetime(2026, 12, 31, 21, 50, tzinfo=UTC),  # a year ends
        MORNING,
    ],
)
def test_midnight_and_summer_time_do_not_matter(open_desk: Any, start: datetime) -> None:
    """The same stream tells the same at any hour of any day."""
    desk = open_desk()
    desk.clock = ManualClock(start)
    desk.judgement._clock = desk.clock
    desk.live(120, posts=2)
    desk.live(5, posts=12, negatives=10)
    desk.live(60, posts=2)
    told = [(event.change.value, event.level, event.at - start) for event in desk.told]
    assert told == [
        ("opened", ORANGE, timedelta(minutes=122)),
        ("resolved", VERT, timedelta(minutes=148)),
    ]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_clock_that_leapt_ahead_and_came_back_costs_nothing(
    desk: Any, *, restarted: bool
) -> None:
    """A server without a battery starts in another month: what it counts then is found again."""
    desk.live(180, posts=1)
    desk.clock.advance(days=30)
    desk.live(3, posts=1)
    desk.clock.advance(days=-30)
    desk.tick()
    if restarted:
        desk.restart(desk.watch)
    desk.hear(*desk.posts(9, negative=True))
    if restarted:
        desk.restart(desk.watch)
    desk.tick()
    assert desk.judgement.figures("eau").posts == 9
    desk.clock.advance(days=1)
    desk.live(5)
    pages = [key for key in desk.table if key.split("|")[1].isdigit()]
    ahead = int(desk.clock.now().timestamp()) // 60 + 60
    assert [key for key in pages if int(key.split("|")[1]) < ahead] == []
    assert len(pages) <= 3


def test_the_words_of_calm_hours_are_learned_and_those_of_a_crisis_are_not(desk: Any) -> None:
    """Every post once, when its minute can no longer be corrected."""
    for minute in range(360):
        desk.hear(*desk.posts(1, terms=("puits",)))
        if 180 <= minute < 200:
            desk.hear(*desk.posts(10, negative=True, terms=("plainte",)))
        desk.clock.advance(minutes=1)
        desk.tick()
    vocabulary = desk.judgement._memories["eau"].view.vocabulary
    assert vocabulary.posts == pytest.approx(182, abs=5)  # minutes 0 to 165, and 225 to 240
    assert vocabulary.held["puits"] == vocabulary.posts
    assert "plainte" not in vocabulary.held
