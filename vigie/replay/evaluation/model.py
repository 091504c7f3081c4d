"""The shipped model, loaded once per process when it is first asked."""

from collections.abc import Sequence
from functools import cache

from classifiers.classifier import TextClassifier
from classifiers.load import load_classifier
from config.settings import Classifier
from vigie.domain.assessment import Scores


def classify(texts: Sequence[str]) -> Sequence[Scores]:
    """Return what the shipped model says of texts in languages it must tell itself."""
    return _model().classify(list(texts), [None] * len(texts))


@cache
def _model() -> TextClassifier:
    return load_classifier(Classifier(threads=1))
