"""Which expressions confirm what a model suspects."""

import pytest

from vigie.moderation.insults import insults_openly


@pytest.mark.parametrize(
    "text",
    [
        "Bande de voleurs de merde",
        "TÊTES DE CONS",
        "allez vous faire enculer",
        "Kill yourselves",
        "rot in hell, all of you",
    ],
)
def test_unmistakable_expressions_are_seen_without_case_and_accents(text: str) -> None:
    """As people type them."""
    assert insults_openly(text)


@pytest.mark.parametrize(
    "text",
    [
        "C'est une honte, un scandale",
        "Merde alors, quelle nouvelle",
        "Vous prenez les gens pour des imbéciles",
        "Les gens crevaient de faim",
        "Il a été tué, c'est l'horreur",
        "What a shame, you lied to us",
        "La concession du puits",
    ],
)
def test_anger_emergencies_and_parts_of_words_are_not(text: str) -> None:
    """Criticism and sorrow hold hard words about things."""
    assert not insults_openly(text)
