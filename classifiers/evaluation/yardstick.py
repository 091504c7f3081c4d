"""What every model of a run is measured with: the same texts, the same baseline, the same seed.

Knows rows; loads no model.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from classifiers.engines import Probabilities
from classifiers.evaluation.baseline import MODEL, fit_baseline
from classifiers.evaluation.dev import DevTexts, dev_texts
from classifiers.evaluation.examples import Example
from classifiers.evaluation.figures import Report
from classifiers.evaluation.fit import cross_fitted
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.measure import measure
from classifiers.evaluation.suite import count_near
from classifiers.training.data import PLAIN_SOURCES, Row
from vigie.domain.assessment import ModelRef

if TYPE_CHECKING:
    from classifiers.training.recipe import Rows

log = logging.getLogger(__name__)

#: What the dev rows are called in a report.
DEV: Final = "dev"
#: The language that the suite is in.
_SUITE_LANGUAGE: Final = "fr"


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Texts to judge, the baseline's figures on them, and how far the suite is from training.

    Of ``compared`` texts that are trained on, ``near`` are like a case of the suite.
    """

    texts: DevTexts
    baseline: Report
    compared: int
    near: int
    seed: int


def prepare(rows: "Rows", *, seed: int) -> Yardstick:
    """Return the yardstick for models trained on ``rows.train``; takes minutes."""
    texts = dev_texts(rows, seed)
    log.info("fitting the baseline")
    said = fit_baseline(rows.train, seed=seed).probabilities(texts.labelled)
    log.info("comparing the suite with what is trained on")
    learned = list(_to_compare(rows.train))
    return Yardstick(
        texts=texts,
        baseline=report_raw(said, texts.labelled, model=MODEL, seed=seed),
        compared=len(learned),
        near=count_near(learned, texts.suite),
        seed=seed,
    )


def report_raw(
    raw: Probabilities, examples: Sequence[Example], *, model: ModelRef, seed: int
) -> Report:
    """Return the figures of a model without calibration or thresholds; calibration is cross-fitted.

    *raw* are its answers to *examples*.
    """
    judged = Judged(examples, raw, cross_fitted(raw, examples))
    return measure(judged, model=model, data=DEV, thresholds={}, seed=seed)


def _to_compare(rows: Iterable[Row]) -> Iterable[str]:
    """Yield the texts that could hold a case of the suite: French, and not everyday sentences."""
    for row in rows:
        if row.language == _SUITE_LANGUAGE and row.source not in PLAIN_SOURCES:
            yield row.text
