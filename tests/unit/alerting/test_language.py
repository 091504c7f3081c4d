"""The catalogues are whole, compiled as committed, and printed as each country prints."""

import io
from datetime import datetime, timedelta
from gettext import GNUTranslations
from pathlib import Path
from typing import IO

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import alerting
import vigie.receive
from alerting.messages.language import DOMAIN, LOCALE, NARROW, Language

ROOMS = (Path(alerting.__file__).parent, Path(vigie.receive.__file__).parent)
CODES = ["fr", "en"]
LOCAL = datetime(2026, 3, 2, 14, 7)  # noqa: DTZ001 - a local time, as language is given


def catalogue(code: str) -> Path:
    """Return where the words of a language stand."""
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def said() -> set[str]:
    """Return every message that the code can say."""
    keywords = {"say": None, "say_many": (1, 2)}
    found = [
        message
        for room in ROOMS
        for _, _, message, _, _ in extract_from_dir(room, [("**.py", "python")], keywords=keywords)
    ]
    return {message if isinstance(message, str) else message[0] for message in found}


@pytest.mark.parametrize("code", CODES)
def test_the_compiled_catalogue_is_that_of_the_words(code: str) -> None:
    """Else run `pybabel compile -d alerting/locale -D vigie`."""
    compiled = io.BytesIO()
    with catalogue(code).open("rb") as words:
        write_mo(compiled, read_po(words, locale=code))
    compiled.seek(0)
    with catalogue(code).with_suffix(".mo").open("rb") as committed:
        assert messages(committed) == messages(compiled)


def messages(compiled: IO[bytes]) -> dict[str | tuple[str, int], str]:
    """Return the messages of a compiled catalogue without its header, which holds dates."""
    found: dict[str | tuple[str, int], str] = GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    return {message: translation for message, translation in found.items() if message}


@pytest.mark.parametrize("code", CODES)
def test_the_catalogue_holds_what_is_said_and_nothing_else(code: str) -> None:
    """A sentence added in code must be put into both languages."""
    with catalogue(code).open("rb") as words:
        listed = {
            message.id if isinstance(message.id, str) else message.id[0]
            for message in read_po(words, locale=code)
            if message.id
        }
    assert listed == said()


def test_every_sentence_is_translated_into_french_with_its_values() -> None:
    """An empty translation would speak English to a French reader."""
    with catalogue("fr").open("rb") as words:
        french = read_po(words, locale="fr")
    for message in french:
        if message.id:
            assert message.string, message.id
            assert all(message.string), message.id
            assert not message.fuzzy
            assert not list(message.check(french)), message.id


@pytest.mark.parametrize(("code", "hour"), [("fr", f"14{NARROW}h{NARROW}07"), ("en", "14:07")])
def test_hours_are_printed_as_in_the_country(code: str, hour: str) -> None:
    """14 h 07 does not break over two lines."""
    assert Language(code).clock(LOCAL) == hour


def test_a_moment_of_another_day_names_the_day() -> None:
    """The first of a month is the 1er in French."""
    french, yesterday = Language("fr"), LOCAL - timedelta(days=1)
    assert french.moment(LOCAL, seen_from=LOCAL) == f"14{NARROW}h{NARROW}07"
    assert french.moment(yesterday, seen_from=LOCAL) == f"le 1er mars à 14{NARROW}h{NARROW}07"
    assert Language("en").moment(yesterday, seen_from=LOCAL) == "1 March at 14:07"


@pytest.mark.parametrize(
    ("code", "value", "printed"),
    [
        ("fr", 0.44, "0,4"),
        ("fr", 21.3, "21"),
        ("fr", 12840, f"12{NARROW}840"),
        ("en", 12840, "12,840"),
        ("en", 0.0, "0"),
    ],
)
def test_numbers_are_printed_as_in_the_country(code: str, value: float, printed: str) -> None:
    """With a decimal only where it tells something."""
    assert Language(code).number(value) == printed


def test_french_spaces_its_signs_and_leaves_values_alone() -> None:
    """A watch called « Eau : urgence » or a link keeps its own spaces."""
    said = Language("fr").say("{watch}: {level} since {since}", watch="A : b", level="X", since="9")
    assert said == f"A : b{NARROW}: X depuis 9"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=1), "1 heure"),
        (timedelta(seconds=90), "90 secondes"),
        (timedelta(minutes=1), "1 minute"),
    ],
)
def test_durations_agree_in_number(length: timedelta, said: str) -> None:
    """One hour, two hours."""
    assert Language("fr").duration(length) == said
