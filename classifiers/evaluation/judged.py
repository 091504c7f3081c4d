"""Labelled texts beside what a model says of them, and the parts of them that are measured.

Knows arrays and examples, no model and no metric.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.engines import Probabilities
from classifiers.evaluation.examples import Example, languages_of
from classifiers.evaluation.figures import Part, Slice
from classifiers.training.data import CATEGORIES, SENTIMENTS, TARGETS
from vigie.domain.assessment import Category

Rows = NDArray[np.intp]

#: The heads whose classes exclude each other, and their classes.
CLASS_HEADS: Final = {"sentiment": SENTIMENTS, "target": TARGETS}


class Known(NamedTuple):
    """Rows that know the truth of a head and of which the model says something.

    ``truth`` are class numbers or booleans; ``said`` and ``unseen`` as in ``Judged``.
    """

    rows: Rows
    truth: NDArray[np.int_]
    said: NDArray[np.float32]
    unseen: NDArray[np.float32]
    silent: int
    """Rows that know the truth and of which the model says nothing."""


class Judged(NamedTuple):
    """Examples and the model's answers: ``unseen`` by a calibration fitted without the text.

    Calibration errors and figures at one half are measured on ``unseen``, everything that depends
    on the order of scores alone on ``said``. For texts that no calibration was fitted on both are
    the same.
    """

    examples: Sequence[Example]
    said: Probabilities
    unseen: Probabilities

    def part(self, rows: Rows) -> "Judged":
        """Return the part with these *rows*."""
        return Judged(
            [self.examples[row] for row in rows.tolist()],
            Probabilities(*(one[rows] for one in self.said)),
            Probabilities(*(one[rows] for one in self.unseen)),
        )

    def of_class_head(self, head: str) -> Known:
        """Return what is known of ``sentiment`` or ``target``."""
        labels = [getattr(one, head) for one in self.examples]
        return _known(labels, getattr(self.said, head), getattr(self.unseen, head))

    def of_category(self, category: Category) -> Known:
        """Return what is known of a *category*."""
        labels = [one.label(category) for one in self.examples]
        column = CATEGORIES.index(category)
        return _known(labels, self.said.toxicity[:, column], self.unseen.toxicity[:, column])


def _known(
    labels: Sequence[int | None], said: NDArray[np.float32], unseen: NDArray[np.float32]
) -> Known:
    labelled = np.array([label is not None for label in labels], bool)
    spoken = ~np.isnan(said.reshape(len(labels), -1)).any(axis=1)
    rows = np.flatnonzero(labelled & spoken)
    truth = np.array([labels[row] for row in rows.tolist()], np.int_)
    return Known(rows, truth, said[rows], unseen[rows], int((labelled & ~spoken).sum()))


def slices(examples: Sequence[Example]) -> Iterator[tuple[Slice, Rows]]:
    """Yield every part of *examples* that is measured: by language, origin, source and variety."""
    for language in languages_of(examples):
        rows = _rows(examples, lambda one, language=language: one.language == language)  # type: ignore[misc]
        yield Slice(language), rows
        for part, keep in _parts([examples[row] for row in rows.tolist()]):
            yield (
                Slice(language, *part),
                np.array([row for row in rows if keep(examples[row])], np.intp),
            )


def _rows(examples: Sequence[Example], keep: Callable[[Example], bool]) -> Rows:
    return np.array([row for row, one in enumerate(examples) if keep(one)], np.intp)


def _parts(
    examples: Sequence[Example],
) -> Iterator[tuple[tuple[Part, str], Callable[[Example], bool]]]:
    if len({one.own for one in examples}) > 1:
        yield (Part.PUBLIC, ""), lambda one: not one.own
        yield (Part.OWN, ""), lambda one: one.own
    for own in (False, True):
        sources = sorted({one.source for one in examples if one.source and one.own is own})
        for source in sources if len(sources) > 1 else []:
            yield (Part.SOURCE, source), lambda one, source=source: one.source == source  # type: ignore[misc]
    for variety in sorted({one.variety for one in examples if one.variety}):
        yield (Part.VARIETY, variety), lambda one, variety=variety: one.variety == variety  # type: ignore[misc]
