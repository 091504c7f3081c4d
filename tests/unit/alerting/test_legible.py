"""What people wrote is quoted so that it cannot reorder, cover or break the message around it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.messages.composer import Composer
from alerting.messages.evidence import LONGEST
from alerting.messages.legible import legible
from vigie.domain.notification import Channel
from vigie.ports import Message
from vigie.testing.alerts import a_notification, a_person, a_watch, an_incident
from vigie.testing.builders import a_post

OVERRIDE = "\u202e"
ARABIC = "أين ذهبت التبرعات؟"
TOWER = "a" + "\u0301" * 30_000


def mail(text: str) -> Message:
    """Return the e-mail about an incident that this comment caused."""
    compose = Composer(
        watches={"eau": a_watch()},
        organisation="Sourcebelle",
        time_zone="Europe/Paris",
        posts=lambda _: [a_post(1, text=text)],
    )
    event = an_incident(evidence=("practice:1",))
    return compose(a_notification(channel=Channel.EMAIL, event=event), a_person())


@given(text=st.text(), longest=st.integers(1, 50))
def test_any_text_becomes_one_short_line_without_controls(text: str, longest: int) -> None:
    """Whatever is sent in."""
    line = legible(text, longest=longest)
    assert len(line) <= longest + 1
    assert not any(unicodedata.category(letter) == "Cc" for letter in line)
    assert OVERRIDE not in line
    assert legible(line, longest=longest + 1) == line


def test_what_is_written_from_right_to_left_stays_as_it_is() -> None:
    """It needs no override to be read."""
    assert legible(f"{OVERRIDE}{ARABIC}", longest=80) == ARABIC
    message = mail(f"{ARABIC} {OVERRIDE}evil")
    for rendering in (message.text, message.html or ""):
        assert ARABIC in rendering
        assert OVERRIDE not in rendering
    assert 'dir="auto"' in (message.html or "")


def test_a_letter_is_not_parted_from_its_accents() -> None:
    """A cut comes before the letter."""
    letter = "q\u0307\u0323"  # has no composed form
    assert legible("ab" + letter, longest=3) == "ab…"


@pytest.mark.parametrize("text", ["mot " * 7_500, "x" * 30_000, TOWER, "👩‍👩‍👧‍👦" * 3_000])
def test_a_comment_of_thirty_thousand_characters_is_cut(text: str) -> None:
    """And the rest of the message stands."""
    message = mail(text)
    assert max(map(len, message.text.splitlines())) <= LONGEST + 1
    assert "7f3a" in message.text


def test_a_tower_of_accents_does_not_cover_other_lines() -> None:
    """Three on one letter are enough for every language."""
    assert len(legible(TOWER, longest=LONGEST)) <= 4
