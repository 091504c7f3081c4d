"""The figures of a measurement: what tables, pictures, cards and the JSON file are made from.

Rates and scores run from 0 to 1. None is "not measurable": too few rows, or a head that is silent.
"""

from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers.evaluation.intervals import Estimate, Share
from classifiers.evaluation.metrics import Bin
from vigie.domain.assessment import Category


class Part(StrEnum):
    """Which rows of a language a figure is measured on."""

    ALL = "all"
    PUBLIC = "public"
    """Texts that others published."""
    OWN = "own"
    """Texts written for this project, kept from training."""
    SOURCE = "source"
    VARIETY = "variety"


class Slice(msgspec.Struct, frozen=True):
    """Some rows of a language; `name` is that of the source or variety."""

    language: str
    part: Part = Part.ALL
    name: str = ""


class ClassFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Sentiment or target: classes that exclude each other, over those that occur."""

    head: str
    slice: Slice
    rows: int
    macro_f1: Estimate | None
    calibration_error: Estimate | None
    confusion: list[list[int]]
    """Rows by true class (line) and said class (column)."""


class Recall(msgspec.Struct, frozen=True):
    """The share of positives found at a rate of false alarms; None: too few negatives for it."""

    rate: float
    found: Estimate | None


class HeadFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One category; its macro-F1 is over the two classes, yes and no.

    `best_macro_f1` is at the threshold that is best on these very rows, so a little too good.
    `found` and `alarms` are the positives and negatives at or above the hide threshold.
    """

    category: Category
    slice: Slice
    positives: int
    negatives: int
    own_positives: int
    own_negatives: int
    macro_f1: Estimate | None
    best_threshold: float | None
    best_macro_f1: Estimate | None
    auc: Estimate | None
    recalls: list[Recall]
    calibration_error: Estimate | None
    found: Share | None
    alarms: Share | None


class Hiding(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine might hide: any head at its threshold, and somebody attacked.

    An upper bound: heads without proof need a second witness, and budgets apply.
    """

    slice: Slice
    abusive: Share
    harmless: Share


class FunctionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One behaviour, or all of a source (`function` empty); `abusive` is what is expected.

    `right`: the toxic head is on the expected side of one half. `flagged`: some head is at its
    hide threshold. `hidden`: flagged, and somebody attacked.
    """

    source: str
    function: str
    abusive: bool
    right: Share
    flagged: Share
    hidden: Share


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A text of our own that the model gets wrong; `toxic` is its score."""

    source: str
    function: str
    text: str
    abusive: bool
    toxic: float
    flagged: bool


class Reliability(msgspec.Struct, frozen=True):
    """How often a head was right at each confidence."""

    head: str
    language: str
    bins: list[Bin]


class Curve(msgspec.Struct, frozen=True):
    """Recall against false alarms of the toxic head, as steps."""

    language: str
    negatives: int
    alarms: list[float]
    found: list[float]


class Silence(msgspec.Struct, frozen=True):
    """Labelled rows of a language on which a head said nothing."""

    head: str
    language: str
    rows: int


class Pieces(msgspec.Struct, frozen=True):
    """How many pieces the tokeniser makes of the texts of a language, and how many it lacks."""

    language: str
    pieces: int
    unknown: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything measured of one model on some labelled texts."""

    model: str
    version: str
    data: str
    rows: int
    seed: int
    resamples: int
    classes: list[ClassFigures]
    heads: list[HeadFigures]
    hiding: list[Hiding]
    functions: list[FunctionFigures]
    reliability: list[Reliability]
    curves: list[Curve]
    silences: list[Silence]


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """What the training run was; `mixture` are the shares of what was drawn, by group.

    `float32` is what the trained network said of dev before its layers were put in 8 bits.
    """

    seed: int
    steps: int
    examples: int
    minutes: float
    rows: int
    own_rows: int
    layers: int
    vocabulary: int
    mixture: dict[str, float]
    note: str = ""
    cautious: bool = False
    """Whether thresholds lie above every labelled negative, whatever rate dev can show."""
    float32: Report | None = None


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of how well a model judges: the card is made from this and its manifest.

    `near` counts, of `compared` texts that were trained on, those like a case of the suite.
    """

    dev: Report
    suite: Report
    baseline: Report
    failures: list[Failure]
    compared: int
    near: int
    pieces: list[Pieces]
    megabytes: float
    training: Training | None

    @property
    def float32(self) -> Report | None:
        """What the network said of dev in float32, where the run that trained it measured that."""
        return self.training.float32 if self.training else None


#: Digits that a file keeps: a thousandth of a point of what is told.
_DIGITS: Final = 5


def write_figures(path: Path, figures: Report | Evaluation) -> None:
    """Write *figures* to *path* as JSON."""
    raw = msgspec.json.encode(_rounded(msgspec.to_builtins(figures)))
    path.write_bytes(msgspec.json.format(raw, indent=1) + b"\n")


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return value
