"""What is normal: which minutes are learned, when, and what of a crisis is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from vigie.detection.baseline import DAY_M, Baseline, Progress
from vigie.detection.blocks import Blocks
from vigie.detection.calendar import Calendar
from vigie.detection.lesson import Lesson, Span
from vigie.detection.rarity import Tail
from vigie.detection.tally import Counts
from vigie.domain.watch import Marker, Measured

PARIS = ZoneInfo("Europe/Paris")
MONDAY = int(datetime(2026, 3, 2, tzinfo=PARIS).timestamp()) // 60
"""Its first minute in Paris."""
A_DAY = 24 * 60


def a_baseline(*markers: Marker, start: int = MONDAY) -> Baseline:
    """Return a baseline that begins now."""
    return Baseline(Calendar(PARIS, markers), Progress(start, start))


def watch(baseline: Baseline, minutes: int, per_minute: float = 2.0) -> None:
    """Let so many minutes pass under a watchful eye, and be learned."""
    for _ in range(minutes // 5):
        now = baseline.progress.seen + 5
        baseline.notice(now)
        baseline.fold(lambda span: Counts(posts=round(len(span) * per_minute)), earliest=now)


def hourly(baseline: Baseline, start: int = 0, *, floor: bool = False) -> float:
    """Return the posts that are normal in the hour that begins so many minutes from now."""
    first = baseline.progress.seen + start
    normal = baseline.normal
    return normal.expected(baseline.calendar, first, first + 60, floor=floor).posts


def test_an_hour_of_watching_is_needed_to_know_a_normal() -> None:
    """Before, nothing may be compared."""
    baseline = a_baseline()
    watch(baseline, 45)
    assert not baseline.normal.known
    watch(baseline, 15)
    assert baseline.normal.known
    assert hourly(baseline) == pytest.approx(120, rel=0.1)


def test_on_the_first_day_fresh_minutes_count_too() -> None:
    """What could still be corrected by late posts is all there is."""
    baseline = a_baseline()
    for now in range(MONDAY, MONDAY + 90):
        baseline.notice(now)
        baseline.fold(lambda span: Counts(posts=2 * len(span)), earliest=now - 120)
    assert baseline.normal.minutes == 0
    normal = baseline.normal_at(lambda span: Counts(posts=2 * len(span)), before=MONDAY + 90)
    assert normal.known
    assert normal.expected(baseline.calendar, MONDAY, MONDAY + 60).posts == pytest.approx(120, 0.1)
    assert baseline.progress.until == MONDAY


def test_paused_minutes_are_never_learned() -> None:
    """A crisis does not become the normal."""
    baseline = a_baseline()
    watch(baseline, 2_880)
    before = hourly(baseline)
    baseline.pause(baseline.progress.seen, Lesson.ONCE)
    watch(baseline, 600, per_minute=100)
    assert hourly(baseline) == pytest.approx(before, rel=0.2)
    baseline.resume(baseline.progress.seen, Lesson.ONCE)
    watch(baseline, 600, per_minute=100)
    assert hourly(baseline) > 1.5 * before


def test_a_campaign_in_the_calendar_widens_the_normal_and_is_not_learned() -> None:
    """Four times the usual is foreseen; afterwards the normal is as it was."""
    begins = MONDAY + 2_880
    campaign = Marker(
        name="campagne",
        begins=datetime.fromtimestamp(begins * 60, UTC),
        ends=datetime.fromtimestamp((begins + 600) * 60, UTC),
        times=4.0,
    )
    baseline = a_baseline(campaign)
    watch(baseline, 2_880)
    usual = hourly(baseline, -60)
    assert hourly(baseline) == pytest.approx(4 * usual, rel=0.3)
    watch(baseline, 600, per_minute=8)
    assert hourly(baseline) == pytest.approx(usual, rel=0.3)


def test_a_marker_widens_from_its_first_minute_to_its_last() -> None:
    """Wherever in the hour, or in the window, that is."""
    begins = MONDAY + 2_880 + 37
    broadcast = Marker(
        name="émission",
        begins=datetime.fromtimestamp(begins * 60, UTC),
        ends=datetime.fromtimestamp((begins + 8) * 60, UTC),
        times=4.0,
    )
    baseline = a_baseline(broadcast)
    watch(baseline, 2_880)

    def expected(start: int, end: float) -> float:
        return baseline.normal.expected(baseline.calendar, start, end).posts

    usual = expected(begins - 20, begins)
    assert expected(begins - 19, begins + 1) == pytest.approx(usual * 23 / 20, rel=0.01)
    assert expected(begins - 10, begins + 10) == pytest.approx(usual * (12 + 8 * 4) / 20, rel=0.01)
    assert expected(begins + 8, begins + 28) == pytest.approx(usual, rel=0.05)


def test_a_slot_that_a_marker_touches_is_not_learned() -> None:
    """Not even by its last minute."""
    begins = MONDAY + A_DAY + 14
    gala = Marker(
        name="gala",
        begins=datetime.fromtimestamp(begins * 60, UTC),
        ends=datetime.fromtimestamp((begins + 3) * 60, UTC),
        times=4.0,
    )
    baseline = a_baseline(gala)
    watch(baseline, A_DAY + 60)
    assert baseline.normal.minutes == A_DAY + 30


def test_a_watch_that_begins_within_a_marker_learns_as_from_so_many_times_less() -> None:
    """Until it has known a day without one: else it would be deaf for all of a campaign."""
    campaign = Marker(
        name="campaign",
        begins=datetime.fromtimestamp(MONDAY * 60, UTC),
        ends=datetime.fromtimestamp((MONDAY + 10 * A_DAY) * 60, UTC),
        times=4.0,
    )
    baseline = a_baseline(campaign)
    watch(baseline, 2 * A_DAY)
    assert baseline.normal.known
    expected = baseline.normal.expected(baseline.calendar, MONDAY, MONDAY + 60)
    assert expected.posts == pytest.approx(2.0 * 60, rel=0.1)
    assert baseline.normal.rhythm.level == pytest.approx(2.0 * 60 / 4, rel=0.1)


@pytest.mark.parametrize("days", [26, 27, 28])
def test_the_hour_is_that_of_the_clock_on_the_wall(days: int) -> None:
    """Nine in the morning stays nine when summer time begins (29 March 2026)."""
    calendar = Calendar(PARIS)
    before = datetime(2026, 3, days, 9, 30, tzinfo=PARIS)
    after = before.replace(day=30)
    hours = {calendar.hour_of_week(int(one.timestamp()) // 60) % 24 for one in (before, after)}
    assert hours == {9}


def test_small_hours_are_judged_by_the_level_of_the_whole_day() -> None:
    """Three posts at night are more than the normal of the hour, and no burst."""
    baseline = a_baseline()
    for hour in range(21 * 24):
        watch(baseline, 60, per_minute=2.0 if 8 <= hour % 24 < 22 else 0.05)
    assert hourly(baseline) < 25
    assert hourly(baseline, floor=True) > 50


def test_a_level_that_comes_and_goes_leaves_one_span() -> None:
    """However often it does: the state stays small."""
    baseline = a_baseline(start=0)
    for minute in range(100, 200, 2):
        baseline.pause(minute - 14, Lesson.USUAL)
        baseline.resume(minute, Lesson.ONCE)
    assert baseline.progress.unlearned == [Span(86, 198, Lesson.ONCE)]
    baseline.pause(300, Lesson.USUAL)
    assert baseline.progress.unlearned[1:] == [Span(300, None, Lesson.USUAL)]
    baseline.resume(320, Lesson.USUAL)
    assert baseline.progress.unlearned == [Span(86, 198, Lesson.ONCE)]


def test_an_outage_during_a_crisis_is_part_of_the_crisis() -> None:
    """One open span covers both."""
    baseline = a_baseline(start=50)
    baseline.pause(40, Lesson.ONCE)
    assert baseline.notice(90) == 40
    assert baseline.progress.unlearned == [Span(40, None, Lesson.ONCE)]


@pytest.mark.parametrize(("now", "spans"), [(55, []), (56, [Span(51, 56, Lesson.UNHEARD)])])
def test_more_than_five_minutes_without_a_sign_of_life_are_unknown(
    now: int, spans: list[Span]
) -> None:
    """Ticks come every few seconds; when they do not, nobody was counting."""
    baseline = a_baseline(start=50)
    baseline.notice(now)
    assert baseline.progress.unlearned == spans


def test_a_clock_that_was_ahead_is_waited_for_by_nothing() -> None:
    """What was learned stays, and learning goes on at once."""
    baseline = a_baseline()
    watch(baseline, 600)
    learned = baseline.normal.minutes
    month = 30 * 24 * 60
    baseline.notice(MONDAY + month)
    baseline.fold(lambda _: Counts(), earliest=MONDAY + month - 120)
    baseline.note(Measured.VOLUME, 15, 0.5, at=MONDAY + month)
    baseline.rewind(MONDAY + 630, until=MONDAY + 510)
    assert baseline.progress.unlearned == [Span(MONDAY + 601, MONDAY + 630, Lesson.UNHEARD)]
    assert baseline.progress.blocks["volume:15"].highest == {}
    watch(baseline, 60)
    assert baseline.normal.minutes > learned


def usual(_: range) -> Lesson:
    """Teach everything."""
    return Lesson.USUAL


def crisis(minutes: range) -> Lesson:
    """Teach what came after the first quarter once."""
    return Lesson.ONCE if minutes.start >= 15 else Lesson.USUAL


def test_a_block_is_learned_by_its_highest_excess() -> None:
    """A window that is looked at all the time has many tries: all of them are one block."""
    blocks, tail = Blocks(Measured.VOLUME, 15), Tail()
    for minute, excess in ((30, 0.2), (31, 1.7), (44, 0.1), (45, 0.3)):
        blocks.note(minute, excess)
    blocks.fold(45, tail, lesson=usual)
    assert (tail.weight, blocks.highest) == (1.0, {3: 0.3})
    assert tail.bins[17] == 1.0


def lived_through() -> tuple[Blocks, Tail]:
    """Return the blocks of a calm quarter and of a crisis, which are over, and a calm one."""
    blocks, tail = Blocks(Measured.VOLUME, 15), Tail()
    for block, excess in enumerate((0.1, 3.0, 5.0, 4.0, 0.2)):
        blocks.note(block * 15, excess)
    blocks.fold(60, tail, lesson=crisis)
    assert (tail.weight, blocks.held) == (1.0, [5.0, 4.0, 3.0])
    return blocks, tail


@pytest.mark.parametrize(
    ("lesson", "weight"), [(Lesson.USUAL, 5.0), (Lesson.ONCE, 3.0), (Lesson.TAKEN, 2.0)]
)
def test_of_a_crisis_so_much_is_learned_once_it_is_over(lesson: Lesson, weight: float) -> None:
    """Its highest once: a threshold that forgot it would creep. All where nobody was called."""
    blocks, tail = lived_through()
    blocks.settle(lesson, tail)
    blocks.fold(75, tail, lesson=usual)
    assert tail.weight == pytest.approx(weight, abs=0.01)
    assert blocks.held == []


def test_of_a_long_crisis_only_the_highest_blocks_wait() -> None:
    """The state of a watch is bounded."""
    blocks, tail = Blocks(Measured.VOLUME, 15), Tail()
    for block in range(1, 200):
        blocks.note(block * 15, block)
    blocks.fold(200 * 15, tail, lesson=crisis)
    assert blocks.held == list(range(199, 199 - 48, -1))


@pytest.mark.parametrize(("lesson", "weight"), [(Lesson.ONCE, 1.0), (Lesson.TAKEN, 0.0)])
def test_what_makes_incidents_is_learned_of_them_unless_taken_on(
    lesson: Lesson, weight: float
) -> None:
    """A wave that comes every day is usual some day; one that a person takes on never is."""
    blocks, tail = Blocks(Measured.RAID, DAY_M), Tail()
    blocks.note(700, 3.2)
    blocks.fold(DAY_M, tail, lesson=lambda _: lesson)
    assert tail.weight == weight


@pytest.mark.parametrize(
    ("zone", "begins"), [("Europe/Paris", 0), ("Asia/Kolkata", 30), ("Asia/Kathmandu", 15)]
)
def test_parts_end_with_the_hours_of_the_clock_on_the_wall(zone: str, begins: int) -> None:
    """Also where it shows half or quarter hours beside those of UTC."""
    start = 29_540_160  # a whole hour, UTC
    parts = list(Calendar(ZoneInfo(zone)).parts(start, start + 180))
    assert [at % 60 for at, _ in parts[1:]] == [begins] * (len(parts) - 1)
    assert sum(length for _, length in parts) == 180
