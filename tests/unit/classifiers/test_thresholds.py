"""Thresholds: chosen with care on few negatives, read without any model."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifiers.manifest import Head, Manifest, Threshold
from classifiers.thresholds import hide_thresholds, thresholds_in_force
from classifiers.training.calibrate import (
    FALSE_ALARMS,
    MIN_NEGATIVES,
    choose_threshold,
    supports_rate,
    wilson,
)
from config.settings import Model
from vigie.domain.action import HideThreshold
from vigie.domain.assessment import Category
from vigie.errors import Misconfigured

SCORES = st.floats(0.0, 0.9990234375, width=32)
NOTHING = np.zeros(0, np.float32)


@given(arrays(np.float32, st.integers(MIN_NEGATIVES, 499), elements=SCORES))
def test_few_negatives_put_the_threshold_above_them_all(scores: Any) -> None:  # noqa: ANN401 - array
    """Where dev cannot show 2 in 1,000, no negative seen may be hidden."""
    threshold = choose_threshold(scores, NOTHING)
    assert threshold is not None
    assert not threshold.supported
    assert threshold.false_alarms == 0
    assert scores.max() < threshold.value < 1.0


@given(arrays(np.float32, st.integers(500, 2_000), elements=SCORES))
def test_many_negatives_keep_the_rate(scores: Any) -> None:  # noqa: ANN401 - array
    """At most 2 in 1,000 of the negatives lie at or above the threshold."""
    threshold = choose_threshold(scores, NOTHING)
    assert threshold is not None
    assert threshold.supported
    assert threshold.false_alarms <= FALSE_ALARMS * len(scores)


def test_everyday_sentences_raise_a_threshold() -> None:
    """What nobody labelled counts too: a machine must not hide everyday talk."""
    labelled = np.linspace(0.0, 0.3, 600, dtype=np.float32)
    everyday = np.linspace(0.0, 0.8, 1_000, dtype=np.float32)
    alone, both = choose_threshold(labelled, NOTHING), choose_threshold(labelled, everyday)
    assert alone is not None
    assert both is not None
    assert alone.value < 0.31
    assert both.value > 0.79
    assert both.plain_false_alarms <= 2


def test_hardly_any_negatives_give_no_threshold() -> None:
    """A head without evidence hides nothing."""
    assert choose_threshold(np.zeros(MIN_NEGATIVES - 1, np.float32), NOTHING) is None


def test_five_hundred_negatives_are_the_least_that_show_the_rate() -> None:
    """Two in a thousand of fewer would be less than one."""
    assert supports_rate(500)
    assert not supports_rate(499)


def test_an_interval_holds_its_share_and_narrows() -> None:
    """More rows, surer figures."""
    few, many = wilson(1, 10), wilson(100, 1_000)
    assert few[0] < 0.1 < few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert wilson(0, 0) == (0.0, 1.0)


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
    content = {"model_type": "bert", "vigie": msgspec.to_builtins(manifest)}
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
