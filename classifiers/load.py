"""From the settings' section to a classifier that has run: found, verified, combined, warmed up.

Importing this module costs little: transformers, onnxruntime and torch are imported when a model
that needs them is loaded.
"""

import hashlib
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from classifiers.cache import DuplicateCache, OnLookup, tell_nobody
from classifiers.classifier import TextClassifier
from classifiers.engines import Engine
from classifiers.engines.combined import CombinedEngine
from classifiers.engines.shipped import Runtime, open_shipped
from classifiers.language import LanguageIdentifier
from classifiers.manifest import CONFIGURATION, find_folder, is_ours
from vigie.domain.assessment import ModelRef
from vigie.errors import Misconfigured, Transient

if TYPE_CHECKING:
    from config.settings import Classifier, Model

log = logging.getLogger(__name__)

#: What is fetched of a hub's repository: configuration, tokeniser and weights.
_FETCHED: Final = ("*.json", "*.txt", "*.model", "*.safetensors", "model.onnx")
#: The older format of weights, fetched where there are no others.
_PICKLED: Final = ("pytorch_model*.bin",)
_WEIGHTS: Final = ("*.safetensors", *_PICKLED)
_VERSION_DIGITS: Final = 12

#: An ordinary sentence, and what makes it as long as a text may be.
_SENTENCE: Final = "Merci à toute l'équipe pour votre aide. "
_SENTENCE_LANGUAGE: Final = "fr"
_REPETITIONS: Final = 50
_TOGETHER: Final = 4


def load_classifier(section: "Classifier", on_lookup: OnLookup = tell_nobody) -> TextClassifier:
    """Return the classifier that *section* describes, warmed up.

    *on_lookup* is told what the cache of duplicates spared.

    Raises:
        Misconfigured: a model is missing, damaged, cannot be had or run, or its labels cannot be
            mapped; or no model gives a sentiment.
    """
    cache = DuplicateCache(section.cache, on_lookup)
    return TextClassifier(
        load_engine(section), LanguageIdentifier().identify, cache, section.undecided
    )


def load_engine(section: "Classifier") -> Engine:
    """Return the engine of *section*: one model, or several that complete each other."""
    models = (section, *section.also)
    engines = [_open(model, section.threads) for model in models]
    toned = [_warm_up(engine, model) for engine, model in zip(engines, models, strict=True)]
    if not any(toned):
        msg = (
            f"{' and '.join(model.model for model in models)} cannot tell a sentiment: add a model "
            "that can, for example `also: [{model: shipped}]` under classifier"
        )
        raise Misconfigured(msg)
    return CombinedEngine(engines) if section.also else engines[0]


def _open(section: "Model", threads: int) -> Engine:
    found = find_folder(section.model)
    if found and section.revision:
        msg = f"{section.model} is a folder: classifier.revision is for a Hugging Face id"
        raise Misconfigured(msg)
    folder = found or _fetch(section)
    try:
        return (
            _ours(folder, section, threads) if is_ours(folder) else _other(folder, section, threads)
        )
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "onnx"}:
            raise
        msg = f"{section.model} runs on torch: install Vigie with its extra `torch`"
        raise Misconfigured(msg) from error


def _ours(folder: Path, section: "Model", threads: int) -> Engine:
    if section.labels or section.languages or section.outputs != "auto":
        msg = (
            f"{section.model} is a model of Vigie and says itself what it means: take labels, "
            "languages and outputs out of classifier"
        )
        raise Misconfigured(msg)
    runtime = Runtime.TORCH if section.engine == "torch" else Runtime.ONNX
    if runtime is Runtime.ONNX and section.device == "cuda":
        msg = f"{section.model} runs on the processor: write `engine: torch` to use the GPU"
        raise Misconfigured(msg)
    return open_shipped(folder, runtime=runtime, threads=threads, device=section.device)


def _other(folder: Path, section: "Model", threads: int) -> Engine:
    if section.engine == "onnx":
        msg = f"{section.model} is no model of Vigie: write `engine: torch`, which runs any"
        raise Misconfigured(msg)
    from classifiers.engines.hub import open_hub  # noqa: PLC0415 - loads torch

    return open_hub(folder, section, model=_reference(folder, section), threads=threads)


def _fetch(section: "Model") -> Path:
    """Return the folder of a hub's model, downloaded unless it is here already."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - seconds to import
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415 - the same

    def fetch(patterns: Sequence[str]) -> Path:
        wanted = list(patterns)
        return Path(
            snapshot_download(section.model, revision=section.revision, allow_patterns=wanted)
        )

    try:
        folder = fetch(_FETCHED)
        weighty = any(folder.glob("*.safetensors")) or is_ours(folder)
        return folder if weighty else fetch(_PICKLED)
    except (HfHubHTTPError, OSError, ValueError) as error:
        msg = (
            f"{section.model} is no folder here and cannot be had from Hugging Face "
            f"({type(error).__name__}): check the name, revision and connection, or download it "
            "elsewhere and write the path of its folder"
        )
        raise Misconfigured(msg) from error


def _reference(folder: Path, section: "Model") -> ModelRef:
    """Return id and version: the commit of a hub's model, else a checksum of what decides."""
    if not Path(section.model).is_dir():
        return ModelRef(section.model, folder.name[:_VERSION_DIGITS])
    digest = hashlib.sha256()
    weights = (path for pattern in _WEIGHTS for path in sorted(folder.glob(pattern)))
    for path in (folder / CONFIGURATION, *weights):
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            msg = f"{path} cannot be read: check who may open it"
            raise Misconfigured(msg) from error
    return ModelRef(folder.resolve().name, digest.hexdigest()[:_VERSION_DIGITS])


def _warm_up(engine: Engine, section: "Model") -> bool:
    """Run *engine* on a short and on a long batch; say whether it gives a sentiment."""
    begin = time.perf_counter()
    language = section.languages[0] if section.languages else _SENTENCE_LANGUAGE
    toned = True
    for texts in ([_SENTENCE], [_SENTENCE * _REPETITIONS] * _TOGETHER):
        try:
            said = engine.probabilities(texts, [language] * len(texts))
        except Transient as error:
            msg = f"{section.model} does not run ({error}): install it again, or choose another"
            raise Misconfigured(msg) from error
        if not np.isfinite(np.hstack(said)).any(axis=1).all():
            msg = f"{section.model} has no number for an ordinary sentence: choose another model"
            raise Misconfigured(msg)
        toned = toned and bool(np.isfinite(said.sentiment).all())
    took = time.perf_counter() - begin
    model = engine.model
    log.info("model=%s version=%s warm_up_seconds=%.2f", model.id, model.version, took)
    return toned
