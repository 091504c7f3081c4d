"""What a post does, by rules one can read."""

import pytest

from vigie.detection.nature import nature_of
from vigie.domain.assessment import Sentiment, Target
from vigie.domain.incident import Level, Nature
from vigie.domain.post import Kind
from vigie.domain.watch import MatchRule, Threshold, Thresholds, Watch
from vigie.testing.builders import (
    ABUSIVE,
    CIVIL,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    a_post,
    an_assessment,
)

WATCH = Watch(
    id="sourcebelle",
    name="Sourcebelle",
    match=(MatchRule(words=("sourcebelle",)),),
    thresholds=Thresholds(levels={Level.JAUNE: (Threshold(posts=9),)}),
)
UNSURE = Sentiment(negative=0.6, neutral=0.3, positive=0.1)


def told(
    text: str, sentiment: Sentiment = NEUTRAL, kind: Kind = Kind.MENTION, *, abuse: bool = False
) -> Nature:
    """Return what the rules tell of a text."""
    assessment = an_assessment(
        a_post(text=text, kind=kind),
        sentiment=sentiment,
        toxicity=ABUSIVE if abuse else CIVIL,
        target=Target.GROUP if abuse else Target.NOBODY,
    )
    return nature_of(assessment, WATCH)


@pytest.mark.parametrize(
    ("text", "sentiment", "kind", "nature"),
    [
        ("Merci à toute l'équipe", NEUTRAL, Kind.COMMENT, Nature.SUPPORT),
        ("Quelle journée", POSITIVE, Kind.MENTION, Nature.SUPPORT),
        ("Où est passé l'argent, Sourcebelle ?", NEUTRAL, Kind.MENTION, Nature.CRITICISM),
        ("Sourcebelle, shame on you", NEGATIVE, Kind.MENTION, Nature.CRITICISM),
        ("C'est une honte", NEGATIVE, Kind.COMMENT, Nature.CRITICISM),
        ("C'est une honte", NEGATIVE, Kind.MENTION, Nature.OTHER),
        ("Vous ne répondez jamais", UNSURE, Kind.COMMENT, Nature.CRITICISM),
        ("Il pleut encore", UNSURE, Kind.COMMENT, Nature.OTHER),
        ("Lamentable", NEGATIVE, Kind.COMMENT, Nature.CRITICISM),
        ("« Dehors les pauvres », c'est une honte", NEGATIVE, Kind.COMMENT, Nature.OTHER),
        ('Votre "plan de réponse", une honte', NEGATIVE, Kind.COMMENT, Nature.CRITICISM),
        ("Sourcebelle “satisfaite”, quelle honte", NEGATIVE, Kind.MENTION, Nature.CRITICISM),
        ("Le site ne marche pas", NEGATIVE, Kind.COMMENT, Nature.FAULT),
        ("The form is down, error 502", NEUTRAL, Kind.MENTION, Nature.FAULT),
        ("Terrible incendie, des victimes", NEGATIVE, Kind.MENTION, Nature.INFORMATION),
        ("Pensées aux familles", NEGATIVE, Kind.COMMENT, Nature.INFORMATION),
        ("Ouverture demain https://journal.example/a", NEUTRAL, Kind.MENTION, Nature.INFORMATION),
        ("À quelle heure, demain ?", NEUTRAL, Kind.COMMENT, Nature.OTHER),
    ],
)
def test_the_nature_of_a_civil_text(
    text: str, sentiment: Sentiment, kind: Kind, nature: Nature
) -> None:
    """By its words first, then by its sentiment; under our own page more is about us."""
    assert told(text, sentiment, kind) is nature


def test_an_accusation_in_a_catastrophe_is_criticism() -> None:
    """Whoever names us in it means us."""
    text = "Des morts par la faute de Sourcebelle"
    assert told(text, NEGATIVE) is Nature.CRITICISM


def test_thanks_that_quote_a_hard_word_are_thanks() -> None:
    """Sentiment outweighs the word."""
    assert told("Sourcebelle, quelle honte de vous critiquer", POSITIVE) is Nature.SUPPORT


@pytest.mark.parametrize(
    ("text", "kind", "nature"),
    [
        ("Sourcebelle, bande de rats", Kind.MENTION, Nature.ATTACK),
        ("Vous êtes des rats", Kind.COMMENT, Nature.ATTACK),
        ("Vous êtes des rats", Kind.MENTION, Nature.OTHER),
    ],
)
def test_abuse_is_an_attack_only_where_it_is_about_us(
    text: str, kind: Kind, nature: Nature
) -> None:
    """By name, or by address below what we have published."""
    assert told(text, NEUTRAL, kind, abuse=True) is nature


def test_what_has_no_scores_has_no_nature() -> None:
    """Nobody has read it."""
    assessment = an_assessment(a_post(text="Sourcebelle, honte à vous"))
    unread = type(assessment)(
        post=assessment.post, scores=None, model=assessment.model, assessed=assessment.assessed
    )
    assert nature_of(unread, WATCH) is Nature.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Profitez de la journée portes ouvertes de Sourcebelle samedi",
        "Sourcebelle opens a wastewater plant in Valmont",
        "Où va Sourcebelle cet été ?",
        "Un drone vole au-dessus du puits de Sourcebelle",
        "Sourcebelle sera là samedi, sans faute",
        "Sourcebelle lance sa campagne contre le harcèlement",
        "Sourcebelle fights corruption in the water trade",
    ],
)
def test_an_announcement_that_holds_a_hard_word_is_no_criticism(text: str) -> None:
    """Words that accuse nobody, and what somebody stands up against."""
    assert told(text) is Nature.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Sourcebelle vole l'argent des dons",
        "Où va l'argent de Sourcebelle ?",
        "Sourcebelle : une faute professionnelle",
        "Corruption chez Sourcebelle, et tout le monde se tait",
    ],
)
def test_an_accusation_without_a_feeling_is_criticism(text: str) -> None:
    """The model finds many of them neutral."""
    assert told(text) is Nature.CRITICISM
