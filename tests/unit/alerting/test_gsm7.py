"""Whatever a watch is called, the message stays in GSM-7 and within its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.messages.gsm7 import BASIC, EXTENSION, cut, septets, transliterate

GSM_TEXT = st.text(alphabet=sorted(BASIC | EXTENSION))


def test_the_alphabet_has_the_sizes_of_the_standard() -> None:
    """127 characters and the escape in the basic table, ten in the extension."""
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("été à Nîmes", "été à Nimes"),
        ("façade", "facade"),
        ("Ça va", "Ça va"),
        ("cœur, Œuvre", "coeur, OEuvre"),
        ("« eau »", '" eau "'),
        ("l’eau…", "l'eau..."),
        ("14\u202fh\u00a007", "14 h 07"),
        ("e\u0301cole", "école"),
        ("È Ê À", "E E A"),
        ("eau 💧 pure", "eau  pure"),
        ("ﬁn ²", "fin 2"),
        ("مياه", "????"),
    ],
)
def test_what_does_not_fit_is_spelled_otherwise(written: str, sent: str) -> None:
    """The sense stays; decoration goes."""
    assert transliterate(written) == sent


@pytest.mark.parametrize("letters", ["éèàùòìñüäöåøæß", "ÉÇÄÖÑÜÅØÆ", "€^{}[]~|\\"])
def test_letters_of_the_alphabet_stay(letters: str) -> None:
    """French é è à ù need no spelling out."""
    assert transliterate(letters) == letters


def test_characters_of_the_extension_count_double() -> None:
    """The euro sign takes an escape and a septet."""
    assert septets("5 €") == 4
    assert septets("ê") is None


@given(st.text())
def test_any_text_becomes_gsm7(text: str) -> None:
    """There is no text that cannot be sent."""
    assert septets(transliterate(text)) is not None


@given(GSM_TEXT)
def test_a_text_in_gsm7_is_left_alone(text: str) -> None:
    """Nothing is changed without need."""
    assert transliterate(text) == text


@given(GSM_TEXT, GSM_TEXT)
def test_lengths_add_up(first: str, second: str) -> None:
    """Parts can be measured apart."""
    assert septets(first + second) == (septets(first) or 0) + (septets(second) or 0)


@given(GSM_TEXT, st.integers(min_value=0, max_value=40))
def test_a_cut_text_fits(text: str, limit: int) -> None:
    """Whatever the text and the limit, also where the cut falls on a double character."""
    shortened = cut(text, limit)
    assert (septets(shortened) or 0) <= limit
    assert shortened == text or (septets(text) or 0) > limit


def test_a_cut_text_shows_that_something_is_missing() -> None:
    """The reader sees that the name goes on."""
    assert cut("Campagne Eau potable", 12) == "Campagne..."


def test_a_text_outside_gsm7_cannot_be_measured() -> None:
    """Cutting before spelling out would be wrong by a factor of two."""
    with pytest.raises(ValueError, match="transliterate"):
        cut("ê", 10)
