"""The model of the repository: sane, whole, small, and no torch behind it."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import classifiers
from classifiers.classifier import TextClassifier
from classifiers.load import load_classifier
from classifiers.manifest import read_manifest
from classifiers.thresholds import hide_thresholds
from config.settings import Classifier
from tests.models.without_torch import WITHOUT_TORCH
from vigie.domain.assessment import Category
from vigie.errors import Misconfigured

MODEL = Path(classifiers.__file__).parent / "model"


@pytest.fixture(scope="module")
def classifier() -> TextClassifier:
    """Load the shipped model once."""
    return load_classifier(Classifier())


@pytest.mark.parametrize(("name", "most"), [("model", 45_000_000), ("model-fast", 32_000_000)])
def test_the_weights_fit_the_repository(name: str, most: int) -> None:
    """So that a clone stays quick."""
    assert (MODEL.with_name(name) / "model.onnx").stat().st_size <= most


def test_a_french_thank_you_is_positive(classifier: TextClassifier) -> None:
    """Praise raises no alarm."""
    (scores,) = classifier.classify(["Merci beaucoup, vous êtes formidables !"], ["fr"])
    assert scores.sentiment.positive > max(scores.sentiment.negative, scores.sentiment.neutral)


def test_an_insult_is_more_toxic_than_civil_criticism(classifier: TextClassifier) -> None:
    """The line that the whole project stands on."""
    insult, criticism = classifier.classify(
        ["T'es qu'un gros connard.", "Votre gestion des dons manque de transparence."], ["fr", "fr"]
    )
    assert insult.toxicity.toxic is not None
    assert criticism.toxicity.toxic is not None
    assert insult.toxicity.toxic > criticism.toxicity.toxic + 0.3


@pytest.mark.parametrize("at", ["begin", "end"])
def test_abuse_in_a_long_letter_counts_wherever_it_stands(
    classifier: TextClassifier, at: str
) -> None:
    """Sixty polite words before it do not hide it, nor make a polite letter abuse."""
    polite = (
        "Je vous écris au sujet de la collecte de samedi, où il y avait beaucoup de monde. " * 12
    )
    abuse = "Vous êtes une bande de gros connards, allez tous crever, sales ordures. " * 2
    letter = abuse + polite if at == "begin" else polite + abuse
    insulting, harmless = classifier.classify([letter, polite], ["fr", "fr"])
    assert insulting.toxicity.toxic is not None
    assert harmless.toxicity.toxic is not None
    assert insulting.toxicity.toxic > 0.5 > harmless.toxicity.toxic


def test_what_has_no_data_is_unknown(classifier: TextClassifier) -> None:
    """No Arabic label of insult, no value; nor any value in a language without heads."""
    french, arabic, spanish, undecided = classifier.classify(
        ["Merci pour tout", "شكرا لكم على كل شيء", "Gracias por todo", "ok"],
        ["fr", "ar", "es", None],
    )
    assert french.toxicity.known().keys() == set(Category)
    assert arabic.toxicity.known().keys() == {Category.TOXIC, Category.IDENTITY_ATTACK}
    assert spanish.toxicity.known() == {}
    assert undecided.language is None
    assert undecided.toxicity.known().keys() == french.toxicity.known().keys()


def test_a_text_without_language_gets_one(classifier: TextClassifier) -> None:
    """And then the heads of that language speak."""
    (scores,) = classifier.classify(["Merci à toute l'équipe pour votre aide"], [None])
    assert scores.language == "fr"
    assert scores.toxicity.toxic is not None


def test_an_empty_text_is_neutral_and_otherwise_unknown(classifier: TextClassifier) -> None:
    """Nothing said, nothing known."""
    (scores,) = classifier.classify(["  \x00 "], ["fr"])
    assert scores.sentiment.neutral == 1.0
    assert scores.toxicity.known() == {}


def test_a_megabyte_takes_no_time(classifier: TextClassifier) -> None:
    """The string is cut before anything reads it."""
    begin = time.perf_counter()
    classifier.classify(["Votre campagne est honteuse. " * 36_000], [None])
    assert time.perf_counter() - begin < 2.0


def test_hide_thresholds_exist_only_where_heads_ship() -> None:
    """The policy reads what the card states."""
    thresholds = hide_thresholds(MODEL)
    manifest = read_manifest(MODEL)
    assert (Category.SEXUAL, "de") not in thresholds
    assert (Category.TOXIC, "fr") in thresholds
    for (category, language), threshold in thresholds.items():
        assert category in manifest.available(language)
        assert 0.0 < threshold.value < 1.0


def test_every_threshold_comes_with_its_evidence() -> None:
    """Each threshold states how many negatives it was chosen on."""
    thresholds = [head.threshold for head in read_manifest(MODEL).heads if head.threshold]
    assert all(one.negatives >= 40 for one in thresholds)
    assert all(one.negatives >= 500 for one in thresholds if one.supported)


def test_a_head_taught_by_our_own_texts_alone_is_not_proven() -> None:
    """Nobody else's French texts are labelled as sexual, so a second witness must confirm it."""
    thresholds = hide_thresholds(MODEL)
    assert not thresholds[Category.SEXUAL, "fr"].proven
    assert thresholds[Category.TOXIC, "fr"].proven


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy the shipped model, to be damaged."""
    return shutil.copytree(MODEL, tmp_path / "model")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    """The sentence says what to do."""
    (copied / name).unlink()
    with pytest.raises(Misconfigured, match=rf"{name} is missing: install the model again"):
        load_classifier(Classifier(model=str(copied)))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused(copied: Path, name: str) -> None:
    """One byte more, and the version would be a lie."""
    with (copied / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(Misconfigured, match=r"is not the file its config\.json was written for"):
        load_classifier(Classifier(model=str(copied)))


def test_a_folder_of_no_model_is_named(tmp_path: Path) -> None:
    """A wrong path in the settings is found at start."""
    with pytest.raises(Misconfigured, match=r"no config\.json in"):
        load_classifier(Classifier(model=str(tmp_path)))


def test_the_model_runs_where_torch_is_not_installed() -> None:
    """A default install has no torch; here its import is made to fail."""
    code = f"""{WITHOUT_TORCH}
from classifiers.load import load_classifier
from config.settings import Classifier
(scores,) = load_classifier(Classifier()).classify(["Merci !"], ["fr"])
print(scores.sentiment.positive > 0.5, "torch" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["True", "False"], run.stderr
