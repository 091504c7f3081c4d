"""Hide thresholds of a model folder, for those who decide and never run the model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.manifest import find_folder, is_ours, read_manifest
from vigie.domain.action import HideThreshold
from vigie.domain.assessment import Category, Target

if TYPE_CHECKING:
    from config.settings import Model

Thresholds = Mapping[tuple[Category, str], HideThreshold]


def thresholds_in_force(models: "Sequence[Model]") -> Thresholds:
    """Return the hide thresholds of *models* that complete each other, in their order.

    A threshold holds for the model that it was measured on: one whose head an earlier model speaks
    for is left out, and somebody else's model has none, so nothing is hidden by its word.
    """
    spoken: set[tuple[Category, str]] = set()
    foreign: set[Category] = set()
    found: dict[tuple[Category, str], HideThreshold] = {}
    for model in models:
        folder = find_folder(model.model)
        if folder is None or not is_ours(folder):
            foreign |= _may_speak_for(model)
            continue
        found |= {
            (category, language): threshold
            for (category, language), threshold in hide_thresholds(folder).items()
            if category not in foreign and (category, language) not in spoken
        }
        heads = read_manifest(folder).heads
        spoken |= {(head.category, head.language) for head in heads if head.available}
    return found


def _may_speak_for(model: "Model") -> set[Category]:
    """Return the categories that somebody else's model may speak for, as far as settings tell.

    Who says whom an attack aims at has a say in every hide.
    """
    heads = set(model.labels.values())
    if not heads or heads & set(Target):
        return set(Category)
    return set(Category) & heads


def hide_thresholds(model_dir: Path) -> Thresholds:
    """Return the score from which on a machine may hide, by category and language.

    A pair that is absent is unknown to the model, or has too little dev data for any threshold: no
    rule may act on it. Raises ``Misconfigured`` where the folder holds no readable configuration.
    """
    return {
        (head.category, head.language): HideThreshold(
            head.threshold.value, proven=head.threshold.supported
        )
        for head in read_manifest(model_dir).heads
        if head.available and head.threshold is not None
    }
