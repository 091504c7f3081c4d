"""What is left of a text before the model reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.text import MAX_CHARACTERS, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@croix_rouge merci", "@user merci"),
        ("vu sur https://exemple.fr/a?b=c !", "vu sur http !"),
        ("www.exemple.fr est en panne", "http est en panne"),
        ("écrivez à aide@exemple.fr", "écrivez à aide@exemple.fr"),
        ("mer\x00ci\n\nbeaucoup", "mer ci beaucoup"),
        ("honte \ud83d", "honte ?"),
        ("@jean.dupont.", "@user."),
    ],
)
def test_handles_links_and_odd_characters_leave(text: str, expected: str) -> None:
    """The model must see in service what it saw in training."""
    assert normalise(text) == expected


@given(st.text(st.characters(codec=None)))
def test_a_normalised_text_is_short_valid_and_stable(text: str) -> None:
    """Normalising twice changes nothing, and the tokeniser can always take the result."""
    once = normalise(text)
    assert len(once) <= MAX_CHARACTERS
    assert once.encode("utf-8").decode("utf-8") == once
    assert normalise(once) == once


@pytest.mark.parametrize(
    "before", ["\n" * 3_000, "\x00" * 3_000, "https://exemple.fr/" + "a" * 3_000 + " "]
)
def test_nothing_empty_pushes_the_text_out_of_sight(before: str) -> None:
    """Whoever writes a screen of empty lines first is read all the same."""
    assert normalise(before + "quelle honte").endswith("quelle honte")


@pytest.mark.parametrize("text", ["honte " * 20_000, "é" * 100_000, "@" + "." * 1_000_000])
def test_a_long_text_is_cut_to_what_a_model_can_read(text: str) -> None:
    """From its beginning."""
    short = normalise(text)
    assert len(short) in {MAX_CHARACTERS, MAX_CHARACTERS - 1}
    assert text.startswith(short)
