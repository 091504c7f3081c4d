"""What a model folder says of itself: the part ``vigie`` of its ``config.json``.

Shared by training, which writes it, and service, which reads it. Knows no inference library, so
that a policy can read thresholds where no model runs.
"""

import hashlib
import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from classifiers.calibration import Calibration
from classifiers.engines import SENTIMENTS
from vigie.domain.assessment import Category, Target
from vigie.errors import Misconfigured

#: Models that come with Vigie, and their folders beside this file.
WITH_VIGIE: Final = {"shipped": "model", "fast": "model-fast"}

CONFIGURATION: Final = "config.json"
WEIGHTS: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
_HUB_ID: Final = re.compile(r"[\w.-]+/[\w.-]+")
#: The part of ``config.json`` that is ours; transformers reads the rest.
_OURS: Final = "vigie"
_VERSION_DIGITS: Final = 8

#: A head ships for a language only with at least this many labelled positives in that language.
MIN_POSITIVES: Final = 100


class Threshold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The score from which on a machine may hide, and how far it can be trusted.

    ``false_alarms`` counts the labelled negatives of dev at or above ``value``, of ``negatives``;
    ``plain_false_alarms`` the same of ``plain_negatives`` everyday sentences that nobody labelled.
    ``supported`` says whether dev had enough negatives to measure the rate aimed at; where it had
    not, ``value`` lies above the highest negative. ``upper_rate`` is the upper end of the 95 %
    interval of the false-alarm rate on the labelled negatives.
    """

    value: Annotated[float, msgspec.Meta(gt=0.0, le=1.0)]
    supported: bool
    negatives: int
    false_alarms: int
    upper_rate: float
    plain_negatives: int
    plain_false_alarms: int


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One category in one language; it speaks only where ``available``."""

    category: Category
    language: str
    positives: int
    available: bool
    threshold: Threshold | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name, version, checksums (SHA-256, hexadecimal) and heads of one model folder.

    ``sentiments``, ``categories`` and ``targets`` name the columns of the network's outputs in
    their order; without targets it has no such head. ``languages`` are those it was made for; where
    none are written, those with a head that ships.
    """

    id: str
    version: str
    sha256: dict[str, str]
    max_pieces: Annotated[int, msgspec.Meta(gt=0)]
    sentiments: tuple[str, ...]
    categories: tuple[Category, ...]
    heads: tuple[Head, ...]
    targets: tuple[str, ...] = ()
    calibration: tuple[Calibration, ...] = ()
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for said, known in (
            (self.sentiments, SENTIMENTS),
            (self.targets, tuple(Target) if self.targets else ()),
        ):
            if sorted(said) != sorted(known):
                msg = f"columns {', '.join(said)} where {', '.join(known)} are known"
                raise ValueError(msg)
        if len(set(self.categories)) < len(self.categories):
            msg = f"categories twice: {', '.join(self.categories)}"
            raise ValueError(msg)

    def speaks(self, language: str | None) -> bool:
        """Say whether the model was made for *language*."""
        return language in self.languages or bool(self.available(language))

    def available(self, language: str | None) -> frozenset[Category]:
        """Return the categories that the model knows in *language* (none where undecided)."""
        return frozenset(
            head.category for head in self.heads if head.available and head.language == language
        )


def find_folder(model: str) -> Path | None:
    """Return the folder that the setting *model* names; None where it can only be a hub's id.

    Raises ``Misconfigured`` where nothing of that name can be.
    """
    if model in WITH_VIGIE:
        return Path(__file__).parent / WITH_VIGIE[model]
    with suppress(OSError):  # too long for a name, or where we may not look
        if model and Path(model).is_dir():
            return Path(model)
    if _HUB_ID.fullmatch(model):
        return None
    msg = f"no model at {model!r}: write shipped, fast, a folder or a Hugging Face id, owner/name"
    raise Misconfigured(msg)


def is_ours(model_dir: Path) -> bool:
    """Say whether *model_dir* holds a model of Vigie; ``Misconfigured`` where it holds none."""
    return _OURS in _read(model_dir)


def read_manifest(model_dir: Path) -> Manifest:
    """Return the manifest of *model_dir*.

    Raises:
        Misconfigured: it is absent, unreadable, or not as it was written.
    """
    path, content = model_dir / CONFIGURATION, _read(model_dir)
    try:
        manifest = msgspec.convert(content.get(_OURS), Manifest)
    except msgspec.ValidationError as error:
        msg = f"{path} is not a configuration of a Vigie model ({error}): install the model again"
        raise Misconfigured(msg) from error
    expected = _version(content)
    if manifest.version != expected:
        msg = (
            f"{path} was changed after it was written (it says version {manifest.version}, its "
            f"content has the checksum of {expected}): install the model again"
        )
        raise Misconfigured(msg)
    return manifest


def stamped(content: dict[str, Any]) -> dict[str, Any]:
    """Return the *content* of a ``config.json``, its version ending with the content's checksum.

    Weights, tokeniser, calibration and thresholds decide a score or a hide, and all are told or
    checksummed there: another threshold is another model to whoever reads an assessment.
    """
    return {**content, _OURS: {**content[_OURS], "version": _version(content)}}


def _version(content: dict[str, Any]) -> str:
    series = content[_OURS]["version"].partition("+")[0]
    deciding = {**content, _OURS: {**content[_OURS], "version": series}}
    digest = hashlib.sha256(msgspec.json.encode(deciding, order="deterministic")).hexdigest()
    return f"{series}+{digest[:_VERSION_DIGITS]}"


def _read(model_dir: Path) -> dict[str, Any]:
    path = model_dir / CONFIGURATION
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as error:
        msg = f"no {CONFIGURATION} in {model_dir}: point the classifier at a model folder"
        raise Misconfigured(msg) from error
    except msgspec.MsgspecError as error:
        msg = f"{path} is not a configuration of a model ({error}): install the model again"
        raise Misconfigured(msg) from error
