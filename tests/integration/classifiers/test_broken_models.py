"""Networks that break, each a real file that does so: an error with a name, or marked silence."""

import json
import logging
from pathlib import Path

import pytest
import torch

from classifiers.classifier import TextClassifier
from classifiers.engines.shipped import Runtime, open_shipped
from classifiers.engines.torch import failures_named
from classifiers.load import load_classifier
from classifiers.manifest import stamped
from config.settings import Classifier
from tests.models.tiny import BREAKS, describe, write_vigie_model
from vigie.domain.assessment import Scores, Sentiment, Toxicity, Unknown
from vigie.errors import Misconfigured, Transient

SOUND = "merci a tous"
BROKEN = f"merci a {BREAKS}"
NOTHING_SAID = Sentiment(0.0, 1.0, 0.0)


def load(folder: Path) -> TextClassifier:
    """Load the model in *folder* as a worker does, but for its cache."""
    return load_classifier(Classifier(model=str(folder), threads=1, cache=0))


def is_silent(scores: Scores, reason: Unknown) -> bool:
    """Say whether nothing is known and nothing can be hidden, for that reason."""
    silent = (scores.sentiment, scores.toxicity, scores.target) == (NOTHING_SAID, Toxicity(), None)
    return silent and scores.unknown is reason


def test_a_sound_network_answers(tmp_path: Path) -> None:
    """What the others are compared with."""
    (scores,) = load(write_vigie_model(tmp_path)).classify([SOUND], ["fr"])
    assert scores.sentiment.positive == pytest.approx(0.5)
    assert scores.toxicity.known().keys() == {"toxic"}
    assert scores.target == "nobody"
    assert scores.unknown is None


@pytest.mark.parametrize("fault", ["nan", "infinity", "memory for a text"])
def test_a_text_that_breaks_the_network_is_marked_and_others_are_not(
    tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named by its number in the log, never by its words."""
    classifier = load(write_vigie_model(tmp_path, fault))
    texts = [SOUND, BROKEN, SOUND, SOUND, "assez"]
    before, broken, *after = classifier.classify(texts, ["fr"] * 5)
    assert is_silent(broken, Unknown.MODEL)
    assert [scores.unknown for scores in (before, *after)] == [None] * 4
    assert "text_given_up" in caplog.text or "texts_given_up" in caplog.text
    assert BROKEN not in caplog.text


def test_a_batch_without_memory_is_halved_until_it_fits(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Here one text fits at a time."""
    scores = load(write_vigie_model(tmp_path, "memory for two texts")).classify(
        [SOUND, "assez", "oui"], ["fr"] * 3
    )
    assert [one.unknown for one in scores] == [None] * 3
    assert "batch_halved reason=out_of_memory texts=3" in caplog.text


def test_a_library_that_fails_is_tried_again(tmp_path: Path) -> None:
    """What is not this text's fault must not be written down as the text's silence."""
    classifier = load(write_vigie_model(tmp_path, "failure"))
    with pytest.raises(Transient, match="onnxruntime failed"):
        classifier.classify([BROKEN], ["fr"])
    assert classifier.classify([SOUND], ["fr"])[0].unknown is None


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("always nan", "has no number for an ordinary sentence"),
        ("columns", r"array of shape \(1, 4\) where its config.json names 3 columns"),
    ],
)
def test_a_network_that_can_never_answer_refuses_to_start(
    tmp_path: Path, fault: str, sentence: str
) -> None:
    """The warm-up finds it before any post does."""
    with pytest.raises(Misconfigured, match=sentence):
        load(write_vigie_model(tmp_path, fault))


def test_a_start_says_how_long_it_took(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One line, with the model and its version."""
    with caplog.at_level(logging.INFO, logger="classifiers.load"):
        load(write_vigie_model(tmp_path))
    (line,) = [record.getMessage() for record in caplog.records if "warm_up" in record.msg]
    assert line.startswith("model=tiny version=1+")
    assert "warm_up_seconds=" in line


def test_a_file_that_is_no_network_is_named(tmp_path: Path) -> None:
    """Its checksum may be right: whoever wrote it wrote nonsense."""
    write_vigie_model(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no network")
    describe(tmp_path)
    with pytest.raises(Misconfigured, match="onnxruntime cannot read"):
        load(tmp_path)


HAND_WRITTEN = [
    ('"model_type": "bert"', '"model_type": "of tomorrow"'),
    ('"hidden_size": 16', '"hidden_size": "many"'),
    ('"max_pieces": 80', '"max_pieces": -5'),
    ('"threshold": null', '"threshold": {"value": 0.0}'),
    ('["toxic", "insult"', '["toxic", "toxic"'),
]


@pytest.mark.parametrize(("written", "read"), HAND_WRITTEN)
def test_a_configuration_that_makes_no_sense_is_named(
    tmp_path: Path, written: str, read: str
) -> None:
    """Whoever has a model of their own writes it, with a checksum that is right."""
    configuration = write_vigie_model(tmp_path) / "config.json"
    changed = json.dumps(json.loads(configuration.read_text("utf-8"))).replace(written, read)
    assert read in changed
    configuration.write_text(json.dumps(stamped(json.loads(changed))), "utf-8")
    with pytest.raises(Misconfigured, match=r"is not a config|transformers cannot read"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("written", "read"), [*HAND_WRITTEN[:2], ('"positives": 100', '"positives": 101')]
)
def test_a_configuration_changed_by_hand_is_refused(
    tmp_path: Path, written: str, read: str
) -> None:
    """Another threshold under the same version would make every assessment a lie."""
    configuration = write_vigie_model(tmp_path) / "config.json"
    changed = configuration.read_text("utf-8").replace(written, read)
    assert read in changed
    configuration.write_text(changed, "utf-8")
    with pytest.raises(Misconfigured, match="was changed after it was written"):
        load(tmp_path)


def test_torch_needs_the_weights_that_the_configuration_describes(tmp_path: Path) -> None:
    """A network by rote has none."""
    write_vigie_model(tmp_path)
    with pytest.raises(Misconfigured, match=r"holds no network"):
        open_shipped(tmp_path, runtime=Runtime.TORCH)


def test_torch_without_memory_is_told_as_such() -> None:
    """The engines halve their batch on it."""
    with pytest.raises(MemoryError), failures_named():
        torch.empty(2**47)


def test_torch_that_fails_otherwise_is_tried_again() -> None:
    """A lost GPU is no text's fault."""
    with pytest.raises(Transient, match="torch failed"), failures_named():
        torch.zeros(2) @ torch.zeros(3)
