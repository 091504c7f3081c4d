"""The language of a text whose post brings none, without any network."""

import socket

import pytest

from classifiers.language import LanguageIdentifier, primary_language


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    """One identifier: it loads its model once."""
    return LanguageIdentifier()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Merci beaucoup pour tout ce que vous faites", "fr"),
        ("Where does the money of the donors go?", "en"),
        ("C'EST UNE HONTE ABSOLUE", "fr"),
        ("@user Vous êtes formidables ❤️ https://exemple.fr", "fr"),
        ("Ihr solltet euch schämen für diese Kampagne", "de"),
    ],
)
def test_a_sentence_names_its_language(
    identifier: LanguageIdentifier, text: str, language: str
) -> None:
    """Handles, links, capitals and emoji do not hide the language."""
    assert identifier.identify(text).language == language


@pytest.mark.parametrize(
    "text", ["", "ok", "❤️🙏", "12 345 678 901 234", "@user @user http", "mdr!"]
)
def test_too_little_text_has_no_language(identifier: LanguageIdentifier, text: str) -> None:
    """Below ten letters a guess is wrong too often to be made."""
    assert identifier.identify(text) == (None, 0.0)


def test_a_sentence_is_surer_than_a_medley(identifier: LanguageIdentifier) -> None:
    """The confidence is that of the likeliest language, from 0 to 1."""
    sure = identifier.identify("Merci beaucoup pour tout ce que vous faites")
    unsure = identifier.identify("ok super nice merci thanks gracias danke")
    assert 0.0 <= unsure.confidence < sure.confidence <= 1.0
    assert sure.confidence > 0.9


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("EN_us", "en"),
        ("swh", "sw"),
        ("fra", "fr"),
        ("gcf", "gcf"),
        ("", None),
        ("und", None),
        ("French", None),
        ("[/b]", None),
        ("\ud800\x1b", None),
        ("fr" * 1_000_000, None),
        (None, None),
    ],
)
def test_a_tag_names_a_language_or_none(tag: str | None, language: str | None) -> None:
    """Regions do not matter; « undetermined », and what is no code at all, is no language."""
    assert primary_language(tag) == language


def test_identifying_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The larger model that the library can download is never asked for."""

    def refuse(*_arguments: object, **_options: object) -> None:
        message = "the network was asked"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert LanguageIdentifier().identify("Merci beaucoup pour votre aide").language == "fr"
