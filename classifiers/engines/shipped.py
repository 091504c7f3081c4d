"""Our own model folder on either network: pieces in, calibrated and masked probabilities out.

Knows what a folder says of itself and how its files belong together; the networks know libraries.
transformers is imported when a folder is opened, not before.
"""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

import numpy as np

from classifiers.calibration import calibrate
from classifiers.engines import SENTIMENTS, FloatArray, Probabilities
from classifiers.engines.batches import Pieces, give_up
from classifiers.engines.windows import read_windows
from classifiers.manifest import CONFIGURATION, TOKENIZER, WEIGHTS, Manifest, read_manifest
from vigie.domain.assessment import Category, ModelRef, Target
from vigie.errors import Misconfigured

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

#: The default server has two cores; more threads than cores slow the model down.
DEFAULT_THREADS: Final = 2
#: Rounding takes a probability no further than this out of 0 to 1.
_ROUNDING: Final = 1e-3


class Runtime(StrEnum):
    """Which library runs our network."""

    ONNX = "onnx"
    TORCH = "torch"


class Network(Protocol):
    """The bare network: what the file computes, with the file's columns."""

    def run(self, pieces: list[Pieces]) -> Probabilities:
        """Return raw probabilities of texts cut into pieces, in one batch.

        Raises:
            MemoryError: there is too little memory for so many.
            Transient: the library failed.
        """
        ...


class ShippedEngine:
    """A model folder that runs."""

    def __init__(
        self, network: Network, tokenizer: "PreTrainedTokenizerFast", manifest: Manifest
    ) -> None:
        self.network = network
        self.manifest = manifest
        self.tokenizer = tokenizer
        self._columns = (
            [SENTIMENTS.index(name) for name in manifest.sentiments],
            [list(Category).index(category) for category in manifest.categories],
            [list(Target).index(Target(name)) for name in manifest.targets],
        )

    @property
    def model(self) -> ModelRef:
        """Id and version of the model."""
        return ModelRef(self.manifest.id, self.manifest.version)

    @property
    def categories(self) -> frozenset[Category]:
        """Categories with a head that ships in one language at least."""
        return frozenset(head.category for head in self.manifest.heads if head.available)

    def speaks(self, language: str | None) -> bool:
        """Say whether the model was made for *language*."""
        return self.manifest.speaks(language)

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Return calibrated probabilities; heads not available in a text's language are NaN."""
        return self.corrected(self.raw(texts), languages)

    def corrected(self, raw: Probabilities, languages: Sequence[str | None]) -> Probabilities:
        """Return the network's own answers calibrated, and NaN where a head is not available."""
        said = calibrate(raw, languages, self.manifest.calibration)
        for row, language in enumerate(languages):
            known = self.manifest.available(language)
            said.toxicity[row, [category not in known for category in Category]] = np.nan
            if not self.speaks(language):
                said.target[row] = np.nan
        return said

    def raw(self, texts: Sequence[str]) -> Probabilities:
        """Return the network's own answer to normalised texts, read whole, in any language."""
        most = self.manifest.max_pieces
        return read_windows(self.tokenizer, texts, most=most, run=self._run)

    def _run(self, pieces: list[Pieces]) -> Probabilities:
        said = Probabilities.unknown(len(pieces))
        broken = np.zeros(len(pieces), bool)
        for whole, part, columns in zip(said, self.network.run(pieces), self._columns, strict=True):
            if columns:
                self._check(part, len(pieces), len(columns))
                whole[:, columns] = part
                broken |= ~((part >= -_ROUNDING) & (part <= 1 + _ROUNDING)).all(axis=1)
        give_up(said, broken)
        return said

    def _check(self, part: FloatArray, texts: int, columns: int) -> None:
        if part.shape != (texts, columns):
            msg = (
                f"{WEIGHTS} of {self.manifest.id} answers {texts} texts with an array of shape "
                f"{part.shape} where its config.json names {columns} columns: install it again"
            )
            raise Misconfigured(msg)


def open_shipped(
    folder: Path,
    *,
    runtime: Runtime = Runtime.ONNX,
    threads: int = DEFAULT_THREADS,
    device: str = "auto",
) -> ShippedEngine:
    """Return the engine of a model folder; *device* is torch's.

    Raises:
        Misconfigured: a file is missing, is not the one that the configuration was written for, or
            does not fit the others; or torch is asked for and not installed.
    """
    manifest = read_manifest(folder)
    for name in (WEIGHTS, TOKENIZER):
        _verify(folder / name, manifest.sha256.get(name, ""))
    tokenizer = _open_tokenizer(folder)
    padding = cast("int", tokenizer.pad_token_id)
    if runtime is Runtime.TORCH:
        from classifiers.engines.torch import TorchNetwork  # noqa: PLC0415 - loads the library

        network: Network = TorchNetwork(folder, padding=padding, device=device, threads=threads)
    else:
        from classifiers.engines.onnx import OnnxNetwork  # noqa: PLC0415 - loads the library

        network = OnnxNetwork(folder / WEIGHTS, padding=padding, threads=threads)
    return ShippedEngine(network, tokenizer, manifest)


def _verify(path: Path, expected: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        msg = f"{path} is missing: install the model again, or run python -m classifiers.training"
        raise Misconfigured(msg) from error
    if found != expected:
        msg = (
            f"{path} is not the file its config.json was written for (SHA-256 {found[:12]}, "
            f"expected {expected[:12]}): install the model again"
        )
        raise Misconfigured(msg)


def _open_tokenizer(folder: Path) -> "PreTrainedTokenizerFast":
    from huggingface_hub.errors import StrictDataclassError  # noqa: PLC0415 - seconds to import
    from transformers import AutoConfig, PreTrainedTokenizerFast  # noqa: PLC0415 - the same

    try:
        configuration = AutoConfig.from_pretrained(folder, local_files_only=True)
    except (ValueError, StrictDataclassError) as error:
        msg = f"transformers cannot read {folder / CONFIGURATION}: install the model again"
        raise Misconfigured(msg) from error
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # untyped there
        tokenizer_file=str(folder / TOKENIZER),
        bos_token="<s>",  # noqa: S106 - a piece, not a password
        eos_token="</s>",  # noqa: S106 - the same
        unk_token="<unk>",  # noqa: S106 - the same
        pad_token="<pad>",  # noqa: S106 - the same
    )
    if len(tokenizer) != configuration.vocab_size:
        msg = (
            f"{folder} has {len(tokenizer)} pieces in {TOKENIZER} and "
            f"{configuration.vocab_size} in config.json: install the model again"
        )
        raise Misconfigured(msg)
    return tokenizer
