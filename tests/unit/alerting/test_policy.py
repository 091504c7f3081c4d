"""Whom a step concerns, told as the rota sees it."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.policy import Decision, Policy, Route, Told, WakingHours
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.notification import Channel, NotifyReason, Person
from vigie.errors import Misconfigured
from vigie.testing.alerts import a_person, a_watch, an_incident
from vigie.testing.clock import START

EMAIL, SMS = Channel.EMAIL, Channel.SMS
ALIX = a_person()
NOE = a_person(id="noe", name="Noé Rivière")
PEOPLE = {"alix": ALIX, "noe": NOE}
ROUTES = (
    Route(level=Level.ORANGE, channels=(EMAIL, SMS), waking_only=(SMS,)),
    Route(level=Level.ROUGE, channels=(EMAIL, SMS), people=2),
)
EVERYBODY = frozenset((person, channel) for person in PEOPLE for channel in Channel)
DAY = START
NIGHT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
ORANGE = an_incident(level=Level.ORANGE)
ROUGE = an_incident(level=Level.ROUGE)


def a_policy(time_zone: str = "Europe/Paris", **people: Person) -> Policy:
    """Return the shipped routes over a rota of Alix, then Noé."""
    return Policy(
        people=PEOPLE | people,
        watches={"eau": a_watch(recipients=("alix", "noe"), time_zone=time_zone)},
        routes=ROUTES,
        waking_hours=WakingHours.parse("08:00-21:00"),
    )


def reasons(
    event: IncidentEvent,
    *,
    policy: Policy | None = None,
    told: Told | None = None,
    reachable: frozenset[tuple[str, Channel]] = EVERYBODY,
    now: datetime = DAY,
) -> dict[tuple[str, Channel], NotifyReason]:
    """Return the reason per person and channel."""
    decisions = (policy or a_policy()).decide(event, told=told or {}, reachable=reachable, now=now)
    found = {(decision.person, decision.channel): decision.reason for decision in decisions}
    assert len(found) == len(decisions)
    return found


def told_of(
    event: IncidentEvent,
    *,
    told: Told | None = None,
    reachable: frozenset[tuple[str, Channel]] = EVERYBODY,
    now: datetime = DAY,
) -> set[tuple[str, Channel]]:
    """Return who is told."""
    return {
        pair
        for pair, why in reasons(event, told=told, reachable=reachable, now=now).items()
        if Decision(*pair, why).tells
    }


def test_orange_tells_the_first_of_the_rota_on_both_channels_by_day() -> None:
    """The second person sleeps on."""
    assert reasons(ORANGE) == {
        ("alix", EMAIL): NotifyReason.LEVEL_RAISED,
        ("alix", SMS): NotifyReason.LEVEL_RAISED,
        ("noe", EMAIL): NotifyReason.BELOW_ROUTE,
        ("noe", SMS): NotifyReason.BELOW_ROUTE,
    }


def test_orange_at_night_sends_the_email_and_no_text_message() -> None:
    """Orange waits for the morning on the channel that wakes people."""
    found = reasons(ORANGE, now=NIGHT)
    assert found["alix", EMAIL] is NotifyReason.LEVEL_RAISED
    assert found["alix", SMS] is NotifyReason.QUIET_HOURS


def test_rouge_tells_two_people_on_both_channels_at_any_hour() -> None:
    """Red wakes."""
    assert told_of(ROUGE, now=NIGHT) == EVERYBODY


def test_jaune_is_on_the_board_only() -> None:
    """Nobody is told below the lowest route."""
    assert set(reasons(an_incident(level=Level.JAUNE)).values()) == {NotifyReason.BELOW_ROUTE}


def test_nobody_is_paged_before_a_test_reached_them() -> None:
    """And who cannot be told does not use up a place: the next person is told."""
    found = reasons(ORANGE, reachable=frozenset({("noe", EMAIL)}))
    assert found["alix", EMAIL] is NotifyReason.NOT_TESTED
    assert found["alix", SMS] is NotifyReason.NOT_TESTED
    assert found["noe", EMAIL] is NotifyReason.LEVEL_RAISED
    assert found["noe", SMS] is NotifyReason.NOT_TESTED


def test_who_has_no_address_is_not_told_there() -> None:
    """A person without a phone gets the e-mail."""
    found = reasons(ORANGE, policy=a_policy(alix=a_person(phone=None)))
    assert found["alix", SMS] is NotifyReason.NO_ADDRESS
    assert found["alix", EMAIL] is NotifyReason.LEVEL_RAISED


def test_who_only_has_a_phone_leaves_the_night_to_the_next_person() -> None:
    """Somebody is told of every orange."""
    found = reasons(ORANGE, policy=a_policy(alix=a_person(email=None)), now=NIGHT)
    assert found["alix", SMS] is NotifyReason.QUIET_HOURS
    assert found["noe", EMAIL] is NotifyReason.LEVEL_RAISED


def test_a_level_already_told_is_not_told_again() -> None:
    """Not when the step is read twice, nor when the level comes back after easing."""
    told = {("alix", EMAIL): int(Level.ROUGE), ("alix", SMS): int(Level.ROUGE)}
    again = an_incident(level=Level.ORANGE, change=IncidentChange.ESCALATED, version=4)
    assert reasons(again, told=told)["alix", SMS] is NotifyReason.ALREADY_TOLD


def test_a_higher_level_is_told_to_those_who_heard_of_the_lower() -> None:
    """Orange was told, red is news."""
    told = {("alix", EMAIL): int(Level.ORANGE)}
    escalated = an_incident(change=IncidentChange.ESCALATED, previous=Level.ORANGE)
    assert told_of(escalated, told=told) == EVERYBODY


def test_ids_are_the_same_when_the_step_is_told_again() -> None:
    """So the outbox recognises the repeat."""
    policy = a_policy()
    restated = an_incident(change=IncidentChange.RESTATED, at=START.replace(hour=9))
    first = policy(ROUGE, told={}, reachable=EVERYBODY, now=DAY)
    again = policy(restated, told={}, reachable=EVERYBODY, now=NIGHT)
    assert {n.id for n in again} == {n.id for n in first}
    assert "eau-184:ROUGE:alix:sms" in {n.id for n in first}
    assert len({n.id for n in first}) == 4


def test_what_was_found_while_catching_up_is_told_like_any_other() -> None:
    """The level still holds, so it is news."""
    assert told_of(an_incident(caught_up=True)) == EVERYBODY


@pytest.mark.parametrize("change", [IncidentChange.EASED, IncidentChange.ACKNOWLEDGED])
def test_good_news_in_between_tells_nobody(change: IncidentChange) -> None:
    """Only the end is worth a message."""
    event = an_incident(change=change, level=Level.ORANGE)
    told = dict.fromkeys(EVERYBODY, int(Level.ROUGE))
    assert set(reasons(event, told=told).values()) == {NotifyReason.NOTHING_NEW}


def test_the_end_is_told_to_everyone_who_was_told() -> None:
    """Also to somebody who has since left the rota; nobody else hears of it."""
    ended = an_incident(change=IncidentChange.RESOLVED, level=Level.VERT)
    policy = a_policy(mo=a_person(id="mo"))
    told = {("alix", SMS): int(Level.ROUGE), ("mo", EMAIL): int(Level.ORANGE)}
    notifications = policy(ended, told=told, reachable=EVERYBODY, now=NIGHT)
    assert {n.id for n in notifications} == {
        "eau-184:RESOLVED:alix:sms",
        "eau-184:RESOLVED:mo:email",
    }
    assert {n.reason for n in notifications} == {NotifyReason.RESOLVED}
    assert reasons(ended, policy=policy, told=told)["noe", SMS] is NotifyReason.NOTHING_NEW


def test_the_end_cannot_be_told_to_who_left_the_configuration() -> None:
    """The decision says so."""
    ended = an_incident(change=IncidentChange.RESOLVED, level=Level.VERT)
    assert reasons(ended, told={("gone", SMS): 3})["gone", SMS] is NotifyReason.NO_ADDRESS


def test_a_watch_that_left_the_configuration_concerns_nobody() -> None:
    """Its last steps pass without a page."""
    assert reasons(an_incident(watch="gone")) == {}


@pytest.mark.parametrize(
    ("moment", "zone", "reason"),
    [
        # Paris is UTC+1 in winter and UTC+2 from 29 March 2026, 01:00 UTC.
        ("2026-03-28T06:59:59", "Europe/Paris", NotifyReason.QUIET_HOURS),
        ("2026-03-28T07:00:00", "Europe/Paris", NotifyReason.LEVEL_RAISED),
        ("2026-03-29T05:59:59", "Europe/Paris", NotifyReason.QUIET_HOURS),
        ("2026-03-29T06:00:00", "Europe/Paris", NotifyReason.LEVEL_RAISED),
        ("2026-03-29T18:59:59", "Europe/Paris", NotifyReason.LEVEL_RAISED),
        ("2026-03-29T19:00:00", "Europe/Paris", NotifyReason.QUIET_HOURS),
        ("2026-10-25T06:30:00", "Europe/Paris", NotifyReason.QUIET_HOURS),
        ("2026-10-25T07:00:00", "Europe/Paris", NotifyReason.LEVEL_RAISED),
        ("2026-03-28T07:00:00", "Indian/Reunion", NotifyReason.LEVEL_RAISED),
        ("2026-03-28T17:00:00", "Indian/Reunion", NotifyReason.QUIET_HOURS),
    ],
)
def test_waking_hours_follow_the_local_clock(moment: str, zone: str, reason: NotifyReason) -> None:
    """Summer time moves the hours in UTC, not on the wall."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert reasons(ORANGE, policy=a_policy(zone), now=now)["alix", SMS] is reason


def test_waking_hours_may_pass_midnight() -> None:
    """For a night shift."""
    hours = WakingHours.parse("22:00-06:00")
    assert hours.include(time(23))
    assert hours.include(time(5, 59))
    assert not hours.include(time(6))


def test_equal_ends_mean_the_whole_day() -> None:
    """No quiet hours at all."""
    assert WakingHours.parse("00:00-00:00").include(time(3))


@pytest.mark.parametrize("text", ["25:00-26:00", "08:00", "morning"])
def test_hours_that_do_not_exist_are_refused(text: str) -> None:
    """The sentence shows how to write them."""
    with pytest.raises(Misconfigured, match="08:00-21:00"):
        WakingHours.parse(text)


PAIRS = st.sampled_from(sorted(EVERYBODY))


@given(
    level=st.sampled_from(Level),
    change=st.sampled_from(IncidentChange),
    told=st.dictionaries(PAIRS, st.sampled_from([2, 3])),
    reachable=st.frozensets(PAIRS),
    hour=st.integers(0, 23),
)
def test_a_page_only_reaches_tested_channels_and_brings_news(
    level: Level,
    change: IncidentChange,
    told: Told,
    reachable: frozenset[tuple[str, Channel]],
    hour: int,
) -> None:
    """Whatever happened before, on any step at any hour."""
    event = an_incident(level=level, change=change)
    notifications = a_policy()(event, told=told, reachable=reachable, now=START.replace(hour=hour))
    for notification in notifications:
        pair = notification.person, notification.channel
        if notification.reason is NotifyReason.RESOLVED:
            assert pair in told
        else:
            assert pair in reachable
            assert level > told.get(pair, 0)
