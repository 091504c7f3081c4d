"""Training from data to model folder, on a tiny base and a few rows."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from classifiers.evaluation.__main__ import parse as parse_measuring
from classifiers.evaluation.__main__ import run as measure
from classifiers.evaluation.release import read_evaluation
from classifiers.load import load_classifier
from classifiers.manifest import read_manifest
from classifiers.thresholds import hide_thresholds
from classifiers.training.__main__ import parse, run
from config.settings import Classifier
from tests.models.base import LAYERS, write_base
from tests.models.tiny import tiny_tokenizer
from vigie.domain.assessment import Category
from vigie.errors import Misconfigured

LETTERS = "abcdefghijklmnopqrstuvwxyzé"


def write_whole_base(folder: Path) -> None:
    """Write network and tokeniser where the real base would lie."""
    folder.mkdir(parents=True)
    write_base(folder / "e5-small-q4.bin")
    tiny_tokenizer().save(str(folder / "tokenizer.json"))


def write_data(folder: Path) -> None:
    """Write the four files with enough French rows for one head to ship."""
    folder.mkdir()
    unknown = dict.fromkeys([*Category, "spam"])
    toxicity = [
        {
            "text": f"{'sale type' if n % 2 else 'bonne idée'} {LETTERS[n % 20]}",
            "lang": "fr",
            "source": "s",
            "split": "dev" if n % 4 < 2 else "train",
            "labels": {**unknown, "toxic": n % 2},
        }
        for n in range(240)
    ]
    sentiment = [
        {
            "text": f"avis {LETTERS[n % 20]}",
            "lang": language,
            "source": "umsab",
            "split": "dev" if n % 3 == 0 else "train",
            "label": ("negative", "neutral", "positive")[n % 3],
            "weight": 1.0,
        }
        for n in range(30)
        for language in ("fr", "en")
    ]
    plain = [{"text": f"il fait beau {one}", "source": "common_voice_fr"} for one in LETTERS]
    pairs = [{"fr": f"oui {c}", "en": f"yes {c}", "source": "tatoeba_en_fr"} for c in LETTERS]
    named = {
        "toxicity": toxicity, "sentiment": sentiment, "fr_text": plain, "enfr_parallel": pairs,
    }  # fmt: skip
    for name, rows in named.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows)


def test_a_few_rows_become_a_model_folder_that_serves(tmp_path: Path) -> None:
    """Fetch, cut, train, export, calibrate, describe: every step on real code."""
    data, out, work = tmp_path / "data", tmp_path / "model", tmp_path / "work"
    write_data(data)
    write_whole_base(work / "base")
    arguments = ["--data", data, "--out", out, "--work", work, "--steps", "25", "--batch", "8"]
    run(parse([str(one) for one in arguments]))

    classifier = load_classifier(Classifier(model=str(out), threads=1))
    french, spanish = classifier.classify(["bonne idée", "buena idea"], ["fr", "es"])
    assert french.toxicity.toxic is not None
    assert french.target is not None
    assert spanish.toxicity.known() == {}
    assert (Category.TOXIC, "fr") in hide_thresholds(out)
    assert {one.head for one in read_manifest(out).calibration} > {"sentiment", "toxic", "target"}
    for name, sentence in (("MODEL_CARD.md", "in 25 steps"), ("MODEL_CARD.fr.md", "en 25 pas")):
        assert sentence in (out / name).read_text("utf-8")
    evaluation = read_evaluation(out)
    assert evaluation.training is not None
    assert (evaluation.training.layers, evaluation.training.steps) == (LAYERS, 25)
    assert evaluation.dev.version == read_manifest(out).version
    assert evaluation.float32 is not None
    assert evaluation.float32.rows == evaluation.dev.rows
    weights = (out / "model.onnx").read_bytes()

    run(parse([str(one) for one in arguments]))  # a finished run is not trained again
    assert (out / "model.onnx").read_bytes() == weights

    shallow = [*arguments, "--layers", "1", "--out", tmp_path / "fast"]
    run(parse([str(one) for one in shallow]))
    shallow_model = Classifier(model=str(tmp_path / "fast"), threads=1)
    (fast,) = load_classifier(shallow_model).classify(["bonne idée"], ["fr"])
    assert fast.toxicity.toxic is not None

    page = tmp_path / "classifier.md"
    both = ["--data", data, "--work", work, "--page", page]
    both += ["--model", out, "--model", tmp_path / "fast"]
    measure(parse_measuring([str(one) for one in both]))
    assert read_evaluation(out).training == evaluation.training
    assert read_evaluation(out).dev == evaluation.dev  # measured again: the same figures
    written = page.read_text("utf-8")
    columns = "TF-IDF", "vigie-e5-small in float32", "| vigie-e5-small 0", "vigie-e5-small-fast 0"
    assert all(one in written for one in columns)
    assert (tmp_path / "classifier" / "confusion.png").exists()


def test_a_shallow_network_needs_its_teacher(tmp_path: Path) -> None:
    """Whoever forgets the first command, or stopped it, is told so."""
    write_data(tmp_path / "data")
    write_whole_base(tmp_path / "work" / "base")
    arguments = ["--data", tmp_path / "data", "--out", tmp_path / "out", "--work",
                 tmp_path / "work", "--layers", "1"]  # fmt: skip
    with pytest.raises(Misconfigured, match="train the deep network first"):
        run(parse([str(one) for one in arguments]))

    torch.save({"finished": False, "model": {}}, tmp_path / "work" / "checkpoint-17.pt")
    with pytest.raises(Misconfigured, match="go on with it first"):
        run(parse([str(one) for one in arguments]))


def test_the_help_shows_a_command_to_copy() -> None:
    """Whoever retrains in a year finds the command in the command."""
    shown = subprocess.run(
        [sys.executable, "-m", "classifiers.training", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--data ../shared/data --out classifiers/model" in shown.stdout


def test_the_help_of_measuring_shows_a_command_too() -> None:
    """The same for whoever measures."""
    shown = subprocess.run(
        [sys.executable, "-m", "classifiers.evaluation", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--page docs/classifier.md" in shown.stdout


def test_missing_data_is_one_sentence(tmp_path: Path) -> None:
    """A mistake of the caller is no traceback."""
    write_whole_base(tmp_path / "base")
    shown = subprocess.run(
        [sys.executable, "-m", "classifiers.training", "--data", tmp_path, "--out",
         tmp_path / "out", "--work", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert shown.returncode == 2
    assert "--data must name the folder" in shown.stderr
