"""The texts that the shipped models are measured on, and what a model says of them.

Knows rows and engines. The dev rows choose calibration and thresholds; the suite chooses nothing.
"""

import logging
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from classifiers.engines import Probabilities
from classifiers.engines.shipped import ShippedEngine
from classifiers.evaluation.examples import Example, dev_examples
from classifiers.evaluation.fit import cross_fitted
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.suite import read_suite
from classifiers.training.data import CLEAN, Row

if TYPE_CHECKING:
    from classifiers.training.recipe import Rows

log = logging.getLogger(__name__)

#: Everyday sentences scored per language: enough to measure 2 in 1,000.
PLAIN_PER_LANGUAGE: Final = 3_000


@dataclass(frozen=True, slots=True)
class DevTexts:
    """Labelled dev rows, everyday sentences that nobody labelled, and the cases of the suite.

    ``rows`` are all labelled rows, of training too: their numbers decide which heads ship.
    """

    labelled: Sequence[Example]
    plain: Sequence[Example]
    suite: Sequence[Example]
    rows: Sequence[Row]


class Answers(NamedTuple):
    """What a network itself says of the three kinds of ``DevTexts``."""

    labelled: Probabilities
    plain: Probabilities
    suite: Probabilities


def dev_texts(rows: "Rows", seed: int) -> DevTexts:
    """Return what models are measured on, of all *rows*; everyday sentences are drawn by *seed*."""
    labelled = [*rows.toxicity, *rows.own, *rows.sentiment]
    clean = [row for row in rows.sentiment if row.dev and row.text and row.labels == CLEAN]
    plain = [*pick_plain((row for row in rows.plain if row.dev and row.text), seed), *clean]
    return DevTexts(
        labelled=dev_examples(labelled),
        plain=[Example(row.text, row.language, row.source) for row in plain],
        suite=read_suite(),
        rows=[*rows.toxicity, *rows.own],
    )


def pick_plain(rows: Iterable[Row], seed: int) -> list[Row]:
    """Return at most a fixed number of everyday sentences per language, by *seed*."""
    picked: list[Row] = []
    by_language: dict[str, list[Row]] = {}
    for row in rows:
        by_language.setdefault(row.language, []).append(row)
    for language in sorted(by_language):
        all_of_it = by_language[language]
        chance = random.Random(f"{seed}:{language}")  # noqa: S311 - no secret
        picked += chance.sample(all_of_it, min(PLAIN_PER_LANGUAGE, len(all_of_it)))
    return picked


def ask(engine: ShippedEngine, texts: DevTexts) -> Answers:
    """Return the network's own answers to all *texts*."""
    answers = []
    for kind, some in (
        ("labelled", texts.labelled),
        ("plain", texts.plain),
        ("suite", texts.suite),
    ):
        log.info("model=%s judging=%s texts=%d", engine.model.id, kind, len(some))
        answers.append(engine.raw([one.text for one in some]))
    return Answers(*answers)


def judged(engine: ShippedEngine, examples: Sequence[Example], raw: Probabilities) -> Judged:
    """Return the engine's corrected answers to *examples*, given the network's own."""
    said = engine.corrected(raw, [one.language for one in examples])
    return Judged(examples, said, said)


def judged_unseen(engine: ShippedEngine, examples: Sequence[Example], raw: Probabilities) -> Judged:
    """Return the same for texts that the calibration was fitted on: ``unseen`` is cross-fitted.

    A model without calibration has nothing to be fair about.
    """
    if not engine.manifest.calibration:
        return judged(engine, examples, raw)
    said = engine.corrected(raw, [one.language for one in examples])
    fair = cross_fitted(raw, examples)
    unseen = Probabilities(
        *(np.where(np.isnan(part), part, other) for part, other in zip(said, fair, strict=True))
    )
    return Judged(examples, said, unseen)
