"""What each source brings: its watermark, and when it has gone silent."""

import math
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


def tell(listening: Listening, *posts: ObservedPost, now: int) -> None:
    """Let time pass until these posts come."""
    listening.wait(now, one_a_minute)
    listening.hear(posts, now=now)


def silent(listening: Listening, *, now: int) -> list[str]:
    """Let time pass and return which sources are silent by then."""
    listening.wait(now, one_a_minute)
    return list(listening.silent())


def a_day_of(*sources: str, every: int = 1, hours: int = 24) -> Listening:
    """Return what was heard of sources that spoke regularly, in turn, until now."""
    listening, names = Listening(), sources or ("page",)
    for number, minute in enumerate(range(-hours * 60, 1, every)):
        tell(listening, a_post(minute, names[number % len(names)]), now=NOW + minute)
    return listening


def test_when_nothing_comes_all_sources_are_silent_once_enough_is_missing() -> None:
    """Twenty posts that should have come; no source is named, since none is heard."""
    listening = a_day_of()
    assert silent(listening, now=NOW + 19) == []
    assert silent(listening, now=NOW + 20) == [""]
    assert (listening.all.came, listening.all.due) == (0, 20.0)


def test_a_source_that_stops_beside_others_is_silent_once_enough_of_it_is_missing() -> None:
    """Twenty of its own, of which every second post was."""
    listening = a_day_of("page", "search")
    for minute in range(1, 39):
        tell(listening, a_post(minute, "search"), now=NOW + minute)
    assert silent(listening, now=NOW + 38) == []
    for minute in range(39, 43):
        tell(listening, a_post(minute, "search"), now=NOW + minute)
    assert silent(listening, now=NOW + 42) == ["page"]


def test_a_source_that_brings_a_few_in_a_hundred_is_as_good_as_silent() -> None:
    """One post an hour where there were sixty: each is heard, and says little."""
    listening = a_day_of(hours=8 * 24)
    tell(listening, a_post(5), now=NOW + 5)
    for minute in (65, 125, 185):
        assert silent(listening, now=NOW + minute - 40) == [""]
        tell(listening, a_post(minute), now=NOW + minute)
        assert silent(listening, now=NOW + minute) == [""]
    assert (listening.all.came, round(listening.all.due)) == (3, 180)


def test_where_some_posts_come_more_must_be_missing() -> None:
    """Sources are uneven: one post in thirty is silence, but not at once."""
    listening = a_day_of(hours=8 * 24)
    found = None
    for minute in range(19, 24 * 60):
        if minute % 30 == 19:
            tell(listening, a_post(minute), now=NOW + minute)
        found = found or (silent(listening, now=NOW + minute) and minute)
    assert found


def test_in_its_first_week_any_post_says_that_a_source_is_heard() -> None:
    """By then nobody knows how much less a night holds than a day."""
    listening = a_day_of(hours=6 * 24)
    for minute in range(19, 24 * 60, 19):
        tell(listening, a_post(minute), now=NOW + minute)
        assert silent(listening, now=NOW + minute) == []


def test_a_source_that_brings_half_as_much_is_not_silent() -> None:
    """Quiet weeks come."""
    listening = a_day_of(hours=8 * 24)
    for minute in range(2, 3_000, 2):
        tell(listening, a_post(minute), now=NOW + minute)
        assert silent(listening, now=NOW + minute) == []


def test_hours_in_which_nothing_is_expected_do_not_count() -> None:
    """At night nobody writes."""
    listening = a_day_of()
    listening.wait(NOW + 500, lambda _start, _end: 0.5)
    assert listening.silent() == {}


def test_silences_a_source_is_known_for_are_none() -> None:
    """It comes in bursts of sixty, an hour apart: a few alarms, then three times as long."""
    listening, alarms = Listening(), 0
    for hour in range(-72, 1):
        alarms += silent(listening, now=NOW + 60 * hour) != []
        tell(listening, *[a_post(60 * hour)] * 60, now=NOW + 60 * hour)
    assert 1 <= alarms <= 5
    assert silent(listening, now=NOW + 60) == []


def test_what_was_missing_is_counted_by_what_was_normal_then() -> None:
    """While nothing comes the normal falls: a watch of two posts a day is told of in the end."""
    listening = a_day_of()
    for day in range(1, 40):
        listening.wait(NOW + 1_440 * day, lambda _start, _end, day=day: 2.0 * math.exp(-day / 14))  # type: ignore[misc]
    assert list(listening.silent()) == [""]


def test_a_source_that_speaks_again_is_heard() -> None:
    """Not by the first post, and an outage makes the next one a third longer to be noticed."""
    listening = a_day_of(hours=8 * 24)
    assert silent(listening, now=NOW + 1_440) == [""]
    for minute in (1_441, 1_442):
        tell(listening, *[a_post(minute)] * 2, now=NOW + minute)
    assert silent(listening, now=NOW + 1_442) == []
    assert silent(listening, now=NOW + 1_442 + 26) == []
    assert silent(listening, now=NOW + 1_442 + 27) == [""]


def test_the_tenth_outage_is_noticed_before_it_is_over() -> None:
    """Each of them is taken for a habit a little more."""
    listening, now = a_day_of(), NOW
    for _ in range(10):
        assert silent(listening, now=now + 19) == []
        assert silent(listening, now=now + 145) == [""]
        now += 145
        tell(listening, *[a_post()] * 30, now=now)
        listening.fade(24.0 * 7)


def test_a_source_of_which_little_is_known_is_never_silent() -> None:
    """Twenty posts must have come."""
    assert silent(a_day_of(hours=0), now=NOW + 10_000) == []


def test_a_source_that_was_never_heard_is_never_silent() -> None:
    """Removals, and edits that concern other watches, reach every watch."""
    listening = a_day_of(hours=0)
    gone = replace(a_post(source="other"), change=Change.REMOVED)
    edited = replace(a_post(source="third"), change=Change.EDITED, concerns=False)
    listening.hear([gone, edited] * 20, now=NOW)
    assert listening.sources.keys() == {"page"}


def test_time_in_which_nobody_listened_makes_no_source_silent() -> None:
    """Vigie itself was down for ten hours; what was missed before and after adds up."""
    listening = a_day_of()
    listening.skip(600)
    assert silent(listening, now=NOW + 619) == []
    assert silent(listening, now=NOW + 620) == [""]


LIVE = range(NOW - 120, NOW + 1)


def test_what_a_lagging_source_tells_is_looked_at_as_it_stands() -> None:
    """In the windows that end with a post, and in those that begin with one."""
    listening = Listening()
    posts = [a_post(minute) for minute in (-50, -45, -40)]
    listening.hear(posts, now=NOW)
    ends = [NOW + minute for minute in (-50, -45, -40)]
    assert listening.late(posts, before=NOW - 15, span=15, live=LIVE) == ends
    assert listening.late(posts, before=NOW - 60, span=15, live=LIVE) == []


def test_the_newest_may_come_first() -> None:
    """As pages of a platform do: the last post told of began what follows it."""
    listening = Listening()
    for minute in range(-30, -50, -1):
        listening.hear([a_post(minute)], now=NOW)
    late = listening.late([a_post(-49)], before=NOW - 15, span=15, live=LIVE)
    assert late == [NOW - 49, NOW - 35]


def test_a_burst_in_a_long_backlog_of_one_source_is_looked_at() -> None:
    """An hour and a half come at once: of all moments, those where most was written."""
    listening = Listening()
    calm = [a_post(minute) for minute in range(-110, -20)]
    burst = [a_post(minute, "page") for minute in range(-70, -65) for _ in range(8)]
    listening.hear([*calm, *burst], now=NOW)
    ends = listening.late([*calm, *burst], before=NOW - 15, span=15, live=LIVE)
    assert any(set(range(NOW - 70, NOW - 66)) <= set(range(end - 14, end + 1)) for end in ends)


def test_a_straggler_is_looked_at_where_it_was_published() -> None:
    """Its source has told of the present already; one that is not followed has as well."""
    listening = Listening()
    listening.hear([a_post(0)], now=NOW)
    late = [a_post(-90), a_post(-300), a_post(-60, "")]
    listening.hear(late, now=NOW)
    ends = listening.late(late, before=NOW - 15, span=15, live=LIVE)
    assert ends == [NOW - 90, NOW - 76, NOW - 60]


def test_so_many_sources_are_followed_and_no_more() -> None:
    """Those that are known stay; of the others the newest, so that each can become known."""
    listening = a_day_of(hours=1)
    for number in range(2 * MOST):
        tell(listening, a_post(0, f"s{number}"), now=NOW + number)
    assert len(listening.sources) == MOST
    assert {"page", f"s{2 * MOST - 1}"} <= listening.sources.keys()
    assert "s0" not in listening.sources
