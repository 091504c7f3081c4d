"""What stands on the lock screen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.answers.links import Links
from alerting.messages.composer import Composer
from alerting.messages.gsm7 import SEGMENT, septets
from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Signal, SignalKind
from vigie.domain.notification import NotifyReason
from vigie.errors import Rejected
from vigie.testing.alerts import NEGATIVES, a_notification, a_person, a_watch, an_incident
from vigie.testing.builders import a_post
from vigie.testing.clock import START

ABUSIVE = Signal(SignalKind.TOXIC, count=12, n=300, expected=0.4, low=0.02, high=0.07)
BOARD = "https://vigie.sourcebelle.example/d/vigie"


def sent(
    event: IncidentEvent | None,
    *,
    reason: NotifyReason = NotifyReason.LEVEL_RAISED,
    language: str = "fr",
    name: str = "Campagne Eau",
    board_url: str | None = None,
    id_: str = "eau-184:ROUGE:alix:sms",
) -> str:
    """Return the text message."""
    compose = Composer(
        watches={"eau": a_watch(name=name)},
        organisation="Sourcebelle",
        time_zone="Europe/Paris",
        posts=lambda _ids: [a_post(text="Quelle honte, @jeanne !")],
        board_url=board_url,
    )
    notification = a_notification(id=id_, event=event, reason=reason)
    return compose(notification, a_person(language=language)).text


AT_1407 = START + timedelta(hours=5, minutes=7)
RAISED = an_incident(at=AT_1407, since=AT_1407, opened=AT_1407)
ENDED = an_incident(
    change=IncidentChange.RESOLVED,
    level=Level.VERT,
    opened=AT_1407,
    at=AT_1407 + timedelta(minutes=85),
    signals=(),
)


def test_a_page_says_level_number_hour_watch_and_figure_against_normal() -> None:
    """As printed in the handbook, at the local hour of the watch."""
    assert sent(RAISED) == "ROUGE #184 14:07 Campagne Eau: 128 négatifs/15min (normal 21)."


def test_a_page_in_english() -> None:
    """In the person's language."""
    assert (
        sent(RAISED, language="en")
        == "RED #184 14:07 Campagne Eau: 128 negative/15min (normal 21)."
    )


def test_the_closing_message_says_since_when_it_lasted() -> None:
    """Short, so that everyone can go back to sleep."""
    text = sent(ENDED, reason=NotifyReason.RESOLVED)
    assert text == "RESOLU #184 15:32 Campagne Eau: incident clos (ouvert 14:07)."


def test_an_incident_that_passed_midnight_names_the_day_it_was_opened() -> None:
    """14:07 alone would be today."""
    ended = an_incident(change=IncidentChange.RESOLVED, opened=START - timedelta(days=1))
    assert "(ouvert 01/03 09:00)" in sent(ended, reason=NotifyReason.RESOLVED)


def test_what_was_found_while_catching_up_says_so() -> None:
    """The reader must know that it began earlier."""
    late = an_incident(caught_up=True)
    assert sent(late).endswith("(normal 21). Vu au rattrapage.")
    assert sent(late, language="en").endswith("Detected while catching up.")


def test_a_test_says_that_it_is_one_and_tells_two_tests_apart() -> None:
    """Nobody is frightened, and a look-up finds the right one."""
    first = sent(None, reason=NotifyReason.TEST, id_="test:1")
    second = sent(None, reason=NotifyReason.TEST, id_="test:2")
    assert first.startswith("EXERCICE 09:00 Vigie Sourcebelle: TEST, rien à faire.")
    assert first != second


def test_parts_are_added_by_priority_while_they_fit() -> None:
    """Other signals first, then the board."""
    event = an_incident(signals=(ABUSIVE, NEGATIVES))
    text = sent(event, board_url=BOARD)
    assert text.index("négatifs") < text.index("abusifs") < text.index(BOARD)
    crowded = sent(event, board_url=BOARD, name="Campagne Eau potable pour le Sahel en 2026")
    assert "12 abusifs/15min (normal 0,4)." in crowded
    assert BOARD not in crowded


def test_a_name_that_is_too_long_is_shortened_and_the_figure_stays() -> None:
    """The watch is recognised by its beginning."""
    text = sent(RAISED, name="Été à Nîmes — " + "très longue campagne " * 10)
    assert text.startswith("ROUGE #184 14:07 Été à Nimes - très longue")
    assert text.endswith("...: 128 négatifs/15min (normal 21).")
    assert 155 <= (septets(text) or 0) <= SEGMENT


def test_a_step_without_figures_still_pages() -> None:
    """Time alone can carry a watch over a threshold."""
    assert sent(an_incident(signals=())) == "ROUGE #184 09:00 Campagne Eau: niveau relevé."


def test_the_text_of_a_post_never_goes_out_by_sms() -> None:
    """Nor a handle: the evidence is for e-mail."""
    text = sent(an_incident(evidence=("practice:1",)))
    assert "honte" not in text
    assert "jeanne" not in text


SIGNALS = st.builds(
    Signal,
    kind=st.sampled_from(SignalKind),
    count=st.integers(0, 10**7),
    n=st.integers(0, 10**7),
    expected=st.floats(0, 10**7),
    low=st.just(0.0),
    high=st.just(1.0),
)


@given(
    name=st.text(),
    signals=st.lists(SIGNALS, max_size=3),
    number=st.integers(1, 10**6),
    change=st.sampled_from([IncidentChange.OPENED, IncidentChange.RESOLVED]),
    language=st.sampled_from(["fr", "en"]),
)
def test_every_message_is_one_segment_of_gsm7(
    name: str,
    signals: list[Signal],
    number: int,
    change: IncidentChange,
    language: str,
) -> None:
    """Whatever the watch is called and however large the crisis."""
    event = an_incident(number=number, signals=tuple(signals), caught_up=True, change=change)
    resolved = change is IncidentChange.RESOLVED
    reason = NotifyReason.RESOLVED if resolved else NotifyReason.LEVEL_RAISED
    text = sent(event, reason=reason, language=language, name=name, board_url=BOARD)
    length = septets(text)
    assert length is not None
    assert length <= SEGMENT
    assert resolved or "rattrapage" in text or "catching up" in text


def test_a_message_about_a_watch_that_is_gone_is_given_up() -> None:
    """Its name, zone and window are unknown."""
    with pytest.raises(Rejected, match="gone from the configuration"):
        sent(an_incident(watch="gone"))


MUTE = an_incident(
    level=Level.JAUNE,
    since=AT_1407,
    signals=(
        Signal(
            SignalKind.SILENCE,
            count=0,
            n=0,
            expected=21.4,
            low=0.0,
            high=1.0,
            window_s=5400.0,
            subject="page-facebook",
        ),
    ),
)


def test_a_silent_source_says_that_listening_is_cut_and_where() -> None:
    """It is no level of a crisis."""
    assert sent(MUTE) == (
        "ÉCOUTE COUPÉE #184 14:07 Campagne Eau: rien de page-facebook depuis 1h30 (normal 21)."
    )
    assert "LISTENING CUT #184 14:07 Campagne Eau: nothing from page-facebook" in sent(
        MUTE, language="en"
    )


@pytest.mark.parametrize(
    ("language", "count", "source", "said"),
    [
        ("fr", 1, "page-facebook", "seulement 1 message de page-facebook en 1h30 (normal 21)."),
        ("fr", 3, "page-facebook", "seulement 3 messages de page-facebook en 1h30 (normal 21)."),
        ("fr", 0, "", "rien de l'ensemble des sources depuis 1h30 (normal 21)."),
        ("en", 1, "page-facebook", "only 1 post from page-facebook in 1h30 (normal 21)."),
        ("en", 0, "", "nothing from any source for 1h30 (normal 21)."),
    ],
)
def test_a_source_that_brings_a_few_and_all_sources_are_told_of_as_such(
    language: str, count: int, source: str, said: str
) -> None:
    """« Rien » would be untrue of the one, a name of the other."""
    signal = replace(MUTE.signals[0], count=count, subject=source)
    assert sent(replace(MUTE, signals=(signal,)), language=language).endswith(said)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (NotifyReason.UNANSWERED, " Personne ne répond: à vous."),
        (NotifyReason.PASSED_ON, " Passé à vous."),
        (NotifyReason.TAKER_QUIET, " Plus de nouvelles de qui l'a pris: à vous."),
    ],
)
def test_who_is_asked_after_others_reads_why(reason: NotifyReason, said: str) -> None:
    """Short enough that the figures still fit."""
    text = sent(RAISED, reason=reason)
    assert text == f"ROUGE #184 14:07 Campagne Eau: 128 négatifs/15min (normal 21).{said}"


LINKS = Links("https://r.sourcebelle.example", b"k" * 32)


def asked(*, links: Links | None, replies: bool, name: str = "Campagne Eau") -> str:
    """Return the text message of an installation that takes answers."""
    compose = Composer(
        watches={"eau": a_watch(name=name)},
        organisation="Sourcebelle",
        time_zone="Europe/Paris",
        posts=lambda _ids: [],
        links=links,
        replies=replies,
    )
    return compose(a_notification(event=RAISED), a_person()).text


def test_a_page_says_how_to_answer_it_by_return() -> None:
    """With the incident's number, so that the answer cannot mean another."""
    assert asked(links=LINKS, replies=True) == (
        "ROUGE #184 14:07 Campagne Eau: 128 négatifs/15min (normal 21)."
        " Répondre 1 184 = je prends, 2 184 = passe, 3 184 = fausse alerte"
    )


def test_a_page_that_cannot_be_answered_by_return_carries_its_link() -> None:
    """Whole, or it would be of no use."""
    text = asked(links=LINKS, replies=False)
    assert text.endswith(f" {LINKS.link(a_notification().id)}")


@given(name=st.text(min_size=1, max_size=200), replies=st.booleans())
def test_how_to_answer_is_whole_or_not_there_and_the_page_is_one_segment(
    name: str,
    replies: bool,  # noqa: FBT001 - hypothesis draws it
) -> None:
    """A long name gives way to it."""
    text = asked(links=LINKS, replies=replies, name=name)
    assert (septets(text) or SEGMENT + 1) <= SEGMENT
    assert text.endswith(("fausse alerte", LINKS.link(a_notification().id)))
