"""The classifier's bench on tiny models: every contender answers, and figures come out."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel
from typer.testing import CliRunner

from classifiers.engines.shipped import Runtime, open_shipped
from tests.bench.classifier import minilm
from tests.bench.classifier.__main__ import app
from tests.bench.classifier.contenders import FIXED, MIXED, Contender, Load
from tests.bench.classifier.engines import open_contender
from tests.bench.classifier.folders import model_folders
from tests.bench.classifier.measure import Folders
from tests.bench.classifier.process import Process
from tests.bench.classifier.worker import Ask, Worker
from tests.models.tiny import write_hub_model
from tests.models.trained import write_trained_model
from vigie.errors import Misconfigured

TEXT = "merci a toute l'equipe"
MILLISECOND = 0.001


CONTENDERS = sorted(set(Contender) - {Contender.FAST})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model of Vigie that takes no time."""
    return write_trained_model(tmp_path_factory.mktemp("bench") / "model")


@pytest.fixture(scope="module")
def folders(model: Path) -> Folders:
    """Make ready what each contender needs, with another small encoder for MiniLM."""
    cache = model.with_name("cache")
    encoder = write_hub_model(cache / "minilm", ["negative", "neutral", "positive"])
    minilm.quantise(encoder)
    return model_folders(model, cache, CONTENDERS)


@pytest.mark.parametrize("contender", CONTENDERS)
def test_every_contender_works_under_its_loads(folders: Folders, contender: Contender) -> None:
    """At least three calls each; the cache answers the copies and nothing else."""
    worker = Worker(open_contender(contender, folders[contender], 1))
    for load in contender.loads:
        worked = worker.work(Ask(load, MILLISECOND))
        assert len(worked.calls) >= 3
        assert all(call > 0 for call in worked.calls)
        assert worked.spared == len(worked.calls) * load.batch * load.copies


@pytest.mark.parametrize("contender", sorted(set(CONTENDERS) - {Contender.WHOLE}))
def test_networks_get_texts_of_exactly_the_length(folders: Folders, contender: Contender) -> None:
    """In pieces of their own tokeniser."""
    opened = open_contender(contender, folders[contender], 1)
    fed = Worker(opened)._feed(Load(32, 24))
    batch = next(fed)
    pieces = opened.pieces(batch) if contender is Contender.PIPELINE else batch
    assert [len(one) for one in pieces] == [24] * 32


def test_torch_says_the_same_in_half_the_bits(folders: Folders) -> None:
    """And in the numbers that the network's own class returns."""
    whole, half = (
        open_contender(one, folders[one], 1) for one in (Contender.FLOAT32, Contender.BFLOAT16)
    )
    pieces = whole.prepare([TEXT, "quelle honte"])
    for one, other in zip(whole.run(pieces), half.run(pieces), strict=True):
        assert not np.array_equal(one, other)
        np.testing.assert_allclose(one, other, atol=0.05)


def test_the_pipeline_has_the_same_encoder(folders: Folders) -> None:
    """Only the pooling layer, which we have not, is drawn by chance."""
    model = open_shipped(folders[Contender.DEFAULT], runtime=Runtime.TORCH, device="cpu")
    theirs = AutoModel.from_pretrained(folders[Contender.PIPELINE])
    pieces = torch.tensor(model.tokenizer([TEXT])["input_ids"])
    with torch.inference_mode():
        one, other = (
            network(input_ids=pieces).last_hidden_state
            for network in (model.network.encoder, theirs)
        )
    torch.testing.assert_close(one, other)


def test_minilm_in_eight_bits_is_the_same_encoder(folders: Folders) -> None:
    """Its vectors, means over the pieces of a text, hardly turn; padding counts for nothing."""
    folder = folders[Contender.MINILM]
    opened = open_contender(Contender.MINILM, folder, 1)
    encoder = AutoModel.from_pretrained(folder)
    pieces = opened.prepare([TEXT, "quelle honte"])
    (vectors,) = opened.run(pieces)
    for one, vector in zip(pieces, vectors, strict=True):
        with torch.inference_mode():
            mean = encoder(input_ids=torch.tensor([one])).last_hidden_state.mean(1)[0]
        assert torch.cosine_similarity(mean, torch.tensor(vector), dim=0) > 0.99


def test_a_run_leaves_page_picture_and_every_call(model: Path, tmp_path: Path) -> None:
    """Each contender in a process of its own, asked over pipes."""
    left_out = set(CONTENDERS) - {Contender.DEFAULT, Contender.WHOLE}
    page = tmp_path / "page.md"
    told = CliRunner().invoke(
        app,
        [
            *("--quick", "--model", str(model), "--work", str(tmp_path), "--page", str(page)),
            *(word for one in (*left_out, Contender.FAST) for word in ("--skip", one)),
        ],
        catch_exceptions=False,
    )
    assert told.exit_code == 0
    assert "Vigie, ORT int8, batch 32, 24 pieces" in told.stdout
    found = json.loads((tmp_path / "classifier.json").read_text("utf-8"))
    asked = [(turn["contender"], turn["load"]["pieces"]) for turn in found["turns"]]
    assert sorted(asked, key=str) == sorted(
        [("default", load.pieces) for load in FIXED] + [("whole", None) for _ in MIXED], key=str
    )
    assert all(one["peak_bytes"] > 2**25 for one in found["processes"])
    assert all(len(one["starts"]) == 1 for one in found["processes"])
    assert "tiny-trained 1" in page.read_text("utf-8")
    assert page.with_suffix(".svg").read_text("utf-8").startswith("<svg")


def test_a_contender_that_does_not_run_is_named(tmp_path: Path) -> None:
    """With where to read why, and how to go on without it."""
    log = tmp_path / "default.log"
    with (
        pytest.raises(Misconfigured, match=r"point the classifier.*read .*--skip default"),
        Process(Contender.DEFAULT, tmp_path, 1, log),
    ):
        pass


def test_another_wheel_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    """Whoever put it there."""
    (tmp_path / minilm.WHEEL).write_bytes(b"PK")
    with pytest.raises(Misconfigured, match="not the file that was pinned"):
        minilm.minilm(tmp_path)
