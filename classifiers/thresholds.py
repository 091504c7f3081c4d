"""Hide thresholds of a model folder, for those who decide and never run the model."""

from collections.abc import Mapping
from pathlib import Path

from classifiers.manifest import read_manifest
from vigie.domain.action import HideThreshold
from vigie.domain.assessment import Category


def hide_thresholds(model_dir: Path) -> Mapping[tuple[Category, str], HideThreshold]:
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
