"""What is printed of a text fits a small terminal, is honest, and cannot steer it."""

from dataclasses import replace
from typing import Final

import pytest
from rich.console import Console

from classifiers.explain import Explanation, Weight
from vigie.commands.score_view import Judged, plain, view
from vigie.commands.verdict import decide
from vigie.commands.wording import Wording
from vigie.domain.action import HideThreshold
from vigie.domain.assessment import Category, Scores, Sentiment, Target, Toxicity, Unknown
from vigie.testing.builders import MODEL, NEGATIVE

THRESHOLDS: Final = {
    (Category.TOXIC, "fr"): HideThreshold(0.9, proven=True),
    (Category.INSULT, "fr"): HideThreshold(0.8, proven=False),
    (Category.THREAT, "fr"): HideThreshold(0.7, proven=True),
}
SCORES: Final = Scores(
    Sentiment(0.96, 0.03, 0.01),
    Toxicity(toxic=0.95, insult=0.85, obscene=0.3, threat=0.1),
    "fr",
    target=Target.PERSON,
    confidence=0.98,
)
EXPLANATION: Final = Explanation("toxic", 0.95, (Weight("connard", 0.12), Weight("quel", 0.949)))


def shown(
    text: str = "Quel connard",
    scores: Scores = SCORES,
    explanation: Explanation | None = EXPLANATION,
    language: str = "fr",
    width: int = 80,
) -> str:
    """Return what a terminal of this width shows."""
    judged = Judged(
        text, scores, THRESHOLDS, decide(text, scores, THRESHOLDS, MODEL), explanation, MODEL
    )
    console = Console(width=width, record=True, file=None, quiet=False, highlight=False)
    with console.capture() as captured:
        console.print(view(judged, Wording(language), width))
    return captured.get()


def line_of(word: str, output: str) -> str:
    """Return the line that begins with this word."""
    return next(line for line in output.splitlines() if line.strip().startswith(word))


def test_each_head_says_whether_its_threshold_is_reached_and_whether_it_was_measured() -> None:
    """A score without its threshold says nothing about hiding."""
    output = shown()
    assert "seuil 0,900 atteint, mesuré" in line_of("toxique", output)
    assert "seuil 0,800 atteint, non mesuré" in line_of("injure", output)
    assert "sous le seuil 0,700, mesuré" in line_of("menace", output)
    assert "sans seuil" in line_of("obscénité", output)
    assert "inconnu" in line_of("haine identitaire", output)


def test_who_is_attacked_the_language_and_the_verdict_are_told() -> None:
    """Three facts that a hide depends on."""
    output = shown()
    assert "une personne" in line_of("Visé", output)
    assert "français (fr), confiance 0,98" in line_of("Langue", output)
    assert "serait masqué (abuse_above_threshold)" in line_of("En commentaire", output)
    assert f"{MODEL.id} {MODEL.version}" in line_of("Modèle", output)


def test_abuse_that_attacks_nobody_would_not_be_hidden() -> None:
    """The same policy as in service answers."""
    output = shown(scores=replace(SCORES, target=Target.NOBODY))
    assert "serait proposé à une personne (nobody_attacked)" in output
    assert "seuil 0,900 atteint" in output


def test_a_heavy_word_is_told_with_the_score_without_it_and_a_light_one_is_not() -> None:
    """Honest about what was measured: the score without the word."""
    output = shown()
    assert "sans cela 0,95 → 0,12" in line_of("connard", output)
    assert "+0,83" in line_of("connard", output)
    assert "quel " not in output.lower().split("mots qui pèsent")[1]


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ((), "Le texte n’a qu’un mot"),
        ((Weight("un", 0.951), Weight("mot", 0.949)), "Aucun mot, à lui seul, ne change beaucoup"),
    ],
)
def test_where_no_word_weighs_it_is_said(weights: tuple[Weight, ...], said: str) -> None:
    """An empty list would look like an error."""
    assert said in shown(explanation=Explanation("toxic", 0.95, weights))


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (replace(SCORES, unknown=Unknown.EMPTY), "Il n’y a rien à lire ici"),
        (replace(SCORES, unknown=Unknown.MODEL), "aucun chiffre utilisable"),
        (replace(SCORES, unknown=Unknown.LANGUAGE, language=None), "Langue non reconnue"),
        (replace(SCORES, unknown=Unknown.LANGUAGE, language="sw"), "cette langue\u202f: swahili"),
    ],
)
def test_where_the_model_is_silent_a_sentence_says_why(scores: Scores, said: str) -> None:
    """And that nothing would be hidden."""
    output = shown(scores=scores, explanation=None)
    joined = " ".join(line.strip(" ") for line in output.splitlines())
    assert said in joined
    assert "Rien ne serait masqué." in joined


def test_a_text_that_was_not_judged_has_no_bars() -> None:
    """A bar of certainty for nothing would be a lie."""
    output = shown(scores=replace(SCORES, unknown=Unknown.EMPTY), explanation=None)
    assert "négatif" not in output


def test_an_english_person_reads_english() -> None:
    """With decimal points."""
    output = shown(language="en")
    assert "reaches 0.900, measured" in line_of("toxic", output)
    assert "without it 0.95 → 0.12" in line_of("connard", output)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_wider_than_the_terminal_nor_broken_in_two(width: int, language: str) -> None:
    """Eighty columns are what a small window has."""
    long = "Une assez longue phrase, avec bien des mots. " * 20
    output = shown(long, language=language, width=width)
    assert max(map(len, output.splitlines())) <= width
    heads = output.split("Toxi")[1].splitlines()[1:7]
    assert all(line.startswith("  ") for line in heads)


def test_a_text_from_outside_cannot_steer_the_terminal() -> None:
    """No escape sequences, no markup, no lines of its own."""
    output = shown(
        "a\x1b[2Jb [bold]c[/bold]\nd\x9b31me \ud83d",
        scores=replace(SCORES, sentiment=NEGATIVE),
        explanation=Explanation("toxic", 0.95, (Weight("\x1b[31m[/]x", 0.1),)),
    )
    assert "\x1b" not in output
    assert "\x9b" not in output
    assert "[bold]c[/bold] d" in output
    assert "[/]x" in output


def test_a_long_text_is_cut() -> None:
    """Whoever asked knows it."""
    assert plain("a" * 1000) == "a" * 299 + "…"


@pytest.mark.parametrize("width", [40, 60])
def test_a_narrow_terminal_keeps_scores_and_thresholds_whole(width: int) -> None:
    """The bars leave their room to the words."""
    output = shown(width=width)
    assert max(map(len, output.splitlines())) <= width
    assert "█" not in output
    words = output.split()
    assert {"0,950", "0,900", "atteint,", "mesuré"} <= set(words)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("con\u200bnard\ufeff", "connard"),
        ("\x1b[31mrouge\n", "[31mrouge"),
        ("👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_a_text_cannot_steer_the_terminal(text: str, seen: str) -> None:
    """Nor turn the line that it stands on; emoji stay whole."""
    assert plain(text) == seen
