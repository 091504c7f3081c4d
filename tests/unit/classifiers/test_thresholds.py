"""Thresholds: read without any model, and only where one was measured."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from classifiers.manifest import Head, Manifest, Threshold, stamped
from classifiers.thresholds import hide_thresholds, thresholds_in_force
from config.settings import Model
from vigie.domain.action import HideThreshold
from vigie.domain.assessment import Category
from vigie.errors import Misconfigured


def a_head(category: Category, *, available: bool, value: float | None) -> Head:
    """Return a French head."""
    threshold = value and Threshold(
        value=value,
        supported=False,
        negatives=45,
        false_alarms=0,
        upper_rate=0.08,
        plain_negatives=3_000,
        plain_false_alarms=6,
    )
    return Head(
        category=category,
        language="fr",
        positives=120,
        available=available,
        threshold=threshold or None,
    )


def a_model_folder(folder: Path, *heads: Head) -> Path:
    """Write a configuration with *heads*."""
    manifest = Manifest(
        id="m",
        version="1",
        sha256={},
        max_pieces=80,
        sentiments=("negative", "neutral", "positive"),
        categories=tuple(Category),
        heads=heads,
    )
    content = stamped({"model_type": "bert", "vigie": msgspec.to_builtins(manifest)})
    (folder / "config.json").write_text(json.dumps(content), "utf-8")
    return folder


def test_only_heads_that_ship_have_a_threshold(tmp_path: Path) -> None:
    """An unknown head and a head without evidence are both absent: no rule may use them."""
    folder = a_model_folder(
        tmp_path,
        a_head(Category.TOXIC, available=True, value=0.9),
        a_head(Category.SEXUAL, available=False, value=None),
        a_head(Category.THREAT, available=True, value=None),
    )
    assert hide_thresholds(folder) == {(Category.TOXIC, "fr"): HideThreshold(0.9, proven=False)}


def in_force(*models: dict[str, Any]) -> set[Category]:
    """Return the categories with a French threshold."""
    return {category for category, _ in thresholds_in_force([Model(**keys) for keys in models])}


@pytest.fixture
def ours(tmp_path: Path) -> str:
    """Write a model of ours with two heads that may hide."""
    folder = tmp_path / "ours"
    folder.mkdir()
    toxic = a_head(Category.TOXIC, available=True, value=0.9)
    return str(a_model_folder(folder, toxic, a_head(Category.THREAT, available=True, value=0.8)))


def test_a_model_hides_by_its_own_thresholds(ours: str) -> None:
    """Alone, or first of several."""
    both = {Category.TOXIC, Category.THREAT}
    assert in_force({"model": ours}) == both
    assert in_force({"model": ours}, {"model": "owner/name"}) == both


@pytest.mark.parametrize(
    ("labels", "left"),
    [
        ({"a": "negative", "b": "neutral", "c": "positive"}, {Category.TOXIC, Category.THREAT}),
        ({"a": "toxic"}, {Category.THREAT}),
        ({"a": "nobody", "b": "person", "c": "group"}, set()),
        ({}, set()),
    ],
)
def test_nothing_is_hidden_on_the_word_of_somebody_elses_model(
    ours: str, labels: dict[str, str], left: set[Category]
) -> None:
    """A threshold holds for the model that it was measured on, and for no other."""
    assert in_force({"model": "owner/name", "labels": labels}, {"model": ours}) == left
    assert in_force({"model": "owner/name", "labels": labels}) == set()


def test_a_head_hides_by_the_threshold_of_the_model_that_speaks_for_it(
    ours: str, tmp_path: Path
) -> None:
    """Two models of ours: the second one's only where the first has no head."""
    (tmp_path / "first").mkdir()
    heads = (
        a_head(Category.TOXIC, available=True, value=None),
        a_head(Category.INSULT, available=True, value=0.7),
    )
    first = str(a_model_folder(tmp_path / "first", *heads))
    found = thresholds_in_force([Model(model=first), Model(model=ours)])
    assert {category: limit.value for (category, _), limit in found.items()} == {
        Category.INSULT: 0.7,
        Category.THREAT: 0.8,
    }


def test_a_folder_without_configuration_is_named(tmp_path: Path) -> None:
    """The sentence says which folder and what to do."""
    with pytest.raises(Misconfigured, match="point the classifier at a model folder"):
        hide_thresholds(tmp_path)


def test_a_foreign_configuration_is_refused(tmp_path: Path) -> None:
    """A model of somebody else's has no manifest of ours."""
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    with pytest.raises(Misconfigured, match="install the model again"):
        hide_thresholds(tmp_path)


@pytest.mark.parametrize("module", ["thresholds", "load", "batcher", "language", "manifest"])
def test_importing_the_room_loads_no_framework(module: str) -> None:
    """A process that only decides pays for no inference library."""
    code = (
        f"import sys, classifiers.{module}\n"
        "print({'torch', 'transformers', 'onnxruntime', 'fasttext'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
