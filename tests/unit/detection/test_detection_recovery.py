"""The table is all that survives, it suffices, and it stays small."""

# ruff: noqa: ANN401 - the desk is a fixture; its class is in conftest, out of reach of an import

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vigie.detection.judgement import Judgement
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.post import Change
from vigie.domain.review import ReviewVerdict
from vigie.errors import Misconfigured

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 1200)),
        st.tuples(st.just("criticism"), st.integers(1, 40)),
        st.tuples(st.just("thanks"), st.integers(1, 40)),
        st.tuples(st.just("late"), st.integers(1, 20)),
        st.tuples(st.just("edits"), st.integers(1, 20)),
        st.tuples(st.just("removals"), st.integers(1, 20)),
        st.tuples(st.just("review"), st.integers(0, 2)),
    ),
    max_size=40,
)
HOLD = timedelta(minutes=10)
UNHURRIED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A loaded machine is no reason to fail."""


def play(desk: Any, step: tuple[str, int]) -> list[IncidentEvent]:
    """Do one step and return what was told."""
    word, size = step
    if word == "wait":
        desk.clock.advance(seconds=size)
        return desk.tick()  # type: ignore[no-any-return]
    if word == "review":
        if not desk.told:
            return desk.tick()  # type: ignore[no-any-return]
        verdicts = (ReviewVerdict.ACKNOWLEDGE, ReviewVerdict.FALSE_ALARM, ReviewVerdict.CLOSE)
        return desk.review(verdicts[size])  # type: ignore[no-any-return]
    received = desk.clock.now() - timedelta(minutes=7 if word == "late" else 0)
    return desk.hear(*_posts(desk, word, size), received=received)  # type: ignore[no-any-return]


def _posts(desk: Any, word: str, size: int) -> list[ObservedPost]:
    if word in ("edits", "removals"):
        change = Change.EDITED if word == "edits" else Change.REMOVED
        now = desk.clock.now()
        return [ObservedPost(f"practice:{n}", change, now, now) for n in range(size)]
    return list(desk.posts(size, negative=word != "thanks"))


def told_anew(events: list[IncidentEvent], seen: set[str]) -> list[IncidentEvent]:
    """Return the steps that were not told before."""
    new = [event for event in events if event.id not in seen]
    seen.update(event.id for event in new)
    return new


@UNHURRIED
@given(steps=STEPS, warm=st.booleans())
def test_a_memory_rebuilt_before_every_step_judges_the_same(
    *, steps: list[tuple[str, int]], warm: bool, open_desk_pair: Any
) -> None:
    """One worker lives through it all, the other dies before every observation."""
    steady, mortal = open_desk_pair(warm=warm)
    seen: tuple[set[str], set[str]] = (set(), set())
    for step in steps:
        mortal.judgement.forget()
        expected = told_anew(play(steady, step), seen[0])
        found = [e for e in play(mortal, step) if e.change is not IncidentChange.RESTATED]
        mortal.told = list(steady.told)
        assert told_anew(found, seen[1]) == expected
        assert mortal.judgement.figures("eau") == steady.judgement.figures("eau")
        assert mortal.table == steady.table


@UNHURRIED
@given(steps=STEPS)
def test_one_incident_at_a_time_and_no_level_flaps(
    steps: list[tuple[str, int]], open_desk_pair: Any
) -> None:
    """Numbers and versions count on, and nothing falls within the hold after it rose."""
    desk, _ = open_desk_pair(warm=True)
    closed = set()
    for step in steps:
        events = play(desk, step)
        closed |= {event.id for event in events if step[0] == "review"}
    told = [event for event in desk.told if event.change is not IncidentChange.RESTATED]
    level, number, version, risen = Level.VERT, 0, 0, None
    for event in told:
        opens = event.change is IncidentChange.OPENED
        assert opens == (level is Level.VERT)
        number, version = (number + 1, 1) if opens else (number, version + 1)
        assert (event.number, event.version, event.previous) == (number, version, level)
        if event.level < level and event.id not in closed:
            assert risen is not None
            assert event.at - risen >= HOLD
        if event.level > level:
            risen = event.at
        level = event.level


def test_an_open_incident_is_restated_once_after_recovery(desk: Any) -> None:
    """The step may have been lost between the table and the topic; its id is the same."""
    desk.live(90, posts=1)
    desk.hear(*desk.posts(14, negative=True))
    (opened,) = desk.told
    desk.judgement.forget()
    assert desk.judgement.figures("eau") is None
    assert desk.hear(*desk.posts(1)) == []
    assert desk.tick() == [replace(opened, change=IncidentChange.RESTATED)]
    assert desk.tick() == []


def test_a_fresh_resolution_is_told_again_and_an_old_one_is_not(desk: Any) -> None:
    """Otherwise a crash at the wrong moment would leave an incident open for ever elsewhere."""
    desk.live(90, posts=1)
    desk.hear(*desk.posts(14, negative=True))
    desk.live(40, posts=1)
    resolved = desk.told[-1]
    assert resolved.change is IncidentChange.RESOLVED
    desk.judgement.forget()
    assert desk.tick() == [resolved]
    desk.live(130, posts=1)
    desk.judgement.forget()
    assert desk.tick() == []


def test_repeats_after_a_crash_change_nothing(desk: Any) -> None:
    """The last observations come again, in other batches."""
    desk.live(90, posts=1)
    posts = desk.posts(300, negative=True)
    for first in range(0, 300, 10):
        desk.hear(*posts[first : first + 10])
    before = (dict(desk.table), desk.judgement.figures("eau"), list(desk.told))
    desk.judgement.forget()
    for first in range(0, 300, 64):
        desk.hear(*posts[first : first + 64])
    assert (desk.table, desk.judgement.figures("eau"), desk.told) == before


class Metered(MutableMapping[str, bytes]):
    """A table that counts the bytes written and can fail like a dying worker."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.written = 0
        self.writes_left: int | None = None

    def _spend(self) -> None:
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise ConnectionError
            self.writes_left -= 1

    def __setitem__(self, key: str, value: bytes) -> None:
        self._spend()
        self.written += len(key) + len(value)
        self.rows[key] = value

    def __delitem__(self, key: str) -> None:
        self._spend()
        del self.rows[key]

    def __getitem__(self, key: str) -> bytes:
        return self.rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def size(self) -> int:
        """Return the bytes held."""
        return sum(len(key) + len(value) for key, value in self.rows.items())


@pytest.mark.parametrize(("batch", "posts", "most"), [(64, 4_000, 160), (1, 4_000, 2_600)])
def test_what_is_written_per_post_does_not_grow_with_the_minute(
    desk: Any, batch: int, posts: int, most: int
) -> None:
    """A post late in one busy minute costs what a post early in it cost, alone or in a batch."""
    desk.table = table = Metered()
    costs = []
    for _ in range(posts // 1000):
        before = table.written
        for _ in range(0, 1000, batch):
            desk.hear(*desk.posts(batch, negative=True))
        costs.append((table.written - before) / 1000)
    assert max(costs) <= most
    assert costs[-1] <= costs[1] * 1.1


def test_the_table_stays_bounded_over_days(desk: Any) -> None:
    """Pages older than the horizon go; what is left does not depend on how long it has run."""
    desk.table = table = Metered()
    sizes = []
    for _ in range(6):
        desk.live(180, posts=3, negatives=1)
        sizes.append((len(table), table.size()))
    assert max(rows for rows, _ in sizes) <= 2 * 121 + 5
    assert max(size for _, size in sizes) <= sizes[0][1] * 1.05


@UNHURRIED
@given(writes=st.integers(0, 8), later=st.integers(0, 90))
def test_a_death_between_two_writes_leaves_no_wrong_count_and_no_stray_page(
    writes: int, later: int, open_desk_pair: Any
) -> None:
    """The observation comes again; after the horizon nothing of the minute is left."""
    desk, _ = open_desk_pair(warm=False)
    desk.table = table = Metered()
    desk.hear(*desk.posts(300))
    desk.clock.advance(minutes=119)
    desk.hear(*desk.posts(5))
    desk.clock.advance(minutes=17)
    posts = desk.posts(300)
    table.writes_left = writes
    try:
        desk.hear(*posts)
    except ConnectionError:
        table.writes_left = None
        desk.judgement.forget()
        desk.clock.advance(minutes=later)
        desk.hear(*posts)
    table.writes_left = None
    found = sum(
        desk.judgement._memories["eau"].view.tally.find(f"practice:{n}") is not None
        for n in range(605)
    )
    assert found == 305
    desk.clock.advance(hours=5)
    desk.tick()
    records = ("progress", "normal", "vocabulary", "listening", "standing")
    assert set(table) == {f"eau|{record}" for record in records}


def test_the_window_must_fit_into_the_horizon(desk: Any) -> None:
    """Refused at the start, with what to change."""
    with pytest.raises(Misconfigured, match=r"watch eau: make detection\.horizon at least"):
        Judgement(
            {"eau": desk.watch},
            desk.clock,
            behind=timedelta(minutes=5),
            horizon=timedelta(minutes=10),
        )


def test_a_tick_that_changes_nothing_writes_nothing(desk: Any) -> None:
    """Within a minute, time alone costs no bytes."""
    desk.table = table = Metered()
    desk.live(3, posts=2)
    written = table.written
    for _ in range(5):
        desk.clock.advance(seconds=10)
        desk.observe(Observation(watch="eau", received=desk.clock.now()))
    assert table.written == written
