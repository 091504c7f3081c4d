"""Somebody else's model in place of ours, or beside it: real files, random weights."""

import logging
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    PreTrainedTokenizerFast,
)

from classifiers.engines import Engine
from classifiers.engines.windows import cut
from classifiers.load import load_classifier, load_engine
from config.settings import Classifier, Model
from tests.models.tiny import tiny_tokenizer, write_hub_model
from vigie.domain.assessment import Category, Scores, Unknown
from vigie.errors import Misconfigured

TONES = ["negative", "neutral", "positive"]
TEXTS = ["merci a tous", "quelle honte", "ou va notre argent ?"]
FRENCH = ["fr"] * len(TEXTS)
TOXIC = list(Category).index(Category.TOXIC)


def section(folder: Path, **keys: object) -> Classifier:
    """Return the settings for the model in *folder*."""
    return Classifier.model_validate(
        {"model": str(folder), "device": "cpu", "threads": 1, "cache": 0, **keys}
    )


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Write a model of sentiment whose labels are spelt like ours."""
    return write_hub_model(tmp_path / "tone", TONES)


@pytest.fixture
def abuse(tmp_path: Path) -> Path:
    """Write a model of abuse in the manner of XLM-R, with labels of its own."""
    return write_hub_model(
        tmp_path / "abuse", ["TOX", "GROUP"], roberta=True, problem="multi_label_classification"
    )


def network_says(folder: Path, text: str) -> list[float]:
    """Return what transformers itself makes of *text*, as logits."""
    network = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    pieces = tiny_tokenizer().encode(text).ids
    with torch.inference_mode():
        said: list[float] = network(input_ids=torch.tensor([pieces])).logits[0].tolist()
    return said


def test_a_model_with_our_labels_needs_one_line(tone: Path) -> None:
    """And says what transformers says, text by text."""
    scores = load_classifier(section(tone)).classify(TEXTS, FRENCH)
    for text, one in zip(TEXTS, scores, strict=True):
        shares = torch.softmax(torch.tensor(network_says(tone, text)), -1).tolist()
        tones = [one.sentiment.negative, one.sentiment.neutral, one.sentiment.positive]
        assert tones == pytest.approx(shares, abs=1e-5)
        assert (one.toxicity.known(), one.target, one.unknown) == ({}, None, None)
    assert len({one.sentiment for one in scores}) == len(TEXTS)


def test_a_model_of_abuse_beside_one_of_sentiment(tone: Path, abuse: Path) -> None:
    """Each says what it knows; the model's name is both."""
    labels = {"TOX": "toxic"}
    classifier = load_classifier(
        section(tone, also=[{"model": str(abuse), "labels": labels, "device": "cpu"}])
    )
    (scores,) = classifier.classify(TEXTS[:1], ["fr"])
    (expected, _) = torch.sigmoid(torch.tensor(network_says(abuse, TEXTS[0]))).tolist()
    assert scores.toxicity.known() == {Category.TOXIC: pytest.approx(expected, abs=1e-5)}
    assert classifier.model.id == "tone+abuse"
    assert re.fullmatch(r"[0-9a-f]{12}\+[0-9a-f]{12}", classifier.model.version)


def test_our_model_fills_in_what_another_lacks(tone: Path) -> None:
    """Sentiment from the one, abuse from the shipped one on ONNX Runtime."""
    alone = load_engine(section(tone)).probabilities(TEXTS, FRENCH)
    both = load_engine(section(tone, also=[{}])).probabilities(TEXTS, FRENCH)
    np.testing.assert_allclose(both.sentiment, alone.sentiment, atol=1e-5)
    assert np.isfinite(both.toxicity[:, TOXIC]).all()


def test_a_text_in_a_language_of_nobodys_is_marked(tone: Path) -> None:
    """A model that the settings give a language is not asked in another."""
    classifier = load_classifier(section(tone, languages=["fr"]))
    (scores,) = classifier.classify(["guten tag"], ["de"])
    assert scores.unknown is Unknown.LANGUAGE
    assert scores.sentiment.neutral == 1.0


def test_another_model_speaks_where_the_first_is_not_asked(tone: Path, tmp_path: Path) -> None:
    """One for French, one for the rest."""
    rest = write_hub_model(tmp_path / "rest", TONES, seed=8)
    both = load_engine(section(tone, languages=["fr"], also=[{"model": str(rest)}]))
    french, german = both.probabilities([TEXTS[0]] * 2, ["fr", "de"]).sentiment
    for said, folder in ((french, tone), (german, rest)):
        alone = tones_of(load_engine(section(folder)), TEXTS[0])
        assert said.tolist() == pytest.approx(alone, abs=1e-5)


def tones_of(engine: Engine, text: str) -> list[float]:
    """Return the sentiment of a text."""
    said: list[float] = engine.probabilities([text], ["fr"]).sentiment[0].tolist()
    return said


def test_independent_labels_can_be_said_to_be_so(tone: Path) -> None:
    """Where the model's own configuration does not say it."""
    said = load_engine(section(tone, outputs="sigmoid")).probabilities(TEXTS[:1], ["fr"])
    each = torch.sigmoid(torch.tensor(network_says(tone, TEXTS[0])))
    assert said.sentiment[0].tolist() == pytest.approx((each / each.sum()).tolist(), abs=1e-5)


def test_the_version_is_that_of_the_weights(tone: Path, tmp_path: Path) -> None:
    """Two trainings of one model are two versions."""
    other = write_hub_model(tmp_path / "again" / "tone", TONES, seed=8)
    one, another = (load_engine(section(folder)).model for folder in (tone, other))
    assert one.id == another.id == "tone"
    assert one.version != another.version


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"labels": {"happy": "positive"}}, "names happy, which .* its labels are negative, neut"),
        ({"labels": {"positive": "good"}}, "maps positive to good, which is no head"),
        ({"labels": {"positive": "positive"}}, "a sentiment without negative and neutral"),
        ({"labels": {"positive": "toxic"}}, "cannot tell a sentiment: add a model that can"),
        ({"engine": "onnx"}, "is no model of Vigie: write `engine: torch`"),
        ({"revision": "main"}, "is a folder: classifier.revision is for a Hugging Face id"),
    ],
)
def test_wrong_settings_are_refused_with_a_sentence_that_helps(
    tone: Path, keys: dict[str, object], sentence: str
) -> None:
    """Before any post is judged by them."""
    with pytest.raises(Misconfigured, match=sentence):
        load_engine(section(tone, **keys))


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"labels": {"x": "toxic"}}, "says itself what it means: take labels"),
        ({"device": "cuda"}, "runs on the processor: write `engine: torch`"),
        (
            {"model": "no/such/folder"},
            "no model at 'no/such/folder': write shipped, fast, a folder",
        ),
        ({"model": "n" * 300}, "no model at 'n+': write shipped, fast, a folder"),
    ],
)
def test_wrong_settings_for_our_own_model_are_too(keys: dict[str, object], sentence: str) -> None:
    """A key that would change nothing is a misunderstanding."""
    with pytest.raises(Misconfigured, match=sentence):
        load_engine(Classifier.model_validate({"model": "shipped", **keys}))


@pytest.mark.skipif(torch.cuda.is_available(), reason="has a GPU")
def test_a_gpu_that_is_not_there_is_said(tone: Path) -> None:
    """Nobody waits a day for what was meant to take an hour."""
    with pytest.raises(Misconfigured, match="torch finds no GPU: write auto"):
        load_engine(section(tone, device="cuda"))


def test_a_model_that_never_learned_to_classify_is_refused(tmp_path: Path) -> None:
    """Otherwise it would get a head drawn by chance, and a warning in a log."""
    write_hub_model(tmp_path, TONES)
    configuration = BertConfig.from_pretrained(tmp_path)
    BertModel(configuration).save_pretrained(tmp_path)
    with pytest.raises(Misconfigured, match="was not trained to classify"):
        load_engine(section(tmp_path))


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_missing_file_is_named(tone: Path, name: str) -> None:
    """A download that broke off."""
    (tone / name).unlink()
    with pytest.raises(Misconfigured, match=r"no config\.json|transformers cannot read"):
        load_engine(section(tone))


def test_a_damaged_file_is_named(tone: Path) -> None:
    """Half a file of weights."""
    weights = tone / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(Misconfigured, match="transformers cannot read"):
        load_engine(section(tone))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", '{"added_tokens": [], "model": {"type": "of tomorrow"}}'),
        ("tokenizer.json", "[]"),
        ("tokenizer_config.json", "[]"),
        ("config.json", '{"model_type": "bert", "hidden_size": "many"}'),
        ("config.json", '{"model_type": "bert", "vocab_size": -1}'),
        ("config.json", '{"model_type": "bert", "hidden_size": 0}'),
    ],
)
def test_a_file_with_other_content_is_named(tone: Path, name: str, content: str) -> None:
    """Written by a later library, or by hand."""
    (tone / name).write_text(content, "utf-8")
    with pytest.raises(Misconfigured, match="transformers cannot read"):
        load_engine(section(tone))


def test_a_pickle_that_would_run_something_is_refused(tone: Path, tmp_path: Path) -> None:
    """Weights are numbers; whatever else the file holds is not even looked at."""
    trap = tmp_path / "sprung"
    (tone / "model.safetensors").unlink()
    call = f"cos\nsystem\n(S{f'touch {trap}'!r}\ntR."
    (tone / "pytorch_model.bin").write_bytes(call.encode())
    with pytest.raises(Misconfigured, match="transformers cannot read"):
        load_engine(section(tone))
    assert not trap.exists()


def test_weights_that_cannot_be_opened_are_named(tone: Path) -> None:
    """As those of another account."""
    (tone / "model.safetensors").unlink()
    (tone / "model.safetensors").mkdir()
    with pytest.raises(Misconfigured, match="cannot be read: check who may open it"):
        load_engine(section(tone))


def test_a_tokeniser_of_another_model_is_refused(tone: Path) -> None:
    """Its pieces would be somebody else's numbers."""
    network = AutoModelForSequenceClassification.from_pretrained(tone)
    network.resize_token_embeddings(10)
    network.save_pretrained(tone)
    with pytest.raises(Misconfigured, match="do not belong together"):
        load_engine(section(tone))


def test_a_network_that_lost_its_numbers_is_refused(tone: Path) -> None:
    """As after a training that diverged."""
    network = AutoModelForSequenceClassification.from_pretrained(tone)
    with torch.no_grad():
        network.classifier.bias.fill_(torch.nan)
    network.save_pretrained(tone)
    with pytest.raises(Misconfigured, match="has no number for an ordinary sentence"):
        load_engine(section(tone))


@pytest.mark.parametrize("number", [torch.nan, torch.inf])
def test_a_text_that_breaks_the_network_is_marked(
    tone: Path, number: float, caplog: pytest.LogCaptureFixture
) -> None:
    """The sigmoid of infinity must not pass for certainty."""
    network = AutoModelForSequenceClassification.from_pretrained(tone)
    with torch.no_grad():  # the piece of the letter w, which the warm-up does not hold
        network.bert.embeddings.word_embeddings.weight[tiny_tokenizer().token_to_id("w")] = number
    network.save_pretrained(tone)
    classifier = load_classifier(section(tone, outputs="sigmoid"))
    with caplog.at_level(logging.ERROR):
        sound, broken = classifier.classify(["merci", "wahou"], ["fr", "fr"])
    assert (sound.unknown, broken.unknown) == (None, Unknown.MODEL)
    assert "texts_given_up reason=no_probability texts=1" in caplog.text
    assert "wahou" not in caplog.text


def test_code_that_comes_with_a_model_is_not_run(tone: Path, tmp_path: Path) -> None:
    """A model is data: what asks for more is refused."""
    trap = tmp_path / "sprung"
    configuration = (tone / "config.json").read_text("utf-8")
    auto = '{"auto_map": {"AutoConfig": "trap.Trap"}, "model_type": "trap",'
    (tone / "config.json").write_text(auto + configuration[1:].replace("bert", "trap"), "utf-8")
    (tone / "trap.py").write_text(f"open({str(trap)!r}, 'w')", "utf-8")
    with pytest.raises(Misconfigured, match="transformers cannot read"):
        load_engine(section(tone))
    assert not trap.exists()


def test_what_stands_last_in_a_long_text_is_read(tone: Path) -> None:
    """It changes the answer."""
    engine = load_engine(section(tone))
    said, other = (
        engine.probabilities(["merci a tous " * 100 + end], ["fr"]).sentiment
        for end in ("ok", "honte")
    )
    assert not np.array_equal(said, other)


def test_a_long_text_has_as_many_windows_as_it_needs() -> None:
    """The tokeniser writes its marks around each; a short text beside it has one."""
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tiny_tokenizer())
    begin, *whole, end = tiny_tokenizer().encode("merci beaucoup").ids
    pieces, counts = cut(tokenizer, ["merci beaucoup", "ok", ""], most=10)
    assert counts.tolist() == [3, 1, 1]
    windows = pieces[:3]
    assert all(len(window) <= 10 for window in windows)
    assert {(window[0], window[-1]) for window in windows} == {(begin, end)}
    shared = 2
    first, *others = (window[1:-1] for window in windows)
    assert first + [piece for other in others for piece in other[shared:]] == whole


def test_long_and_odd_texts_get_scores(tone: Path) -> None:
    """The longest that the model can read, whatever is sent."""
    classifier = load_classifier(section(tone))
    odd = ["a" * 100_000, "❤️🙏", "\ud83d", "شكرا", "a\x00b"]
    scores: list[Scores] = classifier.classify(odd, ["fr"] * len(odd))
    assert [one.unknown for one in scores] == [None] * len(odd)


def test_a_folder_can_be_moved(tone: Path, tmp_path: Path) -> None:
    """Nothing in it points to where it was made."""
    moved = shutil.move(tone, tmp_path / "elsewhere")
    assert load_engine(section(Path(moved))).model.id == "elsewhere"


def test_the_settings_of_further_models_are_those_of_a_model() -> None:
    """A mapping, a revision, languages: each model its own."""
    both = Classifier.model_validate({"also": [{"model": "owner/name", "revision": "abc"}]})
    assert both.also == (Model(model="owner/name", revision="abc"),)
