"""Results are said in the person's language, and every sentence exists in both."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.commands import french, score_view, summary_view
from vigie.commands.french import FRENCH
from vigie.commands.wording import Wording, choose_language

FOLDER = Path(french.__file__).parent


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "fr"),
        ({"LANG": "C.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "fr"),
        ({"LC_ALL": "en", "LANG": "fr_FR"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_FR", "LANG": "en_US"}, "fr"),
    ],
)
def test_the_locale_decides_and_without_one_the_organisation(
    environ: dict[str, str], language: str
) -> None:
    """The first variable that is set, as POSIX has it."""
    assert choose_language(environ, "fr") == language
    if not environ:
        assert choose_language(environ, "en") == "en"


def sentences() -> set[str]:
    """Return every sentence that a view says, as it stands in its call of `say` or `say_many`."""
    found: set[str] = set()
    for path in FOLDER.glob("*_view.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node.func) in {"say", "say_many"}:
                values = [part for one in node.args for part in ast.walk(one)]
                found |= {
                    part.value
                    for part in values
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_sentence_has_its_french() -> None:
    """What is missing would break the table of a French person only."""
    named = (
        score_view.HEAD_WORDS,
        score_view.TARGET_WORDS,
        score_view._VERDICTS,
        score_view._UNKNOWN,
        summary_view.UNKNOWN_WORDS,
    )
    columns = {"newly", "no longer", "head gained", "head lost"}
    facts = {"Model", "Language", "Attacked", "As a comment"}
    said = sentences() | columns | facts
    said |= {sentence for words in named for sentence in words.values()}
    assert len(said) > 50
    assert sorted(said - FRENCH.keys()) == []


def test_both_languages_take_the_same_values() -> None:
    """A value that only one of them names would be an error, or lost."""
    for english, translated in FRENCH.items():
        assert sorted(_values(english)) == sorted(_values(translated))


def _values(sentence: str) -> list[str]:
    return [part.partition("}")[0] for part in sentence.split("{")[1:]]


def test_french_has_its_typography() -> None:
    """Narrow no-break spaces, apostrophes, decimal commas and true minus signs."""
    french_words = Wording("fr")
    assert french_words.say("“{text}”", text="a : b") == "«\u202fa : b\u202f»"
    assert "Il n’y a rien à lire ici\u202f: le" in french_words.say(
        "There is nothing to read here: the model was not asked."
    )
    assert french_words.score(0.9149) == "0,91"
    assert french_words.change(-0.5) == "−0,50"
    assert french_words.percent(1, 8) == "12,5\u202f%"
    assert french_words.language_name("de") == "allemand"


def test_english_is_said_as_it_stands() -> None:
    """With its own numbers."""
    english = Wording("en")
    assert english.say("“{text}”", text="a") == "“a”"
    assert english.percent(1, 8) == "12.5%"
    assert english.say_many("{n} text", "{n} texts", 1204) == "1,204 texts"


@pytest.mark.parametrize(("n", "fr", "en"), [(0, "texte", "texts"), (1, "texte", "text")])
def test_numbers_agree(n: int, fr: str, en: str) -> None:
    """Nought is singular in French and plural in English."""
    assert Wording("fr").say_many("{n} text", "{n} texts", n) == f"{n} {fr}"
    assert Wording("en").say_many("{n} text", "{n} texts", n) == f"{n} {en}"


@given(st.floats(0, 1, exclude_max=True), st.integers(2, 3))
def test_no_score_is_rounded_up_to_certainty(value: float, digits: int) -> None:
    """A model is never sure."""
    assert not Wording("en").score(value, digits).startswith("1")
    assert Wording("en").score(1.0) == "1.00"


def test_the_share_of_nothing_is_no_number() -> None:
    """Nobody divides by nought."""
    assert Wording("fr").percent(0, 0) == "–"


def test_a_language_without_a_name_keeps_its_code() -> None:
    """Identification knows more languages than the tables of names."""
    assert Wording("fr").language_name("xx") == "xx"
