"""What the labels of somebody else's model mean in our words.

Pure: names and arrays. A wrong mapping would be wrong on every post, so it is refused with a
sentence that names the model's labels and ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from classifiers.engines import SENTIMENTS, FloatArray, Probabilities
from vigie.domain.assessment import Category, Target
from vigie.errors import Misconfigured

_CATEGORIES: Final = tuple(category.value for category in Category)
_TARGETS: Final = tuple(target.value for target in Target)
#: Every head that a label can mean.
HEADS: Final = (*SENTIMENTS, *_CATEGORIES, *_TARGETS)


class Outputs(StrEnum):
    """How the numbers of a model become probabilities."""

    SOFTMAX = "softmax"
    """Its labels exclude each other."""
    SIGMOID = "sigmoid"
    """Each label is true or false by itself."""


@dataclass(frozen=True, slots=True)
class LabelMap:
    """For every head the columns of the model that make it; none where the model lacks it."""

    columns: Mapping[str, tuple[int, ...]]
    outputs: Outputs

    def place(self, probabilities: FloatArray) -> Probabilities:
        """Return the heads from the model's *probabilities* (n, labels).

        Labels of one head add up where they exclude each other; else the likeliest counts.
        Sentiment and target are shared out to a sum of 1.
        """
        said = Probabilities.unknown(len(probabilities))
        for whole, heads in zip(said, (SENTIMENTS, _CATEGORIES, _TARGETS), strict=True):
            for at, head in enumerate(heads):
                if columns := self.columns.get(head):
                    part = probabilities[:, columns]
                    whole[:, at] = part.sum(1) if self.outputs is Outputs.SOFTMAX else part.max(1)
        with np.errstate(invalid="ignore"):  # a sum of 0 leaves NaN: the model said nothing
            for exclusive in (said.sentiment, said.target):
                np.divide(exclusive, exclusive.sum(1, keepdims=True), out=exclusive)
        return said


def map_labels(
    model: str, labels: Sequence[str], wanted: Mapping[str, str], outputs: Outputs
) -> LabelMap:
    """Return what the *labels* of *model*, in the order of its *outputs*, mean by *wanted*.

    Where nothing is wanted, a label that is spelt as a head means that head. Raises
    ``Misconfigured`` where a label or head does not exist or a sentiment or target is incomplete.
    """
    meaning = wanted or {label: label.lower() for label in labels if label.lower() in HEADS}
    if not meaning:
        msg = (
            f"no label of {model} is spelt like a head of ours: say under classifier.labels what "
            f"they mean, for example `{labels[0]}: negative`; {_known(labels)}"
        )
        raise Misconfigured(msg)
    for label, head in meaning.items():
        _check(model, labels, label, head)
    columns = {
        head: tuple(at for at, label in enumerate(labels) if meaning.get(label) == head)
        for head in meaning.values()
    }
    for head, found in columns.items():
        if outputs is Outputs.SOFTMAX and len(found) == len(labels):
            msg = (
                f"classifier.labels maps every label of {model} to {head}, which would be 1 of any "
                f"text: leave out those that mean something else; {_known(labels)}"
            )
            raise Misconfigured(msg)
    for kind, heads in (("sentiment", SENTIMENTS), ("target", _TARGETS)):
        _check_whole(model, labels, kind, [head for head in heads if head not in columns], heads)
    return LabelMap(columns, outputs)


def _check(model: str, labels: Sequence[str], label: str, head: str) -> None:
    if label not in labels:
        msg = f"classifier.labels names {label}, which {model} does not have; {_known(labels)}"
        raise Misconfigured(msg)
    if head not in HEADS:
        msg = f"classifier.labels maps {label} to {head}, which is no head; {_known(labels)}"
        raise Misconfigured(msg)


def _check_whole(
    model: str, labels: Sequence[str], kind: str, missing: Sequence[str], heads: Sequence[str]
) -> None:
    if missing and len(missing) < len(heads):
        msg = (
            f"classifier.labels gives {model} a {kind} without {' and '.join(missing)}: map labels "
            f"to all of {', '.join(heads)}, or to none of them; {_known(labels)}"
        )
        raise Misconfigured(msg)


def _known(labels: Sequence[str]) -> str:
    return f"its labels are {', '.join(labels)}, our heads {', '.join(HEADS)}"
