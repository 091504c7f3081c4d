"""Behaviours one can name, each with its own figure, in the manner of HateCheck.

(Röttger et al. 2021.) Knows cases, answers and thresholds, no model and no file.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from classifiers.evaluation.category_figures import HALF
from classifiers.evaluation.examples import Example
from classifiers.evaluation.figures import Failure, FunctionFigures
from classifiers.evaluation.hiding import Thresholds, aimed, flagged
from classifiers.evaluation.intervals import Share, share
from classifiers.evaluation.judged import Judged, Rows
from classifiers.evaluation.metrics import Truth
from classifiers.training.data import CATEGORIES
from vigie.domain.assessment import Category

_TOXIC: Final = CATEGORIES.index(Category.TOXIC)

#: Source, function ("" for all of a source) and whether its cases are abuse.
Group = tuple[str, str, bool]


def function_figures(judged: Judged, thresholds: Thresholds) -> list[FunctionFigures]:
    """Return the figures of every function, and of all functions of a source together."""
    expected, toxic = _expected(judged), judged.said.toxicity[:, _TOXIC]
    reached = flagged(judged, thresholds)
    hidden, right = reached & aimed(judged), (toxic >= HALF) == expected
    return [
        FunctionFigures(
            source=source,
            function=function,
            abusive=abusive,
            right=_share(right[rows]),
            flagged=_share(reached[rows]),
            hidden=_share(hidden[rows]),
        )
        for (source, function, abusive), rows in _groups(judged.examples).items()
    ]


def _groups(examples: Sequence[Example]) -> dict[Group, Rows]:
    groups: dict[Group, list[int]] = {}
    for row, one in enumerate(examples):
        label = one.label(Category.TOXIC)
        if one.function and label is not None:
            for function in ("", one.function):
                groups.setdefault((one.source, function, label == 1), []).append(row)
    return {group: np.array(rows, np.intp) for group, rows in groups.items()}


def _expected(judged: Judged) -> Truth:
    return np.array([one.label(Category.TOXIC) == 1 for one in judged.examples], bool)


def _share(rows: Truth) -> Share:
    return share(int(rows.sum()), len(rows))


def failures(judged: Judged, thresholds: Thresholds, *, shown: int) -> list[Failure]:
    """Return the *shown* worst cases of each kind: called abuse without being it, and missed."""
    expected, reached = _expected(judged), flagged(judged, thresholds)
    toxic = judged.said.toxicity[:, _TOXIC].astype(np.float64)
    wrong = np.where(expected, HALF - toxic, toxic - HALF)
    worst = [int(row) for row in np.argsort(-wrong, kind="stable") if wrong[row] > 0.0]
    false_alarms = [row for row in worst if not expected[row]]
    missed = [row for row in worst if expected[row]]
    return [
        Failure(
            source=judged.examples[row].source,
            function=judged.examples[row].function,
            text=judged.examples[row].text,
            abusive=bool(expected[row]),
            toxic=round(float(toxic[row]), 3),
            flagged=bool(reached[row]),
        )
        for row in [*false_alarms[:shown], *missed[:shown]]
    ]
