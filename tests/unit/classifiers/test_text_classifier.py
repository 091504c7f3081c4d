"""What is said of a text beyond numbers: its language, who is attacked, why there is silence."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cache import DuplicateCache
from classifiers.classifier import TextClassifier
from classifiers.engines import Probabilities
from classifiers.language import Identified
from vigie.domain.assessment import (
    Category,
    ModelRef,
    Scores,
    Sentiment,
    Target,
    Toxicity,
    Unknown,
)

NOTHING_SAID = Sentiment(0.0, 1.0, 0.0)
FRENCH = Identified("fr", 0.9)


class Scripted:
    """An engine that knows French, breaks on « casse », and keeps what it was asked."""

    model = ModelRef("scripted", "1")

    def __init__(self, categories: frozenset[Category] = frozenset({Category.TOXIC})) -> None:
        self.categories = categories
        self.asked: list[tuple[str, str | None]] = []

    def speaks(self, language: str | None) -> bool:
        """French only."""
        return language == "fr"

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Answer by the text's first letter; « mute » has no sentiment."""
        self.asked += zip(texts, languages, strict=True)
        said = Probabilities.unknown(len(texts))
        for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
            if text in {"casse", "mute"}:
                continue
            said.sentiment[row] = 0.5, 0.25, 0.25
            if self.speaks(language) and self.categories:
                said.toxicity[row, 0] = 0.75
                said.target[row] = (0.1, 0.2, 0.7) if text.startswith("g") else (0.7, 0.2, 0.1)
        return said


@pytest.fixture
def engine() -> Scripted:
    """One engine that knows a category."""
    return Scripted()


def classify(
    engine: Scripted, text: str, language: str | None = "fr", found: Identified = FRENCH
) -> Scores:
    """Classify one text where the language is always identified as *found*."""
    classifier = TextClassifier(engine, lambda _: found, DuplicateCache(0), "fr")
    (scores,) = classifier.classify([text], [language])
    return scores


def test_a_known_text_has_numbers_a_target_and_no_excuse(engine: Scripted) -> None:
    """The usual case."""
    assert classify(engine, "bonjour") == Scores(
        Sentiment(0.5, 0.25, 0.25), Toxicity(toxic=0.75), "fr", target=Target.NOBODY
    )
    assert classify(engine, "groupe").target is Target.GROUP


@pytest.mark.parametrize("text", ["", "   ", "\x00\n"])
def test_an_empty_text_says_so_and_costs_no_run(engine: Scripted, text: str) -> None:
    """There is nothing to read."""
    scores = classify(engine, text)
    assert (scores.sentiment, scores.toxicity) == (NOTHING_SAID, Toxicity())
    assert scores.unknown is Unknown.EMPTY
    assert engine.asked == []


def test_a_language_without_heads_keeps_its_sentiment_and_says_why_it_is_silent(
    engine: Scripted,
) -> None:
    """The base is multilingual, the heads for abuse are not."""
    scores = classify(engine, "guten tag", "de")
    assert scores == Scores(Sentiment(0.5, 0.25, 0.25), Toxicity(), "de", unknown=Unknown.LANGUAGE)


def test_a_text_of_an_undecided_language_is_read_as_in_the_one_set_for_it(engine: Scripted) -> None:
    """« connard » is too short to tell; its scores are worth seeing, and no language vouches."""
    scores = classify(engine, "mdr", None, Identified(None, 0.3))
    assert (scores.language, scores.confidence, scores.unknown) == (None, 0.3, None)
    assert scores.toxicity.toxic == 0.75


def test_an_undecided_language_that_the_model_lacks_keeps_the_heads_silent(
    engine: Scripted,
) -> None:
    """As a language that is known to be that one."""
    nobody = Identified(None, 0.0)
    classifier = TextClassifier(engine, lambda _: nobody, DuplicateCache(0), "de")
    (scores,) = classifier.classify(["mdr"], [None])
    assert (scores.language, scores.unknown) == (None, Unknown.LANGUAGE)
    assert scores.toxicity == Toxicity()


def test_a_text_that_the_model_broke_on_is_neutral_and_marked(engine: Scripted) -> None:
    """Never a crash, never a hide, never a negative post that nobody wrote."""
    scores = classify(engine, "casse")
    assert scores == Scores(NOTHING_SAID, Toxicity(), "fr", unknown=Unknown.MODEL)


def test_a_model_that_is_not_asked_in_a_language_did_not_break(engine: Scripted) -> None:
    """Somebody else's model with languages of its own keeps silent altogether."""
    assert classify(engine, "mute", "de").unknown is Unknown.LANGUAGE


def test_a_model_of_sentiment_only_is_silent_by_nature() -> None:
    """No excuse is needed for heads that no text could have."""
    scores = classify(Scripted(frozenset()), "bonjour")
    assert (scores.toxicity, scores.target, scores.unknown) == (Toxicity(), None, None)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_category_that_is_no_number_is_unknown(number: float) -> None:
    """Infinity is above every threshold and must reach none."""

    class Unbound(Scripted):
        def probabilities(
            self, texts: Sequence[str], languages: Sequence[str | None]
        ) -> Probabilities:
            said = super().probabilities(texts, languages)
            said.toxicity[:, 1] = number
            return said

    assert classify(Unbound(), "bonjour").toxicity == Toxicity(toxic=0.75)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fr-CA", "fr"), ("FR_fr", "fr"), ("de", "de"), (" en ", "en")],
)
def test_the_language_of_the_post_is_believed(engine: Scripted, tag: str, language: str) -> None:
    """Without its region, and without any confidence of ours."""
    scores = classify(engine, "bonjour", tag, Identified("it", 1.0))
    assert (scores.language, scores.confidence) == (language, None)


@pytest.mark.parametrize("tag", [None, "", "und", "zxx", "mul"])
def test_a_tag_that_names_no_language_is_none(engine: Scripted, tag: str | None) -> None:
    """Platforms write « und » where they could not tell; we try ourselves."""
    scores = classify(engine, "bonjour", tag, Identified("fr", 0.8))
    assert (scores.language, scores.confidence) == ("fr", 0.8)
    assert scores.toxicity.toxic == 0.75


def test_the_engine_sees_normalised_texts_in_their_languages(engine: Scripted) -> None:
    """As it saw them in training."""
    classify(engine, "@quelqu_un  vu sur https://exemple.fr", "fr-CA")
    assert engine.asked == [("@user vu sur http", "fr")]


def test_copies_are_judged_once_by_what_the_model_would_see(engine: Scripted) -> None:
    """A raid that only changes whom it shouts at is one text."""
    lookups: list[tuple[int, int]] = []
    cache = DuplicateCache(10, lambda hits, misses: lookups.append((hits, misses)))
    classifier = TextClassifier(engine, lambda _: FRENCH, cache, "fr")
    scores = classifier.classify([f"@ong_{row} dehors" for row in range(5)], ["fr"] * 5)
    again = classifier.classify(["@autre dehors"], ["fr"])
    assert engine.asked == [("@user dehors", "fr")]
    assert len({*scores, *again}) == 1
    assert lookups == [(4, 1), (1, 0)]


def test_unequal_numbers_of_texts_and_languages_are_refused(engine: Scripted) -> None:
    """A silent cut would shift every score by one."""
    classifier = TextClassifier(engine, lambda _: FRENCH, DuplicateCache(0), "fr")
    with pytest.raises(ValueError, match="argument"):
        classifier.classify(["un", "deux"], ["fr"])


@given(st.lists(st.tuples(st.text(st.characters(codec=None)), st.sampled_from(["fr", "de", None]))))
def test_silence_always_has_a_reason_and_never_a_category(
    posts: list[tuple[str, str | None]],
) -> None:
    """Whatever text comes, what is marked unknown can hide nothing."""
    classifier = TextClassifier(
        Scripted(), lambda _: Identified(None, 0.0), DuplicateCache(4), "fr"
    )
    scores = classifier.classify([text for text, _ in posts], [said for _, said in posts])
    assert len(scores) == len(posts)
    for one in scores:
        assert (one.toxicity == Toxicity()) == (one.unknown is not None)
        assert one.unknown is None or one.target is None
