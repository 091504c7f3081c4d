"""Listening that is cut is said, not too often, and its end to all who heard of it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerting.deafness import Deafness, Pair, Patience, Saying
from alerting.messages.deaf import CHANNELS, DeafComposer, Word
from alerting.messages.gsm7 import SEGMENT, septets
from alerting.messages.language import NARROW
from vigie.domain.notification import Channel
from vigie.testing.alerts import a_person
from vigie.testing.clock import START

MINUTE = timedelta(minutes=1)
PATIENCE = Patience(late=3 * MINUTE, again=60 * MINUTE)
ALIX, MO = ("alix", Channel.SMS), ("mo", Channel.EMAIL)
COMPOSE = DeafComposer(organisation="Sourcebelle", time_zone="Europe/Paris")


@given(out=st.sets(st.integers(0, 300)))
def test_whatever_comes_out_silence_is_said_in_time_and_its_end_always(out: set[int]) -> None:
    """Looked at each minute; a canary came out in these."""
    deafness = Deafness(heard=START)
    cut: int | None = None
    last = 0
    for minute in range(400):
        if minute in out:
            deafness.came_out(START + minute * MINUTE)
            last = minute
        saying = deafness.look(START + minute * MINUTE, PATIENCE)
        late = minute - last > 3
        if saying is Saying.CUT:
            assert late
            assert cut is None or minute - cut >= 60
            cut = minute
        elif saying is Saying.RESTORED:
            assert not late
            assert cut is not None
            cut = None
        assert late is (cut is not None)


def test_the_end_is_owed_to_those_who_heard_of_the_cut() -> None:
    """Who could not be reached need not know that it is over."""
    deafness = Deafness(heard=START)
    assert deafness.look(START + 4 * MINUTE, PATIENCE) is Saying.CUT
    assert deafness.owed([ALIX, MO]) == [ALIX, MO]
    deafness.settle(ALIX, reached=True)
    deafness.settle(MO, reached=False)
    deafness.came_out(START + 5 * MINUTE)
    assert deafness.look(START + 5 * MINUTE, PATIENCE) is Saying.RESTORED
    assert deafness.owed([ALIX, MO]) == [ALIX]
    deafness.settle(ALIX, reached=True)
    assert deafness.owed([ALIX, MO]) == []


def test_a_canary_that_comes_late_does_not_hide_that_none_followed() -> None:
    """When it was let go counts, not when it came."""
    deafness = Deafness(heard=START)
    deafness.came_out(START + MINUTE)
    assert deafness.look(START + 5 * MINUTE, PATIENCE) is Saying.CUT


def said(saying: Saying, pair: Pair = ALIX, *, language: str = "fr", name: str = "") -> str:
    """Return the text of the message, with plain spaces for narrow ones."""
    compose = DeafComposer(organisation=name, time_zone="Europe/Paris") if name else COMPOSE
    word = Word(saying, at=START + 4 * MINUTE, since=START)
    person = a_person(id=pair[0], language=language)
    return compose(word, person, pair[1]).text.replace(NARROW, " ")


def test_a_text_message_says_since_when_and_what_to_look_at() -> None:
    """In capitals first, as it stands on a lock screen."""
    text = said(Saying.CUT)
    assert text.startswith("ÉCOUTE COUPÉE 9 h 04 ")
    assert "Vigie Sourcebelle n'entend plus depuis" in text
    assert "Aucune alerte" in text
    assert "deaf" in said(Saying.CUT, language="en")
    assert "TEST" in said(Saying.TEST)
    assert "entend à nouveau" in said(Saying.RESTORED)


@given(
    name=st.text(max_size=300),
    saying=st.sampled_from(Saying),
    language=st.sampled_from(["fr", "en"]),
)
def test_every_text_message_is_one_segment(name: str, saying: Saying, language: str) -> None:
    """However long the organisation's name is."""
    length = septets(said(saying, language=language, name=name or "x"))
    assert length is not None
    assert length <= SEGMENT


def test_every_channel_that_people_read_says_it() -> None:
    """The same on every try: a mail program shows a double once."""
    word = Word(Saying.CUT, at=START + 4 * MINUTE, since=START)
    person = a_person(apprise="ntfy://salle")
    for channel in CHANNELS:
        message = COMPOSE(word, person, channel)
        assert message == COMPOSE(word, person, channel)
        assert message.to == person.address(channel)
        assert "Sourcebelle" in (message.subject or message.text)
