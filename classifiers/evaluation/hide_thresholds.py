"""Hide thresholds from the scores of negatives: at most 2 false alarms in 1,000, or cautious.

Knows calibrated scores and labels. A threshold is chosen on dev, so its own false-alarm figures
are a little too good; the interval is stated beside them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers.evaluation.intervals import wilson
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.metrics import measurable
from classifiers.manifest import MIN_POSITIVES, Head, Threshold
from classifiers.training.data import CATEGORIES, OWN, UNKNOWN, Row
from vigie.domain.assessment import Category

FloatArray = NDArray[np.float32]

#: False alarms aimed at, as a share of the negatives.
FALSE_ALARMS: Final = 0.002
#: With fewer labelled negatives than this a head has no threshold at all and hides nothing.
MIN_NEGATIVES: Final = 40
#: Where dev cannot support the rate, or a caller is cautious: how far above the highest negative,
#: as a share of what is left up to 1.
CAUTION: Final = 0.25


def judge_heads(
    labelled: Iterable[Row], dev: Judged, plain: Judged, *, cautious: bool = False
) -> tuple[Head, ...]:
    """Return every head in every language: its positives, whether it ships, its threshold.

    *labelled* are all labelled rows, train and dev: the number of positives decides shipping.
    *plain* are everyday sentences that nobody labelled; they must hold a threshold too. A head
    whose positives are nearly all our own texts is rare: it has a threshold only where dev can
    show the rate, and is never called measured. *cautious* thresholds lie above every negative of
    dev, as if dev could show no rate.
    """
    rows = [row for row in labelled if row.labels != UNKNOWN]
    heads: list[Head] = []
    for language in sorted({row.language for row in rows}):
        here = [row for row in rows if row.language == language]
        heads += _heads(language, here, _in(dev, language), _in(plain, language), cautious=cautious)
    return tuple(heads)


def _heads(
    language: str, rows: Sequence[Row], dev: Judged, plain: Judged, *, cautious: bool
) -> list[Head]:
    positives = {category: _positives(rows, category) for category in CATEGORIES}
    rare = {
        category
        for category, some in positives.items()
        if sum(not row.source.startswith(OWN) for row in some) < MIN_POSITIVES
    }
    shipping = [category for category in CATEGORIES if len(positives[category]) >= MIN_POSITIVES]
    shown = [one for one in shipping if one not in rare or _can_be_shown(one, dev)]
    limits = _limits(shown, dev, plain, cautious=cautious)
    return [
        Head(
            category=category,
            language=language,
            positives=len(positives[category]),
            available=category in shipping,
            threshold=_threshold(category, limits[category], dev, plain, rare=category in rare)
            if category in limits
            else None,
        )
        for category in CATEGORIES
    ]


def _positives(rows: Sequence[Row], category: Category) -> list[Row]:
    return [row for row in rows if row.labels[CATEGORIES.index(category)] == 1]


def _in(judged: Judged, language: str) -> Judged:
    rows = [row for row, one in enumerate(judged.examples) if one.language == language]
    return judged.part(np.array(rows, np.intp))


def _can_be_shown(category: Category, dev: Judged) -> bool:
    return measurable(FALSE_ALARMS, len(_negatives(dev, category)))


def _negatives(dev: Judged, category: Category) -> NDArray[np.intp]:
    return np.array(
        [row for row, one in enumerate(dev.examples) if one.label(category) == 0], np.intp
    )


def _limits(
    categories: Sequence[Category], dev: Judged, plain: Judged, *, cautious: bool
) -> Mapping[Category, float]:
    """Return a threshold for each of *categories* with enough negatives; together they hold."""
    kept = [one for one in categories if len(_negatives(dev, one)) >= MIN_NEGATIVES]
    columns = [CATEGORIES.index(one) for one in kept]
    limits = [
        lowest_limit(
            dev.said.toxicity[_negatives(dev, one), column],
            plain.said.toxicity[:, column],
            cautious=cautious,
        )
        for one, column in zip(kept, columns, strict=True)
    ]
    harmless = dev.said.toxicity[_negatives(dev, Category.TOXIC)]
    for scores in (harmless, plain.said.toxicity):
        limits = raised_together(limits, scores[:, columns])
    return dict(zip(kept, limits, strict=True))


def lowest_limit(labelled: FloatArray, plain: FloatArray, *, cautious: bool = False) -> float:
    """Return the lowest threshold that scores of *labelled* negatives and of *plain* text allow.

    At or above it lie at most ``FALSE_ALARMS`` of either, and none at all of a set too small to
    measure that rate, nor of *labelled* where the caller is *cautious*.
    """
    return max(_cut(labelled, cautious=cautious), _cut(plain) if len(plain) else 0.0)


def _cut(negatives: FloatArray, *, cautious: bool = False) -> float:
    descending = np.sort(negatives)[::-1]
    if measurable(FALSE_ALARMS, len(negatives)) and not cautious:
        return _just_above(descending[math.floor(len(negatives) * FALSE_ALARMS)])
    highest = float(descending[0])
    return max(highest + CAUTION * (1.0 - highest), _just_above(descending[0]))


def raised_together(limits: Sequence[float], scores: FloatArray) -> list[float]:
    """Return *limits* raised until few enough of *scores* (harmless texts, heads) reach any.

    Each head alone keeps the rate on texts without its own kind of abuse; what counts for people
    is how many harmless texts reach some head.
    """
    allowed = math.floor(len(scores) * FALSE_ALARMS)
    descending = -np.sort(-scores, axis=0)
    raised = np.array(limits)
    for each in range(allowed, -1, -1) if len(scores) else ():
        raised = np.maximum(limits, [_just_above(score) for score in descending[each]])
        if (scores.astype(np.float64) >= raised).any(axis=1).sum() <= allowed:
            break
    return [float(limit) for limit in raised]


def _just_above(score: np.float32) -> float:
    """Return the next number that a score can be: the engine's are float32."""
    return float(np.nextafter(score, np.float32(np.inf)))


def _threshold(
    category: Category, limit: float, dev: Judged, plain: Judged, *, rare: bool
) -> Threshold:
    """Return *limit* with what dev shows of it."""
    column = CATEGORIES.index(category)
    negatives = dev.said.toxicity[_negatives(dev, category), column]
    alarms = _reaching(negatives, limit)
    return Threshold(
        value=limit,
        supported=measurable(FALSE_ALARMS, len(negatives)) and not rare,
        negatives=len(negatives),
        false_alarms=alarms,
        upper_rate=round(wilson(alarms, len(negatives))[1], 5),
        plain_negatives=len(plain.examples),
        plain_false_alarms=_reaching(plain.said.toxicity[:, column], limit),
    )


def _reaching(scores: FloatArray, limit: float) -> int:
    """Count the scores at or above *limit*, compared as the caller of the engine will."""
    return int((scores.astype(np.float64) >= limit).sum())
