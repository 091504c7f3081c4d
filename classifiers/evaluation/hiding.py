"""What a machine might hide: texts whose scores reach the hide threshold of a head.

Knows scores and thresholds. The policy of the moderate role does the rest (a second witness where
a threshold is not proven, budgets, modes), so every share here is an upper bound.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from classifiers.evaluation.figures import Hiding, Slice
from classifiers.evaluation.intervals import share
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.metrics import Truth
from classifiers.training.data import CATEGORIES, TARGETS
from vigie.domain.assessment import Category

#: Hide thresholds by category and language.
Thresholds = Mapping[tuple[Category, str], float]

_NOBODY: Final = TARGETS.index("nobody")


def flagged(judged: Judged, thresholds: Thresholds) -> Truth:
    """Return which texts reach the hide threshold of some head in their language."""
    limits = [
        [thresholds.get((category, one.language), np.inf) for category in CATEGORIES]
        for one in judged.examples
    ]
    reached = judged.said.toxicity.astype(np.float64) >= np.array(limits).reshape(
        -1, len(CATEGORIES)
    )
    some: Truth = np.logical_or.reduce(reached, axis=1)
    return some


def aimed(judged: Judged) -> Truth:
    """Return in which texts the model sees somebody attacked, or cannot say."""
    nobody = judged.said.target[:, _NOBODY]
    somebody: Truth = np.isnan(nobody) | (nobody < judged.said.target.max(axis=1))
    return somebody


def hiding(part: Slice, judged: Judged, thresholds: Thresholds) -> Iterator[Hiding]:
    """Yield what might be hidden of texts labelled toxic and of others, where thresholds are."""
    known = judged.of_category(Category.TOXIC)
    if not len(known.rows) or not any(language == part.language for _, language in thresholds):
        return
    hidden = (flagged(judged, thresholds) & aimed(judged))[known.rows]
    abusive = known.truth == 1
    yield Hiding(
        slice=part,
        abusive=share(int(hidden[abusive].sum()), int(abusive.sum())),
        harmless=share(int(hidden[~abusive].sum()), int((~abusive).sum())),
    )
