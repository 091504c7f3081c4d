"""Spam by rules: careful, since people repeat themselves and quote sources."""

import pytest

from vigie.moderation.spam import is_spam


@pytest.mark.parametrize(
    "text",
    [
        "Gagnez vite https://a.example http://b.example www.c.example",
        "HTTP://A.EXAMPLE HTTP://B.EXAMPLE WWW.C.EXAMPLE",
        "crédit facile crédit rapide crédit Crédit CRÉDIT crédit maintenant crédit",
    ],
)
def test_many_links_or_one_word_over_and_over_are_spam(text: str) -> None:
    """Three links, or one word in half of a longer comment, whatever the case."""
    assert is_spam(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🙏🙏🙏🙏🙏🙏🙏🙏🙏🙏",
        "Merci merci merci !",
        "Non non non non non non non",
        "Deux sources : https://a.example/rapport et https://b.example/comptes",
        "Où est l'argent ? Où sont les puits ? Où est le rapport promis l'an dernier ?",
        "honte à vous, honte à votre direction, honte à ceux qui ferment les yeux",
        "www wwww http https sans lien",
    ],
)
def test_people_who_repeat_themselves_or_give_sources_are_not_spam(text: str) -> None:
    """Criticism with two sources, thanks said thrice and anaphora stay."""
    assert not is_spam(text)
