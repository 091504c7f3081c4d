"""What each source brings: its watermark, and when it has gone silent."""

from dataclasses import replace
from datetime import timedelta

from vigie.detection.entry import minute_of
from vigie.detection.listening import MOST, Listening
from vigie.domain.observation import ObservedPost
from vigie.domain.post import Change
from vigie.testing.clock import START

NOW = minute_of(START)


def a_post(minutes: int = 0, source: str = "page") -> ObservedPost:
    """Return a post of this source, published so many minutes from the start."""
    at = START + timedelta(minutes=minutes)
    return ObservedPost(f"practice:{source}{minutes}", Change.CREATED, at, at, source=source)


def one_a_minute(start: int, end: int) -> float:
    """Say that the watch normally has one post a minute."""
    return float(end - start)


def a_day_of(source: str = "page", *, every: int = 1, hours: int = 24) -> Listening:
    """Return what was heard of a source that spoke regularly until now."""
    listening = Listening()
    for minute in range(-hours * 60, 1, every):
        listening.hear([a_post(minute, source)], now=NOW + minute, usual=one_a_minute)
    return listening


def test_a_source_that_stops_is_silent_once_enough_is_missing() -> None:
    """Twenty posts that should have come."""
    listening = a_day_of()
    assert listening.silent(now=NOW + 19, usual=one_a_minute) == []
    assert listening.silent(now=NOW + 20, usual=one_a_minute) == [("page", 20.0)]


def test_hours_in_which_nothing_is_expected_do_not_count() -> None:
    """At night nobody writes."""
    listening = a_day_of()
    assert listening.silent(now=NOW + 500, usual=lambda _start, _end: 0.5) == []


def test_silences_a_source_is_known_for_are_none() -> None:
    """It comes in bursts, an hour apart: three times as long is needed."""
    listening = a_day_of(every=60, hours=72)
    assert listening.silent(now=NOW + 120, usual=one_a_minute) == []
    assert listening.silent(now=NOW + 185, usual=one_a_minute) != []


def test_a_source_that_speaks_again_is_heard() -> None:
    """And an outage of a day does not make the next one longer before it is noticed."""
    listening = a_day_of()
    listening.silent(now=NOW + 1_440, usual=one_a_minute)
    listening.hear([a_post(1_440)], now=NOW + 1_440, usual=one_a_minute)
    assert listening.silent(now=NOW + 1_441, usual=one_a_minute) == []
    assert listening.sources["page"].longest <= 20


def test_the_tenth_outage_is_noticed_as_soon_as_the_first() -> None:
    """None of them is taken for a habit."""
    listening, now = a_day_of(), NOW
    for _ in range(10):
        assert listening.silent(now=now + 20, usual=one_a_minute) != []
        now += 60
        listening.hear([a_post()], now=now, usual=one_a_minute)


def test_a_source_of_which_little_is_known_is_never_silent() -> None:
    """Twenty posts must have come."""
    listening = a_day_of(hours=0)
    assert listening.silent(now=NOW + 10_000, usual=one_a_minute) == []


def test_a_source_that_was_never_heard_is_never_silent() -> None:
    """Removals, and edits that concern other watches, reach every watch."""
    listening = a_day_of(hours=0)
    gone = replace(a_post(source="other"), change=Change.REMOVED)
    edited = replace(a_post(source="third"), change=Change.EDITED, concerns=False)
    listening.hear([gone, edited] * 20, now=NOW, usual=one_a_minute)
    assert listening.sources.keys() == {"page"}


def test_time_in_which_nobody_listened_makes_no_source_silent() -> None:
    """Vigie itself was down for ten hours; what was missed before and after adds up."""
    listening = a_day_of()
    listening.skip(600)
    assert listening.silent(now=NOW + 619, usual=one_a_minute) == []
    assert listening.silent(now=NOW + 620, usual=one_a_minute) == [("page", 20.0)]


LIVE = range(NOW - 120, NOW + 1)


def test_what_a_lagging_source_tells_is_looked_at_as_it_stands() -> None:
    """In the windows that end with a post, and in those that begin with one."""
    listening = Listening()
    posts = [a_post(minute) for minute in (-50, -45, -40)]
    listening.hear(posts, now=NOW, usual=one_a_minute)
    ends = [NOW + minute for minute in (-50, -45, -40)]
    assert listening.late(posts, before=NOW - 15, span=15, live=LIVE) == ends
    assert listening.late(posts, before=NOW - 60, span=15, live=LIVE) == []


def test_the_newest_may_come_first() -> None:
    """As pages of a platform do: the last post told of began what follows it."""
    listening = Listening()
    for minute in range(-30, -50, -1):
        listening.hear([a_post(minute)], now=NOW, usual=one_a_minute)
    late = listening.late([a_post(-49)], before=NOW - 15, span=15, live=LIVE)
    assert late == [NOW - 49, NOW - 35]


def test_a_burst_in_a_long_backlog_of_one_source_is_looked_at() -> None:
    """An hour and a half come at once: of all moments, those where most was written."""
    listening = Listening()
    calm = [a_post(minute) for minute in range(-110, -20)]
    burst = [a_post(minute, "page") for minute in range(-70, -65) for _ in range(8)]
    listening.hear([*calm, *burst], now=NOW, usual=one_a_minute)
    ends = listening.late([*calm, *burst], before=NOW - 15, span=15, live=LIVE)
    assert any(set(range(NOW - 70, NOW - 66)) <= set(range(end - 14, end + 1)) for end in ends)


def test_a_straggler_is_looked_at_where_it_was_published() -> None:
    """Its source has told of the present already; one that is not followed has as well."""
    listening = Listening()
    listening.hear([a_post(0)], now=NOW, usual=one_a_minute)
    late = [a_post(-90), a_post(-300), a_post(-60, "")]
    listening.hear(late, now=NOW, usual=one_a_minute)
    ends = listening.late(late, before=NOW - 15, span=15, live=LIVE)
    assert ends == [NOW - 90, NOW - 76, NOW - 60]


def test_so_many_sources_are_followed_and_no_more() -> None:
    """Those that are known stay; of the others the newest, so that each can become known."""
    listening = a_day_of(hours=1)
    for number in range(2 * MOST):
        listening.hear([a_post(0, f"s{number}")], now=NOW + number, usual=one_a_minute)
    assert len(listening.sources) == MOST
    assert {"page", f"s{2 * MOST - 1}"} <= listening.sources.keys()
    assert "s0" not in listening.sources


def test_sources_of_which_little_is_known_cost_nothing_to_look_at() -> None:
    """However long ago they were heard: what is normal is asked for the others only."""
    listening = a_day_of()
    for number in range(60):
        listening.hear([a_post(0, f"rare-{number}")], now=0, usual=one_a_minute)
    asked: list[int] = []

    def usual(start: int, end: int) -> float:
        asked.append(start)
        return one_a_minute(start, end)

    listening.silent(now=40_000, usual=usual)
    assert len(asked) == 1
