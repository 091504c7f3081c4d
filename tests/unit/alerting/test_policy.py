"""Whom an incident concerns as it stands, and as time passes without an answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.escalation import Escalation
from alerting.policy import Policy
from alerting.rota import Rota, Span
from alerting.routes import Route, WakingHours
from vigie.domain.case import Case
from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Signal, SignalKind
from vigie.domain.notification import (
    PAGES,
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    NotifyReason,
    Person,
)
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.errors import Misconfigured
from vigie.testing.alerts import a_person, a_watch, an_incident
from vigie.testing.clock import START

EMAIL, SMS = Channel.EMAIL, Channel.SMS
PEOPLE = {
    name: a_person(id=name, name=name.title(), phone=f"+3360000000{n}")
    for n, name in enumerate(("alix", "noe", "mo"))
}
ROUTES = (
    Route(level=Level.ORANGE, channels=(EMAIL, SMS), waking_only=(SMS,)),
    Route(level=Level.ROUGE, channels=(EMAIL, SMS), people=2),
)
EVERYBODY = frozenset((person, channel) for person in PEOPLE for channel in (EMAIL, SMS))
DAY = START
NIGHT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
ORANGE = an_incident(level=Level.ORANGE)
ROUGE = an_incident(level=Level.ROUGE)
ENDED = an_incident(change=IncidentChange.RESOLVED, level=Level.VERT, version=9)
PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)


def a_policy(
    *,
    recipients: tuple[str, ...] = ("alix", "noe"),
    time_zone: str = "Europe/Paris",
    people: dict[str, Person] | None = None,
    **changes: object,
) -> Policy:
    """Return the shipped routes over Alix, then Noé."""
    policy = Policy(
        people=PEOPLE | (people or {}),
        watches={"eau": a_watch(recipients=recipients, time_zone=time_zone)},
        routes=ROUTES,
        waking_hours=WakingHours.parse("08:00-21:00"),
        zone=PARIS,
    )
    return replace(policy, **changes)  # type: ignore[arg-type]


def a_case(event: IncidentEvent = ROUGE, *later: IncidentEvent, at: datetime = DAY) -> Case:
    """Return the case after these steps."""
    case = Case.opened(event, at=at)
    for step in later:
        case = case.after(step, at=at)
    return case


def a_word(verdict: ReviewVerdict, person: str = "alix", *, at: datetime = DAY) -> Review:
    """Return what a person answered."""
    return Review(
        id=f"{person}:{verdict}:{at.isoformat()}",
        subject=Subject.INCIDENT,
        subject_id="eau-184",
        key="eau",
        verdict=verdict,
        reviewer=person,
        at=at,
    )


def a_delivery(
    notification: Notification, state: DeliveryState = DeliveryState.ACCEPTED, attempts: int = 1
) -> Delivery:
    """Return the notification as it stands in the outbox."""
    created = notification.created
    return Delivery(notification=notification, state=state, attempts=attempts, due=created)


class Desk:
    """Asks the policy again and again, and keeps what was sent."""

    def __init__(
        self,
        policy: Policy | None = None,
        case: Case | None = None,
        reachable: frozenset[tuple[str, Channel]] = EVERYBODY,
    ) -> None:
        self.policy = policy or a_policy()
        self.case = case or a_case()
        self.reachable = reachable
        self.sent: list[Delivery] = []

    def reasons(self, now: datetime = DAY) -> dict[tuple[str, Channel], NotifyReason]:
        """Return the reason per person and channel, in the first round."""
        decisions = self.policy.decide(self.case, sent=self.sent, reachable=self.reachable, now=now)
        keys = [(one.person, one.channel, one.round) for one in decisions]
        assert len(keys) == len(set(keys))
        return {(one.person, one.channel): one.reason for one in decisions if one.round == 0}

    def look(
        self,
        now: datetime = DAY,
        *,
        state: DeliveryState = DeliveryState.ACCEPTED,
        attempts: int = 1,
    ) -> list[Notification]:
        """Return what is to be sent now, and take it as sent."""
        planned = self.policy(self.case, sent=self.sent, reachable=self.reachable, now=now)
        self.sent += [a_delivery(one, state, attempts) for one in planned]
        return planned

    def hear(self, event: IncidentEvent, at: datetime = DAY) -> None:
        """Take in one more step."""
        self.case = self.case.after(event, at=at)

    def answer(self, verdict: ReviewVerdict, person: str = "alix", *, at: datetime = DAY) -> None:
        """Take in an answer."""
        self.case = self.case.answered(a_word(verdict, person, at=at))


def whom(notifications: Sequence[Notification]) -> list[str]:
    """Return the people, each once, in order."""
    return list(dict.fromkeys(one.person for one in notifications))


def test_orange_tells_the_first_of_the_rota_on_both_channels_by_day() -> None:
    """The second person sleeps on."""
    reasons = Desk(case=a_case(ORANGE)).reasons()
    assert {reasons.pop(pair) for pair in list(reasons) if pair[1] not in (EMAIL, SMS)} == {
        NotifyReason.BELOW_ROUTE
    }
    assert reasons == {
        ("alix", EMAIL): NotifyReason.LEVEL_RAISED,
        ("alix", SMS): NotifyReason.LEVEL_RAISED,
        ("noe", EMAIL): NotifyReason.BELOW_ROUTE,
        ("noe", SMS): NotifyReason.BELOW_ROUTE,
    }


def test_orange_at_night_sends_the_email_now_and_the_text_message_in_the_morning() -> None:
    """If it still stands then."""
    desk = Desk(case=a_case(ORANGE, at=NIGHT))
    assert desk.reasons(NIGHT)["alix", SMS] is NotifyReason.QUIET_HOURS
    assert [one.channel for one in desk.look(NIGHT)] == [EMAIL]
    desk.answer(ReviewVerdict.PASS, "noe", at=NIGHT - MINUTE)  # of before: it does not count
    morning = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert desk.look(morning - MINUTE, state=DeliveryState.QUEUED, attempts=0) != []
    assert {(one.person, one.channel) for one in desk.look(morning)} >= {("alix", SMS)}


def test_rouge_tells_two_people_on_both_channels_at_any_hour() -> None:
    """Red wakes."""
    told = Desk().look(NIGHT)
    assert {(one.person, one.channel) for one in told} == {
        (person, channel) for person in ("alix", "noe") for channel in (EMAIL, SMS)
    }


def test_jaune_is_on_the_board_only() -> None:
    """Nobody is told below the lowest route."""
    desk = Desk(case=a_case(an_incident(level=Level.JAUNE)))
    assert set(desk.reasons().values()) == {NotifyReason.BELOW_ROUTE}


def test_nobody_is_paged_before_a_test_reached_them() -> None:
    """And who cannot be told does not use up a place: the next person is told."""
    found = Desk(case=a_case(ORANGE), reachable=frozenset({("noe", EMAIL)})).reasons()
    assert found["alix", EMAIL] is NotifyReason.NOT_TESTED
    assert found["alix", SMS] is NotifyReason.NOT_TESTED
    assert found["noe", EMAIL] is NotifyReason.LEVEL_RAISED
    assert found["noe", SMS] is NotifyReason.NOT_TESTED


def test_who_has_no_address_is_not_told_there() -> None:
    """A person without a phone gets the e-mail."""
    policy = a_policy(people={"alix": a_person(phone=None)})
    found = Desk(policy, a_case(ORANGE)).reasons()
    assert found["alix", SMS] is NotifyReason.NO_ADDRESS
    assert found["alix", EMAIL] is NotifyReason.LEVEL_RAISED


def test_who_only_has_a_phone_leaves_the_night_to_the_next_person() -> None:
    """Somebody is told of every orange."""
    policy = a_policy(people={"alix": a_person(email=None)})
    found = Desk(policy, a_case(ORANGE)).reasons(NIGHT)
    assert found["alix", SMS] is NotifyReason.QUIET_HOURS
    assert found["noe", EMAIL] is NotifyReason.LEVEL_RAISED


def test_a_step_is_told_once_however_often_one_looks() -> None:
    """Also when it is read twice."""
    desk = Desk()
    assert len(desk.look()) == 4
    desk.hear(replace(ROUGE, change=IncidentChange.RESTATED))
    assert desk.look() == []
    assert desk.reasons()["alix", SMS] is NotifyReason.ALREADY_TOLD


def test_a_level_that_is_reached_again_is_news() -> None:
    """What was taken on before is armed again."""
    desk = Desk()
    desk.look()
    desk.answer(ReviewVerdict.ACKNOWLEDGE)
    later = DAY + 20 * MINUTE
    eased = an_incident(change=IncidentChange.EASED, level=Level.ORANGE, version=2)
    desk.hear(eased)
    assert desk.look(later) == []
    again = an_incident(change=IncidentChange.ESCALATED, version=3, at=later)
    desk.hear(again, at=later)
    assert whom(desk.look(later)) == ["alix", "noe"]


def test_an_older_step_that_comes_late_changes_nothing() -> None:
    """Delivery is at least once."""
    case = a_case(an_incident(version=4, level=Level.ORANGE), an_incident(version=2))
    assert case.event.version == 4


def test_ids_are_the_same_when_the_step_is_told_again() -> None:
    """So the outbox recognises the repeat."""
    first = {one.id for one in Desk().look()}
    again = Desk(case=a_case(an_incident(change=IncidentChange.RESTATED))).look(NIGHT)
    assert {one.id for one in again} == first
    assert "eau-184:1:alix:sms" in first


def test_who_does_not_answer_is_followed_by_the_next_person() -> None:
    """Every ten minutes, and round once more."""
    desk = Desk(a_policy(recipients=("alix", "noe", "mo")), a_case(ORANGE))
    assert whom(desk.look()) == ["alix"]
    assert desk.look(DAY + 9 * MINUTE) == []
    (second, _) = desk.look(DAY + 10 * MINUTE)
    assert (second.person, second.reason) == ("noe", NotifyReason.UNANSWERED)
    asked = [whom(desk.look(DAY + minutes * MINUTE)) for minutes in range(11, 120)]
    assert [person for people in asked for person in people] == ["mo", "alix", "noe", "mo"]


def test_who_was_away_from_the_machine_for_an_hour_does_not_make_everybody_be_told_twice() -> None:
    """Several people may be due at once, each once."""
    desk = Desk(a_policy(recipients=("alix", "noe", "mo")), a_case(ORANGE))
    desk.look()
    assert whom(desk.look(DAY + 25 * MINUTE)) == ["noe", "mo"]


def test_nobody_else_is_told_once_somebody_takes_it_on() -> None:
    """However long it lasts, as long as they are heard of."""
    desk = Desk(case=a_case(ORANGE))
    desk.look()
    desk.answer(ReviewVerdict.ACKNOWLEDGE, at=DAY + MINUTE)
    assert desk.look(DAY + 30 * MINUTE) == []
    desk.answer(ReviewVerdict.ACKNOWLEDGE, at=DAY + 50 * MINUTE)
    assert desk.look(DAY + 100 * MINUTE) == []


def test_when_the_one_who_took_it_goes_quiet_the_next_person_is_told() -> None:
    """An hour without a sign."""
    desk = Desk(case=a_case(ORANGE))
    desk.look()
    desk.answer(ReviewVerdict.ACKNOWLEDGE, at=DAY + MINUTE)
    (first, _) = desk.look(DAY + 61 * MINUTE)
    assert (first.person, first.reason) == ("noe", NotifyReason.TAKER_QUIET)


def test_somebody_who_took_it_before_anybody_was_told_is_followed_by_one_person_an_hour() -> None:
    """They saw it on the board."""
    desk = Desk(case=a_case(ORANGE))
    desk.answer(ReviewVerdict.ACKNOWLEDGE, "mo", at=DAY)
    assert desk.look() == []
    assert whom(desk.look(DAY + 60 * MINUTE)) == ["alix"]
    assert desk.look(DAY + 61 * MINUTE) == []


def test_who_passes_hands_it_to_the_next_person_at_once() -> None:
    """Also after having taken it."""
    desk = Desk(case=a_case(ORANGE))
    desk.look()
    desk.answer(ReviewVerdict.ACKNOWLEDGE, at=DAY + MINUTE)
    desk.answer(ReviewVerdict.PASS, at=DAY + 2 * MINUTE)
    (first, _) = desk.look(DAY + 2 * MINUTE)
    assert (first.person, first.reason) == ("noe", NotifyReason.PASSED_ON)


def test_a_number_that_is_refused_leaves_its_place_to_the_next_person() -> None:
    """At once, not after the wait for an answer."""
    desk = Desk(case=a_case(ORANGE))
    desk.look(state=DeliveryState.DEAD)
    assert whom(desk.look()) == ["noe"]


def test_an_answer_to_an_earlier_level_does_not_count_for_a_higher_one() -> None:
    """Orange was taken on; red is told to everyone."""
    desk = Desk(case=a_case(ORANGE))
    desk.look()
    desk.answer(ReviewVerdict.ACKNOWLEDGE, at=DAY + MINUTE)
    at = DAY + 5 * MINUTE
    desk.hear(an_incident(change=IncidentChange.ESCALATED, version=2, at=at), at)
    assert whom(desk.look(at)) == ["alix", "noe"]


def test_the_person_of_the_week_is_asked_first() -> None:
    """Handing over is on Monday at nine, by the local clock, whatever the season."""
    rota = Rota(
        people=("alix", "noe"), starts=datetime.fromisoformat("2026-03-02T09:00"), zone=PARIS
    )
    policy = a_policy(recipients=("astreinte", "mo"), rotas={"astreinte": rota})
    weeks = {
        "2026-03-02T07:59:59": "noe",
        "2026-03-02T08:00:00": "alix",
        "2026-03-09T08:00:00": "noe",
        "2026-03-30T06:59:59": "noe",  # summer time has begun on the 29th
        "2026-03-30T07:00:00": "alix",
    }
    for moment, person in weeks.items():
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        desk = Desk(policy, a_case(ROUGE), frozenset((p, EMAIL) for p in PEOPLE))
        assert whom(desk.look(now))[0] == person, moment


def test_who_is_away_is_not_asked_unless_all_are() -> None:
    """Somebody must be told."""
    first, last = (datetime.fromisoformat(f"2026-03-{day:02}T00:00") for day in (1, 8))
    holidays = (Span(first, last),)
    one = a_policy(away={"alix": holidays})
    assert whom(Desk(one, a_case(ORANGE)).look()) == ["noe"]
    assert whom(Desk(one, a_case(ORANGE)).look(DAY + 7 * 24 * 60 * MINUTE)) == ["alix"]
    both = a_policy(away={"alix": holidays, "noe": holidays})
    assert whom(Desk(both, a_case(ORANGE)).look()) == ["alix"]


def test_a_route_may_be_for_some_watches_and_some_signals_only() -> None:
    """A silent source is told to the operator by e-mail, say."""
    silence = Signal(SignalKind.SILENCE, count=0, n=0, expected=9, low=0, high=1)
    routes = (
        Route(level=Level.ORANGE, channels=(SMS,), signals=frozenset({SignalKind.NEGATIVE})),
        Route(level=Level.ORANGE, channels=(EMAIL,), signals=frozenset({SignalKind.SILENCE})),
        Route(level=Level.ORANGE, channels=(SMS,), watches=frozenset({"forage"}), people=2),
    )
    policy = a_policy(routes=routes)
    assert [one.channel for one in Desk(policy, a_case(ORANGE)).look()] == [SMS]
    mute = an_incident(level=Level.ORANGE, signals=(silence,))
    assert [one.channel for one in Desk(policy, a_case(mute)).look()] == [EMAIL]


def test_what_was_found_while_catching_up_is_told_like_any_other() -> None:
    """The level still holds, so it is news."""
    assert len(Desk(case=a_case(an_incident(caught_up=True))).look()) == 4


@pytest.mark.parametrize("change", [IncidentChange.EASED, IncidentChange.ACKNOWLEDGED])
def test_good_news_in_between_tells_nobody(change: IncidentChange) -> None:
    """Only the end is worth a message."""
    desk = Desk()
    desk.look()
    desk.hear(an_incident(change=change, level=Level.ORANGE, version=2))
    assert desk.look() == []


def test_the_end_is_told_once_to_everyone_who_may_have_heard() -> None:
    """Also to somebody who has since left the rota; nobody else hears of it."""
    desk = Desk(a_policy(recipients=("mo", "alix")))
    desk.look()
    desk.policy = a_policy(recipients=("alix", "noe"))
    desk.hear(ENDED)
    ends = desk.look(NIGHT)
    assert {one.id for one in ends} == {
        f"eau-184:RESOLVED:{person}:{channel}"
        for person in ("alix", "mo")
        for channel in (EMAIL, SMS)
    }
    assert {one.reason for one in ends} == {NotifyReason.RESOLVED}
    assert desk.look(NIGHT) == []
    assert desk.reasons()["noe", SMS] is NotifyReason.NOTHING_NEW
    assert desk.reasons()["mo", SMS] is NotifyReason.ALREADY_TOLD


def test_the_end_is_not_told_to_whom_the_page_never_went_out() -> None:
    """It is withdrawn instead."""
    desk = Desk()
    desk.look(state=DeliveryState.QUEUED, attempts=0)
    desk.hear(ENDED)
    outdated = desk.policy.outdated(desk.case, sent=desk.sent, now=DAY)
    assert outdated == [one.notification.id for one in desk.sent]
    assert desk.look() == []


def test_the_end_cannot_be_told_to_who_left_the_configuration() -> None:
    """The decision says so."""
    desk = Desk(a_policy(people={"gone": a_person(id="gone")}, recipients=("gone",)))
    desk.reachable = frozenset({("gone", SMS)})
    desk.look()
    desk.policy = a_policy()
    desk.hear(ENDED)
    assert desk.reasons()["gone", SMS] is NotifyReason.NO_ADDRESS


def test_a_watch_that_left_the_configuration_concerns_nobody() -> None:
    """Its last steps pass without a page."""
    assert Desk(case=a_case(an_incident(watch="gone"))).reasons() == {}


def waiting(desk: Desk, now: datetime) -> set[str]:
    """Return the pages that lost their point."""
    return set(desk.policy.outdated(desk.case, sent=desk.sent, now=now))


def test_a_text_message_that_still_waits_at_bedtime_is_withdrawn_and_comes_in_the_morning() -> None:
    """The gateway was down from dusk to dawn."""
    desk = Desk(a_policy(recipients=("alix",)), a_case(ORANGE))
    desk.look(DAY, state=DeliveryState.QUEUED)
    assert waiting(desk, DAY) == set()
    assert waiting(desk, DAY + 13 * 60 * MINUTE) == {"eau-184:1:alix:sms"}
    desk.sent = [
        replace(one, state=DeliveryState.WITHDRAWN)
        if one.notification.channel is SMS
        else replace(one, state=DeliveryState.ACCEPTED)
        for one in desk.sent
    ]
    desk.answer(ReviewVerdict.CLOSE, at=DAY)
    morning = desk.look(DAY + 23 * 60 * MINUTE)
    assert "eau-184:1:alix:sms" in {one.id for one in morning}


def test_a_page_of_a_lower_level_that_still_waits_is_withdrawn_when_it_rises() -> None:
    """The page of the higher level says it all."""
    desk = Desk(case=a_case(ORANGE))
    desk.look(state=DeliveryState.QUEUED)
    desk.hear(an_incident(change=IncidentChange.ESCALATED, version=2))
    assert waiting(desk, DAY) == {"eau-184:1:alix:sms", "eau-184:1:alix:email"}


def test_a_page_to_the_next_person_that_still_waits_is_withdrawn_once_it_is_taken() -> None:
    """They may sleep on."""
    desk = Desk(case=a_case(ORANGE))
    desk.look()
    desk.look(DAY + 10 * MINUTE, state=DeliveryState.QUEUED)
    desk.answer(ReviewVerdict.ACKNOWLEDGE, at=DAY + 11 * MINUTE)
    assert waiting(desk, DAY + 11 * MINUTE) == {"eau-184:1:noe:sms", "eau-184:1:noe:email"}


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
    desk = Desk(a_policy(time_zone=zone), a_case(ORANGE))
    assert desk.reasons(now)["alix", SMS] is reason


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


def test_routes_of_one_step_share_their_people() -> None:
    """By night ORANGE would write to Mo and ROUGE ring Alix and Noé: two are enough."""
    reachable = EVERYBODY - {("alix", EMAIL), ("noe", EMAIL)}
    desk = Desk(a_policy(recipients=("alix", "noe", "mo")), a_case(ROUGE, at=NIGHT), reachable)
    told = [(one.person, one.channel) for one in desk.look(NIGHT)]
    assert sorted(told) == [("alix", SMS), ("noe", SMS)]
    assert desk.look(NIGHT) == []


GONE = {DeliveryState.WITHDRAWN, DeliveryState.DEAD}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("step"), st.sampled_from([Level.JAUNE, Level.ORANGE, Level.ROUGE])),
        st.tuples(
            st.just("word"), st.sampled_from([ReviewVerdict.ACKNOWLEDGE, ReviewVerdict.PASS])
        ),
        st.tuples(st.just("wait"), st.integers(1, 700)),
    ),
    max_size=12,
)


@given(
    steps=STEPS,
    reachable=st.frozensets(st.sampled_from(sorted(EVERYBODY))),
    states=st.lists(st.sampled_from(DeliveryState), min_size=1, max_size=5),
)
def test_whatever_happens_nobody_is_told_untested_twice_or_more_often_than_said(
    steps: list[tuple[str, object]],
    reachable: frozenset[tuple[str, Channel]],
    states: list[DeliveryState],
) -> None:
    """Over any life of an incident, looked at now and then."""
    desk = Desk(
        a_policy(recipients=("alix", "noe", "mo"), escalation=Escalation(rounds=2)),
        a_case(ORANGE),
        reachable,
    )
    now = DAY
    for number, (kind, value) in enumerate(steps):
        if kind == "wait":
            assert isinstance(value, int)
            now += value * MINUTE
        elif kind == "word":
            assert isinstance(value, ReviewVerdict)
            desk.answer(value, "noe", at=now)
        else:
            assert isinstance(value, Level)
            desk.hear(an_incident(level=value, version=number + 2, at=now), at=now)
        planned = desk.look(now, state=states[number % len(states)])
        assert {one.reason for one in planned} <= PAGES
        assert {(one.person, one.channel) for one in planned} <= reachable
        assert desk.look(now) == [] or GONE & set(states)
    ids = [one.notification.id for one in desk.sent if one.state is not DeliveryState.WITHDRAWN]
    assert len(ids) == len(set(ids))
    assert max((one.notification.round for one in desk.sent), default=0) < 2
