"""Which expressions confirm what a model suspects."""

import pytest

from vigie.moderation.insults import insults_openly


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bande de voleurs de merde", "fr"),
        ("TÊTES DE CONS", "fr"),
        ("allez vous faire enculer", "fr"),
        ("vous êtes des ordures", "fr"),
        ("Kill yourselves", "en"),
        ("rot in hell, all of you", "en"),
    ],
)
def test_unmistakable_expressions_are_seen_without_case_and_accents(
    text: str, language: str
) -> None:
    """As people type them."""
    assert insults_openly(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "C'est une honte, un scandale",
        "Merde alors, quelle nouvelle",
        "Vous prenez les gens pour des imbéciles",
        "Les gens crevaient de faim",
        "On crève de soif et ces incapables s'en foutent, honte à vous",
        "Le camion a trois heures de retard et un pneu crevé",
        "Le puits est rempli d'ordures et de déchets humains",
        "C'est débile, cette réunion",
        "Il a été tué, c'est l'horreur",
        "La concession du puits",
    ],
)
def test_anger_testimony_emergencies_and_parts_of_words_are_not(text: str) -> None:
    """Criticism and sorrow hold hard words about things."""
    assert not insults_openly(text, "fr")


def test_a_list_speaks_for_its_own_language_only() -> None:
    """And a language without a list has no witness."""
    assert not insults_openly("fuck you", "fr")
    assert not insults_openly("fuck you", None)
