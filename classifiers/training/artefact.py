"""The model folder that ships: configuration with manifest, checksums, and nothing unexplained."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from classifiers.manifest import CONFIGURATION, TOKENIZER, WEIGHTS, Head, Manifest
from classifiers.training.data import CATEGORIES, SENTIMENTS

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

MODEL_ID: Final = "vigie-e5-small"
MODEL_SERIES: Final = "0.1.0"


def describe(folder: Path, heads: Iterable[Head], *, max_pieces: int) -> Manifest:
    """Return the manifest of the files in *folder*; the version ends with the weights' checksum."""
    sums = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (WEIGHTS, TOKENIZER)
    }
    return Manifest(
        id=MODEL_ID,
        version=f"{MODEL_SERIES}+{sums[WEIGHTS][:8]}",
        sha256=sums,
        max_pieces=max_pieces,
        sentiments=SENTIMENTS,
        categories=CATEGORIES,
        heads=tuple(heads),
    )


def write_configuration(
    folder: Path, configuration: "PreTrainedConfig", manifest: Manifest
) -> None:
    """Write ``config.json``: what transformers reads, and the manifest under ``vigie``."""
    content = configuration.to_dict()
    content["vigie"] = msgspec.to_builtins(manifest)
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / CONFIGURATION).write_text(text + "\n", "utf-8")
