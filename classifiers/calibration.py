"""Scores that mean what they say: a model's raw probabilities, corrected per head and language.

Pure arithmetic. A raw 0.9 is right more often in one language than in another; the correction,
fitted on dev, is stored with the model. Scaling the logit is temperature scaling (Guo et al. 2017,
"On calibration of modern neural networks"); with an offset it is Platt's (1999).
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.engines import Probabilities
from vigie.domain.assessment import Category

#: What can be calibrated.
CALIBRATED: Final = ("sentiment", "target", *(category.value for category in Category))

#: Probabilities are kept this far from 0 and 1, where a logit is infinite.
_EDGE: Final = 1e-7


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The correction of one head (``sentiment``, ``target`` or a category) in one language.

    Of classes that exclude each other p becomes softmax(scale x log p), of a category
    sigmoid(scale x logit p + offset).
    """

    head: str
    language: str
    scale: Annotated[float, msgspec.Meta(gt=0.0)]
    offset: float = 0.0

    def __post_init__(self) -> None:
        if self.head not in CALIBRATED:
            msg = f"{self.head} is no head: a calibration is of one of {', '.join(CALIBRATED)}"
            raise ValueError(msg)


def calibrate(
    raw: Probabilities, languages: Sequence[str | None], corrections: Iterable[Calibration]
) -> Probabilities:
    """Return *raw* corrected in each text's language; where no correction is stored it stays."""
    said = Probabilities(*(part.copy() for part in raw))
    for correction in corrections:
        rows = [at for at, language in enumerate(languages) if language == correction.language]
        if rows:
            _correct(said, rows, correction)
    return said


def _correct(said: Probabilities, rows: list[int], correction: Calibration) -> None:
    if correction.head == "sentiment":
        said.sentiment[rows] = scale_classes(said.sentiment[rows], correction)
    elif correction.head == "target":
        said.target[rows] = scale_classes(said.target[rows], correction)
    else:
        column = list(Category).index(Category(correction.head))
        said.toxicity[rows, column] = scale_category(said.toxicity[rows, column], correction)


def scale_classes(raw: NDArray[np.floating], correction: Calibration) -> NDArray[np.float64]:
    """Return probabilities (n, classes) with their logits scaled; NaN stays NaN."""
    logits = correction.scale * np.log(_within(raw))
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return shares


def scale_category(raw: NDArray[np.floating], correction: Calibration) -> NDArray[np.float64]:
    """Return probabilities (n,) with their logits scaled and moved; NaN stays NaN."""
    within = _within(raw)
    logits = correction.scale * np.log(within / (1.0 - within)) + correction.offset
    # The sigmoid, written so that no exponential overflows.
    corrected: NDArray[np.float64] = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return corrected


def _within(raw: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.clip(raw.astype(np.float64), _EDGE, 1.0 - _EDGE)
