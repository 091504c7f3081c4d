"""The model folder that ships: configuration with manifest, checksums, and nothing unexplained."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from classifiers.manifest import CONFIGURATION, TOKENIZER, WEIGHTS, Manifest, stamped
from classifiers.training.data import CATEGORIES, SENTIMENTS, TARGETS

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

MODEL_ID: Final = "vigie-e5-small"
FAST_ID: Final = "vigie-e5-small-fast"
MODEL_SERIES: Final = "0.2.0"


def describe(folder: Path, *, model_id: str, max_pieces: int) -> Manifest:
    """Return the manifest of the files in *folder*, no head of which speaks yet."""
    sums = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (WEIGHTS, TOKENIZER)
    }
    return Manifest(
        id=model_id,
        version=MODEL_SERIES,
        sha256=sums,
        max_pieces=max_pieces,
        sentiments=SENTIMENTS,
        categories=CATEGORIES,
        targets=TARGETS,
        heads=(),
    )


def write_configuration(
    folder: Path, configuration: "PreTrainedConfig", manifest: Manifest
) -> None:
    """Write ``config.json``: what transformers reads, and the manifest under ``vigie``."""
    _write(folder, configuration.to_dict(), manifest)


def rewrite_manifest(folder: Path, manifest: Manifest) -> None:
    """Write *manifest* into the ``config.json`` that is there."""
    _write(folder, json.loads((folder / CONFIGURATION).read_bytes()), manifest)


def _write(folder: Path, content: dict[str, Any], manifest: Manifest) -> None:
    whole = stamped(msgspec.to_builtins({**content, "vigie": manifest}, str_keys=True))
    text = json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / CONFIGURATION).write_text(text + "\n", "utf-8")
