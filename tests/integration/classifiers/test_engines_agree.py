"""One model, two libraries: what the server says is what the trained network says."""

import numpy as np
import pytest

from classifiers.engines.shipped import Runtime, ShippedEngine, open_shipped
from classifiers.manifest import find_folder
from tests.models.texts import ENGLISH, FRENCH

TEXTS = [*FRENCH, *ENGLISH]
LANGUAGES = ["fr"] * len(FRENCH) + ["en"] * len(ENGLISH)


@pytest.fixture(scope="module")
def engines() -> list[ShippedEngine]:
    """Open the shipped model on ONNX Runtime in 8 bits and on torch in float32."""
    folder = find_folder("shipped")
    assert folder
    return [open_shipped(folder, runtime=runtime, device="cpu") for runtime in Runtime]


def test_both_engines_give_the_same_scores(engines: list[ShippedEngine]) -> None:
    """Within 0.02 on every head of nine texts in ten, and near it on the others.

    Eight bits of input are a noise that every layer passes on: 0.02 for each single text would take
    inputs of more bits, at twice the time (docs/decisions/0006).
    """
    one, other = (engine.probabilities(TEXTS, LANGUAGES) for engine in engines)
    for part, same in zip(one, other, strict=True):
        np.testing.assert_array_equal(np.isnan(part), np.isnan(same))
    apart = [np.abs(part - same) for part, same in zip(one, other, strict=True)]
    farthest = np.nanmax(np.concatenate(apart, axis=1), axis=1)
    assert (farthest <= 0.02).mean() >= 0.9
    assert farthest.max() <= 0.06
    assert farthest.mean() <= 0.012


def test_both_engines_say_the_same_tone(engines: list[ShippedEngine]) -> None:
    """Eight bits may turn a text on the fence, no other."""
    one, other = (engine.probabilities(TEXTS, LANGUAGES).sentiment for engine in engines)
    sure = np.diff(np.sort(other, axis=1)[:, -2:])[:, 0] > 0.06
    np.testing.assert_array_equal(one[sure].argmax(axis=1), other[sure].argmax(axis=1))
