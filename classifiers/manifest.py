"""What a model folder says of itself: the part ``vigie`` of its ``config.json``.

Shared by training, which writes it, and service, which reads it. Knows no inference library, so
that a policy can read thresholds where no model runs.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final, TypeVar

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

    value: float
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

    def speaks(self, language: str | None) -> bool:
        """Say whether the model was made for *language*."""
        return language in self.languages or bool(self.available(language))

    def available(self, language: str | None) -> frozenset[Category]:
        """Return the categories that the model knows in *language* (none where undecided)."""
        return frozenset(
            head.category for head in self.heads if head.available and head.language == language
        )


class _Configuration(msgspec.Struct, frozen=True):
    vigie: Manifest


class _Foreign(msgspec.Struct, frozen=True):
    vigie: msgspec.Raw = msgspec.Raw()


_Read = TypeVar("_Read", _Configuration, _Foreign)


def find_folder(model: str) -> Path | None:
    """Return the folder that the setting *model* names; None where it can only be a hub's id.

    Raises ``Misconfigured`` where nothing of that name can be.
    """
    if model in WITH_VIGIE:
        return Path(__file__).parent / WITH_VIGIE[model]
    with suppress(OSError):  # too long for a name, or where we may not look
        if Path(model).is_dir():
            return Path(model)
    if _HUB_ID.fullmatch(model):
        return None
    msg = f"no model at {model}: write shipped, fast, a folder or a Hugging Face id, owner/name"
    raise Misconfigured(msg)


def is_ours(model_dir: Path) -> bool:
    """Say whether *model_dir* holds a model of Vigie; ``Misconfigured`` where it holds none."""
    return bool(bytes(_read(model_dir, _Foreign).vigie))


def read_manifest(model_dir: Path) -> Manifest:
    """Return the manifest of *model_dir*; ``Misconfigured`` where it is absent or unreadable."""
    return _read(model_dir, _Configuration).vigie


def _read(model_dir: Path, kind: type[_Read]) -> _Read:
    path = model_dir / CONFIGURATION
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        msg = f"no {CONFIGURATION} in {model_dir}: point the classifier at a model folder"
        raise Misconfigured(msg) from error
    except msgspec.MsgspecError as error:
        msg = f"{path} is not a configuration of a Vigie model ({error}): install the model again"
        raise Misconfigured(msg) from error
