"""Figures of a finished model on dev, by language and source.

Measures the 8-bit model through the engine that serves it. Knows rows and scores; chooses nothing.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.engines import Probabilities
from classifiers.engines.shipped import ShippedEngine
from classifiers.manifest import MIN_POSITIVES, Head
from classifiers.training.calibrate import choose_threshold
from classifiers.training.data import CATEGORIES, SENTIMENTS, Row
from vigie.domain.assessment import Category

FloatArray = NDArray[np.float32]

#: Everyday sentences scored per language: enough to measure 2 in 1,000.
_PLAIN_PER_LANGUAGE: Final = 3_000


class SentimentFigure(msgspec.Struct, frozen=True, kw_only=True):
    """Macro-F1 over the classes that occur, 0 to 1; ``source`` None is all sources together."""

    language: str
    source: str | None
    rows: int
    macro_f1: float


class HeadFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One head in one language; rates are 0 to 1 and None where they cannot be measured."""

    category: Category
    language: str
    source: str | None
    positives: int
    negatives: int
    auc: float | None
    found: int | None


class SteadinessFigure(msgspec.Struct, frozen=True, kw_only=True):
    """How much a text's scores depend on the texts it shares a batch with.

    ``same_sentiment`` is the share of rows whose likeliest sentiment is the same alone and in
    company; the others are differences of the toxic score.
    """

    rows: int
    same_sentiment: float
    mean_difference: float
    largest_difference: float


class DevSet(NamedTuple):
    """Rows and what the model says of them."""

    rows: Sequence[Row]
    said: Probabilities

    def where(self, keep: Callable[[Row], bool]) -> "DevSet":
        """Return the part of the set that *keep* accepts."""
        at = [number for number, row in enumerate(self.rows) if keep(row)]
        said = Probabilities(*(part[at] for part in self.said))
        return DevSet([self.rows[number] for number in at], said)

    def scores(self, category: Category, label: int | None = None) -> FloatArray:
        """Return a category's scores, of the rows with that *label* where one is given."""
        column = CATEGORIES.index(category)
        at = [n for n, row in enumerate(self.rows) if label is None or row.labels[column] == label]
        return self.said.toxicity[at, column]


def score(engine: ShippedEngine, rows: Sequence[Row]) -> DevSet:
    """Return *rows* with the model's answers."""
    return DevSet(rows, engine.raw([row.text for row in rows]))


def measure_steadiness(engine: ShippedEngine, dev: DevSet) -> SteadinessFigure:
    """Compare the scores in *dev*, which come from full batches, with each row's scores alone."""
    alone = [engine.raw([row.text]) for row in dev.rows]
    sentiment = np.concatenate([one.sentiment for one in alone])
    toxic = np.concatenate([one.toxicity[:, CATEGORIES.index(Category.TOXIC)] for one in alone])
    difference = np.abs(toxic - dev.scores(Category.TOXIC))
    return SteadinessFigure(
        rows=len(dev.rows),
        same_sentiment=float((sentiment.argmax(1) == dev.said.sentiment.argmax(1)).mean()),
        mean_difference=float(difference.mean()),
        largest_difference=float(difference.max()),
    )


def pick_plain(rows: Iterable[Row], seed: int) -> list[Row]:
    """Return a fixed number of everyday dev sentences per language, by *seed*."""
    picked: list[Row] = []
    by_language: dict[str, list[Row]] = {}
    for row in rows:
        by_language.setdefault(row.language, []).append(row)
    for language in sorted(by_language):
        all_of_it = by_language[language]
        chance = random.Random(f"{seed}:{language}")  # noqa: S311 - no secret
        picked += chance.sample(all_of_it, min(_PLAIN_PER_LANGUAGE, len(all_of_it)))
    return picked


def judge_heads(labelled: Sequence[Row], dev: DevSet, plain: DevSet) -> tuple[Head, ...]:
    """Return every head in every language: its positives, whether it ships, its threshold.

    *labelled* are all labelled rows, train and dev: the number of positives decides shipping.
    """
    return tuple(
        _head(category, language, labelled, dev, plain)
        for language in sorted({row.language for row in labelled})
        for category in CATEGORIES
    )


def _head(
    category: Category, language: str, labelled: Sequence[Row], dev: DevSet, plain: DevSet
) -> Head:
    column = CATEGORIES.index(category)
    positives = sum(row.language == language and row.labels[column] == 1 for row in labelled)
    available = positives >= MIN_POSITIVES
    here = dev.where(lambda row: row.language == language)
    everyday = plain.where(lambda row: row.language == language)
    threshold = choose_threshold(here.scores(category, 0), everyday.scores(category))
    return Head(
        category=category,
        language=language,
        positives=positives,
        available=available,
        threshold=threshold if available else None,
    )


def measure_heads(heads: Iterable[Head], dev: DevSet) -> list[HeadFigure]:
    """Return area under the curve and positives found at the threshold, for heads that ship."""
    figures = []
    for head in heads:
        if not head.available:
            continue
        here = dev.where(lambda row, head=head: row.language == head.language)  # type: ignore[misc]
        for source in (None, *sorted({row.source for row in here.rows})):
            part = here.where(lambda row, source=source: source in {None, row.source})  # type: ignore[misc]
            figure = _head_figure(head, source, part)
            if figure.positives or figure.negatives:
                figures.append(figure)
    return figures


def _head_figure(head: Head, source: str | None, part: DevSet) -> HeadFigure:
    positives, negatives = part.scores(head.category, 1), part.scores(head.category, 0)
    limit = head.threshold
    return HeadFigure(
        category=head.category,
        language=head.language,
        source=source,
        positives=len(positives),
        negatives=len(negatives),
        auc=area_under_curve(positives, negatives),
        found=None if limit is None else int((positives.astype(np.float64) >= limit.value).sum()),
    )


def area_under_curve(positives: FloatArray, negatives: FloatArray) -> float | None:
    """Return the chance that a positive scores above a negative, ties half; None without both."""
    if not len(positives) or not len(negatives):
        return None
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, side="left")
    not_above = np.searchsorted(ordered, positives, side="right")
    return float((below + not_above).mean() / (2 * len(negatives)))


def measure_sentiment(dev: DevSet) -> list[SentimentFigure]:
    """Return macro-F1 per language and per language and source."""
    pairs = sorted({(row.language, row.source) for row in dev.rows})
    wanted: list[tuple[str, str | None]] = [
        *((language, None) for language in sorted({language for language, _ in pairs})),
        *pairs,
    ]
    return [_sentiment_figure(dev, language, source) for language, source in wanted]


def _sentiment_figure(dev: DevSet, language: str, source: str | None) -> SentimentFigure:
    part = dev.where(lambda row: row.language == language and source in {None, row.source})
    truth = np.array([row.sentiment for row in part.rows])
    return SentimentFigure(
        language=language,
        source=source,
        rows=len(part.rows),
        macro_f1=macro_f1(truth, part.said.sentiment.argmax(1)),
    )


def macro_f1(truth: NDArray[np.int_], said: NDArray[np.int_]) -> float:
    """Return the mean F1 of the classes that occur in *truth*, 0 to 1."""
    scores = []
    for label in range(len(SENTIMENTS)):
        if not (truth == label).any():
            continue
        hits = int(((truth == label) & (said == label)).sum())
        scores.append(2 * hits / int((truth == label).sum() + (said == label).sum()))
    return float(np.mean(scores)) if scores else 0.0
