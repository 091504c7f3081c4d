"""The calibration of a model, fitted per head and language on labelled texts.

Knows raw probabilities and labels. Classes that exclude each other get a temperature, categories
Platt's scale and offset: one and two numbers, which some dozens of texts can carry; isotonic
steps would need thousands. A figure on the very texts of the fit would flatter, so
``cross_fitted`` gives every text a calibration that has not seen it.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # ships no types

from classifiers.calibration import Calibration, calibrate
from classifiers.engines import Probabilities
from classifiers.evaluation.examples import Example, languages_of
from classifiers.evaluation.judged import CLASS_HEADS, Judged
from classifiers.evaluation.metrics import Scores, Truth
from classifiers.training.data import CATEGORIES

#: A head with fewer rows of some kind (or of all classes) in a language is left as it is.
MIN_ROWS: Final = 20
FOLDS: Final = 5
_SCALES: Final = (0.05, 20.0)
_OFFSETS: Final = (-20.0, 20.0)
#: Probabilities are kept this far from 0 and 1, as where the calibration is applied.
_EDGE: Final = 1e-7


def fit(raw: Probabilities, examples: Sequence[Example]) -> tuple[Calibration, ...]:
    """Return the corrections of *raw*, a network's own answers, that suit the labels best."""
    return tuple(_fitted(Judged(examples, raw, raw)))


def _fitted(judged: Judged, least: int = MIN_ROWS) -> Iterator[Calibration]:
    for language in languages_of(judged.examples):
        rows = [row for row, one in enumerate(judged.examples) if one.language == language]
        here = judged.part(np.array(rows, np.intp))
        for head in CLASS_HEADS:
            known = here.of_class_head(head)
            if len(known.rows) >= least:
                yield temperature(head, language, known.said, known.truth)
        for category in CATEGORIES:
            known = here.of_category(category)
            positives = int((known.truth == 1).sum())
            if min(positives, len(known.rows) - positives) >= least:
                yield platt(category, language, known.said, known.truth == 1)


def temperature(head: str, language: str, raw: Scores, truth: NDArray[np.int_]) -> Calibration:
    """Return the scale of the logits of *raw* (n, classes) that makes *truth* likeliest."""
    logits = np.log(np.clip(raw.astype(np.float64), _EDGE, 1.0))
    right = logits[np.arange(len(truth)), truth]

    def surprise(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scaled = values[0] * logits
        total = np.logaddexp.reduce(scaled, axis=1)
        expected = (np.exp(scaled - total[:, None]) * logits).sum(1)
        return float((total - values[0] * right).mean()), np.array([(expected - right).mean()])

    (scale,) = _minimum(surprise, [1.0], [_SCALES])
    return Calibration(head=head, language=language, scale=scale)


def platt(head: str, language: str, raw: Scores, truth: Truth) -> Calibration:
    """Return the scale and offset of the logits of *raw* (n,) that make *truth* likeliest.

    The labels are drawn in a little, as Platt (1999) does, so that a head without an error on
    few rows does not become certain.
    """
    within = np.clip(raw.astype(np.float64), _EDGE, 1.0 - _EDGE)
    logits = np.log(within / (1.0 - within))
    positives = int(truth.sum())
    yes, no = (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2)
    wanted = np.where(truth, yes, no)

    def surprise(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        moved = values[0] * logits + values[1]
        loss = np.logaddexp(0.0, moved) - wanted * moved
        error = 0.5 * (1.0 + np.tanh(0.5 * moved)) - wanted
        return float(loss.mean()), np.array([(error * logits).mean(), error.mean()])

    scale, offset = _minimum(surprise, [1.0, 0.0], [_SCALES, _OFFSETS])
    return Calibration(head=head, language=language, scale=scale, offset=offset)


def _minimum(
    surprise: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    start: list[float],
    bounds: list[tuple[float, float]],
) -> list[float]:
    """Return where *surprise*, which also gives its slope, is least; rounded for the file."""
    best = minimize(surprise, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return [round(float(value), 6) for value in best]


def cross_fitted(raw: Probabilities, examples: Sequence[Example]) -> Probabilities:
    """Return *raw* calibrated, each text by a fit on the four fifths that it is not in.

    The fifths are drawn by the text alone, so the same text is never on both sides. The heads that
    are corrected are those that ``fit`` corrects, though four fifths may be too few for it.
    """
    judged = Judged(examples, raw, raw)
    shipped = {(one.head, one.language) for one in _fitted(judged)}
    folds = np.array([_fold(one.text) for one in examples], np.intp)
    said = Probabilities(*(part.copy() for part in raw))
    for fold in range(FOLDS):
        away, here = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        seen, unseen = judged.part(away), judged.part(here)
        answer = calibrate(
            unseen.said,
            [one.language for one in unseen.examples],
            [one for one in _fitted(seen, least=1) if (one.head, one.language) in shipped],
        )
        for whole, part in zip(said, answer, strict=True):
            whole[here] = part
    return said


def _fold(text: str) -> int:
    digest = blake2b(text.encode(), digest_size=4, person=b"calibration").digest()
    return int.from_bytes(digest, "big") % FOLDS
