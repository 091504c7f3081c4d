"""What a model must beat: TF-IDF and logistic regression, learned from the same rows.

One model per language and task on the shares of words, pairs of words and letter sequences. Knows
texts and labels; what it says is measured like any model's.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]  # ships no types
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import FeatureUnion, Pipeline  # type: ignore[import-untyped]

from classifiers.engines import Probabilities
from classifiers.evaluation.examples import Example
from classifiers.training.data import CATEGORIES, Row
from vigie.domain.assessment import Category, ModelRef

MODEL: Final = ModelRef("tf-idf", "1")
LANGUAGES: Final = ("fr", "en")
TASKS: Final[Mapping[str, Callable[[Row], int | None]]] = {
    "sentiment": lambda row: row.sentiment,
    "toxic": lambda row: row.toxic,
}
#: Rows learned from per language and task, so that all four are fitted within minutes on 2 cores.
#: French has fewer that are labelled; English is drawn from.
_LABELLED: Final = 25_000
#: And sentences that nobody labelled, read as not toxic.
_WEAK: Final = 8_000
_FEATURES: Final = 150_000
_STRENGTH: Final = 4.0
_TOXIC: Final = CATEGORIES.index(Category.TOXIC)


class Baseline:
    """Fitted models by language and task; of anything else it says nothing."""

    def __init__(self, models: Mapping[tuple[str, str], Pipeline]) -> None:
        self._models = models

    def probabilities(self, examples: Sequence[Example]) -> Probabilities:
        """Return what it says of *examples*: sentiment and the toxic head."""
        said = Probabilities.unknown(len(examples))
        for (language, task), model in self._models.items():
            rows = [row for row, one in enumerate(examples) if one.language == language]
            if not rows:
                continue
            shares = model.predict_proba([examples[row].text for row in rows])
            if task == "toxic":
                said.toxicity[rows, _TOXIC] = shares[:, list(model.classes_).index(1)]
            else:
                said.sentiment[rows] = 0.0
                said.sentiment[np.ix_(rows, model.classes_)] = shares
        return said


def fit_baseline(rows: Sequence[Row], *, seed: int) -> Baseline:
    """Return the baseline learned from the train *rows*, dev rows and near duplicates left out."""
    models = {}
    for language in LANGUAGES:
        for task, label in TASKS.items():
            known = [row for row in rows if row.language == language and label(row) is not None]
            drawn = _draw(known, seed)
            if len({label(row) for row in drawn}) > 1:
                models[language, task] = _fitted(drawn, task)
    return Baseline(models)


def _draw(rows: Sequence[Row], seed: int) -> list[Row]:
    """Return a bounded number of rows, weak ones apart."""
    weak = [row for row in rows if row.label_weight < 1.0 and row.sentiment is None]
    sure = [row for row in rows if row.label_weight >= 1.0 or row.sentiment is not None]
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [
        *chance.sample(sure, min(_LABELLED, len(sure))),
        *chance.sample(weak, min(_WEAK, len(weak))),
    ]


def _fitted(rows: Sequence[Row], task: str) -> Pipeline:
    weights = [row.sentiment_weight if task == "sentiment" else row.label_weight for row in rows]
    model = Pipeline(
        [
            ("features", FeatureUnion([("words", _words()), ("letters", _letters())])),
            ("model", LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=300)),
        ]
    )
    labels = [TASKS[task](row) for row in rows]
    return model.fit([row.text for row in rows], labels, model__sample_weight=weights)


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=_FEATURES)


def _letters() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, max_features=_FEATURES
    )
