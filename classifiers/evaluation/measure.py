"""From answers and labels to figures, every one with its interval.

Knows metrics and parts; loads no model and writes nothing.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from sklearn.metrics import roc_curve  # type: ignore[import-untyped]  # ships no types

from classifiers.evaluation.category_figures import ROWS_FOR_CALIBRATION_ERROR, category_figures
from classifiers.evaluation.figures import (
    ClassFigures,
    Curve,
    Part,
    Reliability,
    Report,
    Silence,
    Slice,
)
from classifiers.evaluation.functions import function_figures
from classifiers.evaluation.hiding import Thresholds, hiding
from classifiers.evaluation.intervals import RESAMPLES, estimate
from classifiers.evaluation.judged import CLASS_HEADS, Judged, slices
from classifiers.evaluation.metrics import Scores, Truth, bins, calibration_error, macro_f1
from classifiers.training.data import CATEGORIES
from vigie.domain.assessment import Category, ModelRef

#: Points kept of a curve.
_POINTS: Final = 200

Parts = list[tuple[Slice, Judged]]


def measure(
    judged: Judged, *, model: ModelRef, data: str, thresholds: Thresholds, seed: int
) -> Report:
    """Return all figures of what *model* said of the texts called *data*."""
    parts = [(part, judged.part(rows)) for part, rows in slices(judged.examples)]
    whole = [(part, some) for part, some in parts if part.part is Part.ALL]
    return Report(
        model=model.id,
        version=model.version,
        data=data,
        rows=len(judged.examples),
        seed=seed,
        resamples=RESAMPLES,
        classes=[
            figures
            for head in CLASS_HEADS
            for part, some in parts
            for figures in class_figures(head, part, some, seed)
        ],
        heads=[
            figures
            for category in CATEGORIES
            for part, some in parts
            for figures in category_figures(category, part, some, thresholds, seed)
        ],
        hiding=[figures for part, some in parts for figures in hiding(part, some, thresholds)],
        functions=function_figures(judged, thresholds),
        reliability=list(_reliability(whole)),
        curves=list(_curves(whole)),
        silences=list(_silences(whole)),
    )


def class_figures(head: str, part: Slice, judged: Judged, seed: int) -> Iterator[ClassFigures]:
    """Yield the figures of sentiment or target on *judged*, where a row knows it."""
    known = judged.of_class_head(head)
    rows = len(known.rows)
    if not rows:
        return
    classes, said = len(CLASS_HEADS[head]), known.said.argmax(1)
    f1, error = estimate(
        [macro_f1(known.truth, said, classes), calibration_error(*_confidence(judged, head))],
        rows,
        seed,
    )
    confusion = np.zeros((classes, classes), np.int_)
    np.add.at(confusion, (known.truth, said), 1)
    yield ClassFigures(
        head=head,
        slice=part,
        rows=rows,
        macro_f1=f1 if len(set(known.truth.tolist())) > 1 else None,
        calibration_error=error if rows >= ROWS_FOR_CALIBRATION_ERROR else None,
        confusion=confusion.tolist(),
    )


def _confidence(judged: Judged, head: str) -> tuple[Scores, Truth]:
    """Return the confidence in what *head* says, and whether it is right, of the known rows."""
    if head in CLASS_HEADS:
        known = judged.of_class_head(head)
        return known.unseen.max(1), known.unseen.argmax(1) == known.truth
    known = judged.of_category(Category(head))
    return known.unseen, known.truth == 1


def _reliability(whole: Parts) -> Iterator[Reliability]:
    for part, judged in whole:
        for head in (*CLASS_HEADS, Category.TOXIC.value):
            sure, right = _confidence(judged, head)
            if len(sure) >= ROWS_FOR_CALIBRATION_ERROR:
                yield Reliability(head, part.language, bins(sure, right))


def _curves(whole: Parts) -> Iterator[Curve]:
    for part, judged in whole:
        known = judged.of_category(Category.TOXIC)
        truth = known.truth == 1
        if truth.any() and not truth.all():
            alarms, found, _ = roc_curve(truth, known.said)
            kept = np.unique(np.linspace(0, len(alarms) - 1, _POINTS).astype(np.intp))
            yield Curve(
                part.language, int((~truth).sum()), alarms[kept].tolist(), found[kept].tolist()
            )


def _silences(whole: Parts) -> Iterator[Silence]:
    for part, judged in whole:
        for head in CLASS_HEADS:
            if silent := judged.of_class_head(head).silent:
                yield Silence(head, part.language, silent)
        for category in CATEGORIES:
            if silent := judged.of_category(category).silent:
                yield Silence(category, part.language, silent)
