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
    assert len(once) <= 4 * MAX_CHARACTERS
    assert once.encode("utf-8").decode("utf-8") == once
    assert normalise(once) == once
