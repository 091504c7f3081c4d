"""Every classifier answers each text once, in order, and keeps quiet about what it cannot know."""

from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.load import load_classifier
from config.settings import Classifier as Section
from vigie.ports import Classifier
from vigie.testing.classifier import FakeClassifier

ODD_TEXTS = {
    "empty": "",
    "spaces": " \t\n ",
    "emoji only": "❤️🙏🏽👏",
    "zero bytes": "mer\x00ci\x00",
    "lone surrogate": "quelle \ud83d honte",
    "right to left": "شكرا جزيلا لكم",
    "one character": "a",
    "a million characters": "merci " * 170_000,
    "a million without a space": "é" * 1_000_000,
}


def shipped() -> Classifier:
    """Load the model of the repository."""
    return load_classifier(Section(cache=0))


@pytest.fixture(scope="module", params=[FakeClassifier, shipped], ids=["fake", "shipped"])
def classifier(request: pytest.FixtureRequest) -> Classifier:
    """One classifier behind the port."""
    return cast("Classifier", request.param())


def test_a_classifier_says_which_model_speaks(classifier: Classifier) -> None:
    """Id and version ride on every decision, so neither may be empty."""
    assert classifier.model.id
    assert classifier.model.version


def test_no_texts_get_no_scores(classifier: Classifier) -> None:
    """An empty batch is no error."""
    assert classifier.classify([], []) == []


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_texts_get_scores_like_any_other(classifier: Classifier, text: str) -> None:
    """Whatever a platform sends, the classifier answers with probabilities."""
    (scores,) = classifier.classify([text], ["fr"])
    tone = scores.sentiment
    assert tone.negative + tone.neutral + tone.positive == pytest.approx(1.0, abs=1e-5)
    assert all(0.0 <= value <= 1.0 for value in scores.toxicity.known().values())


def test_the_language_of_the_post_is_believed(classifier: Classifier) -> None:
    """A platform that names the language knows better than a guess."""
    (scores,) = classifier.classify(["merci beaucoup"], ["fr"])
    assert scores.language == "fr"


def test_scores_come_in_the_order_of_the_texts(classifier: Classifier) -> None:
    """Batches are sorted by length inside; nobody outside may notice."""
    texts = ["Merci !", "C'est honteux, " * 20, "Merci à toute l'équipe, vous êtes formidables"]
    together = classifier.classify(texts, ["fr"] * 3)
    alone = [classifier.classify([text], ["fr"])[0] for text in texts]
    for one, other in zip(together, alone, strict=True):
        assert one.sentiment.negative == pytest.approx(other.sentiment.negative, abs=0.1)
        assert one.sentiment.positive == pytest.approx(other.sentiment.positive, abs=0.1)


def test_unequal_numbers_of_texts_and_languages_are_refused(classifier: Classifier) -> None:
    """A silent cut would shift every score by one."""
    with pytest.raises(ValueError, match="argument"):
        classifier.classify(["merci", "encore"], ["fr"])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.text(st.characters(codec=None), max_size=60), max_size=5))
def test_any_text_gets_one_answer(classifier: Classifier, texts: list[str]) -> None:
    """No string that Python can hold makes a classifier fail."""
    assert len(classifier.classify(texts, [None] * len(texts))) == len(texts)
