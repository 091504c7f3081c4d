"""What is measured of scores against the truth, each written for weighted rows.

Knows arrays only: boolean truths, class numbers, scores from 0 to 1. The values agree with
scikit-learn's; written for many weights at a time they also give the bootstrap its draws.
"""

import math
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.evaluation.intervals import Statistic, Weights

Classes = NDArray[np.int_]
Truth = NDArray[np.bool_]
Scores = NDArray[np.floating]
Values = NDArray[np.float64]

#: Bins of equal mass in a calibration error.
BINS: Final = 15
_ALMOST: Final = 1e-9


def macro_f1(truth: Classes, said: Classes, classes: int) -> Statistic:
    """Return the mean F1 of the classes that occur in *truth*, 0 to 1."""
    cells = np.zeros((len(truth), classes * classes), np.float32)
    cells[np.arange(len(truth)), truth * classes + said] = 1.0

    def of(weights: Weights) -> Values:
        counts = (weights @ cells).astype(np.float64).reshape(-1, classes, classes)
        occurs, called = counts.sum(2), counts.sum(1)
        hits = np.diagonal(counts, axis1=1, axis2=2)
        each = np.divide(
            2 * hits, occurs + called, out=np.zeros_like(occurs), where=occurs + called > 0
        )
        return _ratio((each * (occurs > 0)).sum(1), (occurs > 0).sum(1))

    return of


def area_under_curve(truth: Truth, scores: Scores) -> Statistic:
    """Return the chance that a positive scores above a negative, ties half; NaN without both."""
    order, starts = _ascending(scores)

    def of(weights: Weights) -> Values:
        positives, negatives = _grouped(weights, truth, order, starts)
        below = np.cumsum(negatives, axis=1) - negatives / 2
        pairs = positives.sum(1) * negatives.sum(1)
        return _ratio((positives * below).sum(1), pairs)

    return of


def recall_at(truth: Truth, scores: Scores, rate: float) -> Statistic:
    """Return the share of positives found where at most *rate* of the negatives are called too.

    The threshold is the lowest score that keeps the rate, in every draw anew.
    """
    order, starts = _ascending(-scores.astype(np.float64))

    def of(weights: Weights) -> Values:
        positives, negatives = _grouped(weights, truth, order, starts)
        allowed = np.floor(rate * negatives.sum(1) + _ALMOST)
        kept = np.cumsum(negatives, axis=1) <= allowed[:, None]
        return _ratio((positives * kept).sum(1), positives.sum(1))

    return of


def calibration_error(confidence: Scores, right: Truth) -> Statistic:
    """Return the expected calibration error over ``BINS`` bins of equal mass (Naeini et al. 2015).

    The bins are those of all rows; each adds how far its mean confidence lies from its share of
    right answers.
    """
    numbers = _bin_numbers(confidence)
    gaps = np.zeros((len(confidence), BINS), np.float32)
    gaps[np.arange(len(confidence)), numbers] = right - confidence

    def of(weights: Weights) -> Values:
        return _ratio(np.abs((weights @ gaps).astype(np.float64)).sum(1), weights.sum(1))

    return of


class Bin(msgspec.Struct, frozen=True):
    """A part of the rows with like confidence: its mean, how many were right, how many rows."""

    confidence: float
    right: float
    rows: int


def bins(confidence: Scores, right: Truth) -> list[Bin]:
    """Return the bins of the calibration error, least confident first."""
    numbers = _bin_numbers(confidence)
    parts = [numbers == number for number in range(BINS)]
    return [
        Bin(float(confidence[part].mean()), float(right[part].mean()), int(part.sum()))
        for part in parts
        if part.any()
    ]


def _bin_numbers(confidence: Scores) -> Classes:
    """Return the bin of each row: by rank, so that each holds as many rows as the next.

    Rows with one score share the bin of their middle rank: their order says nothing.
    """
    _, group, rows = np.unique(confidence, return_inverse=True, return_counts=True)
    middle = np.cumsum(rows) - (rows + 1) / 2
    numbers: Classes = (middle * BINS // max(len(confidence), 1)).astype(np.int_)[group]
    return numbers


def best_threshold(truth: Truth, scores: Scores) -> float:
    """Return the score from which on calling positive gives the highest macro-F1."""
    distinct, starts = np.unique(scores, return_index=True)
    del starts
    called = np.searchsorted(np.sort(scores), distinct, side="left")
    hits = truth.sum() - np.searchsorted(np.sort(scores[truth]), distinct, side="left")
    said = len(scores) - called
    harmless, kept = (~truth).sum(), called - (truth.sum() - hits)
    positive = 2 * hits / np.maximum(said + truth.sum(), 1)
    negative = 2 * kept / np.maximum(called + harmless, 1)
    return float(distinct[int(np.argmax(positive + negative))])


def measurable(rate: float, negatives: int) -> bool:
    """Say whether so many negatives can show a false-alarm *rate*: one false alarm allowed."""
    return math.floor(rate * negatives + _ALMOST) >= 1


def _ascending(values: Scores) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the order of *values* and where in it each new value begins."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(values[order]) > 0]))
    return order, starts


def _grouped(
    weights: Weights, truth: Truth, order: NDArray[np.intp], starts: NDArray[np.intp]
) -> tuple[Values, Values]:
    """Return the weight of positives and of negatives per distinct score, (draws, scores) both."""
    sorted_weights, positive = weights[:, order].astype(np.float64), truth[order]
    return (
        np.add.reduceat(sorted_weights * positive, starts, axis=1),
        np.add.reduceat(sorted_weights * ~positive, starts, axis=1),
    )


def _ratio(part: NDArray[np.floating], whole: NDArray[np.floating]) -> Values:
    """Return *part* of *whole*; NaN of nothing."""
    nothing = np.full(len(whole), np.nan)
    ratio: Values = np.divide(part, whole, out=nothing, where=whole > 0)
    return ratio
