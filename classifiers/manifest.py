"""What a model folder says of itself: the part ``vigie`` of its ``config.json``.

Shared by training, which writes it, and service, which reads it. Knows no inference library, so
that a policy can read thresholds where no model runs.
"""

from pathlib import Path
from typing import Final

import msgspec

from vigie.domain.assessment import Category
from vigie.errors import Misconfigured

CONFIGURATION: Final = "config.json"
WEIGHTS: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"

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
    """Name, version, checksums (SHA-256, hexadecimal) and heads of one model folder."""

    id: str
    version: str
    sha256: dict[str, str]
    max_pieces: int
    sentiments: tuple[str, ...]
    categories: tuple[Category, ...]
    heads: tuple[Head, ...]

    def available(self, language: str | None) -> frozenset[Category]:
        """Return the categories that the model knows in *language* (none where undecided)."""
        return frozenset(
            head.category for head in self.heads if head.available and head.language == language
        )


class _Configuration(msgspec.Struct, frozen=True):
    vigie: Manifest


def read_manifest(model_dir: Path) -> Manifest:
    """Return the manifest of *model_dir*; ``Misconfigured`` where it is absent or unreadable."""
    path = model_dir / CONFIGURATION
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Configuration).vigie
    except OSError as error:
        msg = f"no {CONFIGURATION} in {model_dir}: point the classifier at a model folder"
        raise Misconfigured(msg) from error
    except msgspec.MsgspecError as error:
        msg = f"{path} is not a configuration of a Vigie model ({error}): install the model again"
        raise Misconfigured(msg) from error
