"""Every engine answers each text once, in order, and NaN where it cannot know."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from classifiers.engines import Engine, Probabilities
from classifiers.engines.combined import CombinedEngine
from classifiers.engines.hub import open_hub
from classifiers.engines.shipped import Runtime, open_shipped
from classifiers.load import load_engine
from classifiers.manifest import find_folder
from config.settings import Classifier
from tests.models.texts import ENGLISH, FRENCH
from tests.models.tiny import write_hub_model
from vigie.domain.assessment import Category, ModelRef

TEXTS = [
    *FRENCH[:6],
    "a",
    "Votre campagne est honteuse. " * 40,
    "❤️🙏🏽",
    "شكرا جزيلا",
    *ENGLISH[:6],
]
FRENCH_ALL = ["fr"] * len(TEXTS)
#: No engine was made for it.
NOBODYS = "xx"


@dataclass(frozen=True)
class Kept:
    """An engine, and how far the numbers of a text may move with the texts beside it."""

    engine: Engine
    steady: float


def onnx(folder: Path) -> Kept:
    """Eight bits in ranges that no neighbour moves: only the order of sums may differ."""
    del folder
    shipped = find_folder("shipped")
    assert shipped
    return Kept(open_shipped(shipped), steady=1e-4)


def torch(folder: Path) -> Kept:
    """The same weights in float32: only rounding depends on the company."""
    del folder
    shipped = find_folder("shipped")
    assert shipped
    return Kept(open_shipped(shipped, runtime=Runtime.TORCH, device="cpu"), steady=1e-4)


def tone(folder: Path) -> Kept:
    """Somebody's model of sentiment, for French and English."""
    model = write_hub_model(folder / "tone", ["negative", "neutral", "positive"])
    section = Classifier(model=str(model), languages=("fr", "en"), device="cpu")
    return Kept(load_engine(section), steady=1e-4)


def abuse(folder: Path) -> Engine:
    """Somebody's model of abuse, without a sentiment."""
    model = write_hub_model(
        folder / "abuse", ["TOX", "INS"], roberta=True, problem="multi_label_classification"
    )
    section = Classifier(
        model=str(model), labels={"TOX": "toxic", "INS": "insult"}, languages=("fr",), device="cpu"
    )
    return open_hub(model, section, model=ModelRef("abuse", "1"), threads=1)


def combined(folder: Path) -> Kept:
    """Two that complete each other."""
    return Kept(CombinedEngine([tone(folder).engine, abuse(folder)]), steady=1e-4)


@pytest.fixture(scope="module", params=[onnx, torch, tone, combined], ids=lambda one: one.__name__)
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """One engine behind the protocol."""
    kept: Kept = request.param(tmp_path_factory.mktemp("models"))
    return kept


@pytest.fixture(scope="module")
def said(kept: Kept) -> Probabilities:
    """What it says of all texts at once."""
    return kept.engine.probabilities(TEXTS, FRENCH_ALL)


def test_every_text_has_one_row_in_every_head(said: Probabilities) -> None:
    """Three tones, every category, three targets, as float32."""
    assert [part.shape for part in said] == [(len(TEXTS), width) for width in (3, len(Category), 3)]
    assert {part.dtype for part in said} == {np.dtype(np.float32)}


def test_no_texts_have_no_rows(kept: Kept) -> None:
    """An empty batch is no error."""
    assert [len(part) for part in kept.engine.probabilities([], [])] == [0, 0, 0]


def test_numbers_are_probabilities_or_unknown(said: Probabilities) -> None:
    """Sentiment and target are whole or unknown, and share out 1."""
    for part in said:
        known = part[~np.isnan(part)]
        assert ((known >= 0) & (known <= 1 + 1e-6)).all()
    for exclusive in (said.sentiment, said.target):
        assert (np.isnan(exclusive).all(1) | np.isclose(exclusive.sum(1), 1, atol=1e-5)).all()


def test_a_sentence_has_a_sentiment(said: Probabilities) -> None:
    """Somebody among the models must know it."""
    assert np.isfinite(said.sentiment).all()


def test_only_the_heads_it_names_ever_speak(kept: Kept, said: Probabilities) -> None:
    """And one of them does, where it names any."""
    speak = {
        category for at, category in enumerate(Category) if np.isfinite(said.toxicity[:, at]).any()
    }
    assert speak <= kept.engine.categories
    assert bool(speak) == bool(kept.engine.categories)


@pytest.mark.parametrize("language", [NOBODYS, None])
def test_nothing_of_abuse_is_known_in_a_language_it_does_not_speak(
    kept: Kept, language: str | None
) -> None:
    """What nobody tried on a language hides nothing in it."""
    assert not kept.engine.speaks(language)
    said = kept.engine.probabilities(TEXTS[:2], [language] * 2)
    assert np.isnan(said.toxicity).all()
    assert np.isnan(said.target).all()


def test_each_text_is_judged_in_its_own_language(kept: Kept) -> None:
    """A batch mixes languages; one text's does not rub off on the next."""
    mixed = kept.engine.probabilities(TEXTS[:4], ["fr", NOBODYS, "fr", None])
    known = np.isfinite(mixed.toxicity).any(1)
    assert known.tolist() == [bool(kept.engine.categories), False] * 2


def test_answers_come_in_the_order_of_the_texts(kept: Kept, said: Probabilities) -> None:
    """Batches are sorted by length inside; nobody outside may notice."""
    back = kept.engine.probabilities(TEXTS[::-1], FRENCH_ALL)
    for part, other in zip(said, back, strict=True):
        np.testing.assert_allclose(part, other[::-1], atol=kept.steady)


def test_a_text_is_judged_alone_as_in_company(kept: Kept, said: Probabilities) -> None:
    """As far as the engine promises it."""
    for row, text in enumerate(TEXTS):
        alone = kept.engine.probabilities([text], ["fr"])
        for part, other in zip(said, alone, strict=True):
            np.testing.assert_allclose(part[row], other[0], atol=kept.steady)


def test_it_says_which_model_speaks(kept: Kept) -> None:
    """Id and version ride on every decision."""
    assert kept.engine.model.id
    assert kept.engine.model.version
