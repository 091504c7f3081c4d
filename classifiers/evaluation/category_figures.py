"""The figures of one category: how well its score tells yes from no.

Knows truths and scores of one head in one part of the texts.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from classifiers.evaluation.figures import HeadFigures, Recall, Slice
from classifiers.evaluation.hiding import Thresholds
from classifiers.evaluation.intervals import Share, estimate, share
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.metrics import (
    BINS,
    Scores,
    area_under_curve,
    best_threshold,
    calibration_error,
    macro_f1,
    measurable,
    recall_at,
)
from vigie.domain.assessment import Category

#: Rates of false alarms at which recall is told.
RATES: Final = (0.002, 0.01)
#: From this score on, calibrated, a head says yes.
HALF: Final = 0.5
#: With fewer rows a bin of the calibration error is mostly chance, and the error not told.
ROWS_FOR_CALIBRATION_ERROR: Final = 10 * BINS


def category_figures(
    category: Category, part: Slice, judged: Judged, thresholds: Thresholds, seed: int
) -> Iterator[HeadFigures]:
    """Yield the figures of *category* on *judged*, where a row knows it."""
    known = judged.of_category(category)
    rows = len(known.rows)
    if not rows:
        return
    truth = known.truth == 1
    own = np.array([judged.examples[row].own for row in known.rows])
    best = best_threshold(truth, known.said)
    f1, best_f1, auc, error, *recalls = estimate(
        [
            macro_f1(known.truth, (known.unseen >= HALF).astype(np.int_), 2),
            macro_f1(known.truth, (known.said >= best).astype(np.int_), 2),
            area_under_curve(truth, known.said),
            calibration_error(known.unseen, truth),
            *(recall_at(truth, known.said, rate) for rate in RATES),
        ],
        rows,
        seed,
    )
    both = truth.any() and not truth.all()
    negatives = int((~truth).sum())
    limit = thresholds.get((category, part.language))
    yield HeadFigures(
        category=category,
        slice=part,
        positives=int(truth.sum()),
        negatives=negatives,
        own_positives=int((truth & own).sum()),
        own_negatives=int((~truth & own).sum()),
        macro_f1=f1 if both else None,
        best_threshold=best if both else None,
        best_macro_f1=best_f1 if both else None,
        auc=auc,
        recalls=[
            Recall(rate, found if measurable(rate, negatives) else None)
            for rate, found in zip(RATES, recalls, strict=True)
        ],
        calibration_error=error if rows >= ROWS_FOR_CALIBRATION_ERROR else None,
        found=_reaching(known.said[truth], limit),
        alarms=_reaching(known.said[~truth], limit),
    )


def _reaching(scores: Scores, limit: float | None) -> Share | None:
    """Count the scores at or above *limit*, compared as the caller of the engine will."""
    if limit is None or not len(scores):
        return None
    return share(int((scores.astype(np.float64) >= limit).sum()), len(scores))
