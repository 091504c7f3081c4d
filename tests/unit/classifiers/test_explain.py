"""The words that weigh are those without which the score is another."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.engines import Probabilities
from classifiers.explain import MAX_PARTS, explain, split
from classifiers.text import normalise
from vigie.domain.assessment import Category, ModelRef

ABUSE = {"connard": 6.0, "gros": 1.0, "merci": -3.0, "bête": 1.5}
JOY = {"merci": 4.0, "honteux": -4.0}


class WordCounter:
    """An engine that adds up what words weigh, as a logistic regression does."""

    def __init__(self, abuse: Mapping[str, float], joy: Mapping[str, float]) -> None:
        self._abuse = abuse
        self._joy = joy
        self.calls: list[list[tuple[str, str | None]]] = []

    @property
    def model(self) -> ModelRef:
        """Id and version of the model."""
        return ModelRef("word-counter", "1")

    @property
    def categories(self) -> frozenset[Category]:
        """It knows one."""
        return frozenset({Category.INSULT})

    def speaks(self, language: str | None) -> bool:
        """Say whether it is French."""
        return language == "fr"

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Return sentiment in any language, and insults in French."""
        self.calls.append(list(zip(texts, languages, strict=True)))
        said = Probabilities.unknown(len(texts))
        for row, (text, language) in enumerate(self.calls[-1]):
            joy = _sigmoid(self._sum(self._joy, text))
            shares = np.array([1 - joy, 0.25, joy])
            said.sentiment[row] = shares / shares.sum()
            if language == "fr":
                column = list(Category).index(Category.INSULT)
                said.toxicity[row, column] = _sigmoid(self._sum(self._abuse, text) - 2)
        return said

    @staticmethod
    def _sum(weights: Mapping[str, float], text: str) -> float:
        return sum(weights.get(word.strip("!.,").lower(), 0.0) for word in text.split())


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


@pytest.fixture
def engine() -> WordCounter:
    """Return an engine of which one knows what every word weighs."""
    return WordCounter(ABUSE, JOY)


def test_the_word_that_makes_the_score_comes_first_with_the_score_without_it(
    engine: WordCounter,
) -> None:
    """« sans ce mot le score passe de 0,99 à 0,27 »."""
    told = explain(engine, "Quel gros connard !", "fr")
    assert told is not None
    assert (told.head, round(told.score, 2)) == ("insult", 0.99)
    assert [weight.words for weight in told.weights] == ["connard !", "gros", "Quel"]
    assert told.weights[0].without == pytest.approx(_sigmoid(-1.0), abs=1e-6)


def test_a_word_that_lowers_the_score_has_a_negative_effect(engine: WordCounter) -> None:
    """The sign says in which direction a word pulls."""
    told = explain(engine, "merci connard", "fr")
    assert told is not None
    effects = {weight.words: told.effect(weight) for weight in told.weights}
    assert effects["merci"] < 0 < effects["connard"]


def test_below_a_half_it_is_the_sentiment_that_is_explained(engine: WordCounter) -> None:
    """Nobody asks why a thank-you is not abuse."""
    told = explain(engine, "Merci à vous", "fr")
    assert told is not None
    assert (told.head, told.weights[0].words) == ("positive", "Merci")


def test_where_no_head_speaks_the_language_the_sentiment_is_left(engine: WordCounter) -> None:
    """Of a head that is unknown there is nothing to explain."""
    told = explain(engine, "connard honteux", "de")
    assert told is not None
    assert told.head == "negative"


def test_every_variant_is_judged_in_one_call_and_in_the_language_of_the_whole(
    engine: WordCounter,
) -> None:
    """A word less must not turn French into something else."""
    explain(engine, "gros connard bête", "fr")
    (call,) = engine.calls
    assert call == [
        ("gros connard bête", "fr"),
        ("connard bête", "fr"),
        ("gros bête", "fr"),
        ("gros connard", "fr"),
    ]


def test_a_single_word_has_a_score_and_no_weights(engine: WordCounter) -> None:
    """Without it there would be no text."""
    told = explain(engine, "connard", "fr")
    assert told is not None
    assert told.weights == ()
    assert told.score > 0.9


@pytest.mark.parametrize("text", ["", " \x00\n "])
def test_of_an_empty_text_nothing_is_explained(engine: WordCounter, text: str) -> None:
    """And the engine is not asked."""
    assert explain(engine, text, "fr") is None
    assert engine.calls == []


def test_of_a_text_that_the_model_broke_on_nothing_is_explained() -> None:
    """A number that is none explains nothing."""
    broken = WordCounter(ABUSE, dict.fromkeys(["merci"], math.nan))
    assert explain(broken, "merci à vous", "de") is None


class BreaksWithoutConnard(WordCounter):
    """Gives no number for a text that lacks the word."""

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Return the same, with gaps."""
        said = super().probabilities(texts, languages)
        said.toxicity[["connard" not in text for text in texts]] = np.nan
        return said


def test_a_variant_that_the_model_broke_on_is_left_out() -> None:
    """The other words still have their weights."""
    told = explain(BreaksWithoutConnard(ABUSE, JOY), "connard bête", "fr")
    assert told is not None
    assert [weight.words for weight in told.weights] == ["bête"]


def test_a_handle_is_seen_as_the_model_sees_it(engine: WordCounter) -> None:
    """Texts are normalised before they are cut into words."""
    told = explain(engine, "@quelquun connard", "fr")
    assert told is not None
    assert {weight.words for weight in told.weights} == {"@user", "connard"}


@given(st.lists(st.sampled_from(["mot", "!", "«", "long-mot", "❤️", "…"]), max_size=300))
def test_the_parts_of_any_text_are_few_and_make_it_up_again(words: list[str]) -> None:
    """Nothing is left out, nothing comes twice, and a long text costs no more than a short one."""
    text = normalise(" ".join(words))
    parts = split(text)
    assert len(parts) <= MAX_PARTS
    assert " ".join(parts) == text
