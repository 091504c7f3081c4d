"""The weights of our network's file as float32 arrays, named by the modules of the encoder.

The shipped file is the only copy of the weights: torch reads them from it, unpacked, so that both
engines run the same network. Knows ONNX files (package onnx, extra ``torch``) and the names that
``classifiers.training`` gives its constants, and no inference library.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray
from onnx import numpy_helper

from vigie.errors import Misconfigured

FloatArray = NDArray[np.float32]
Weights = dict[str, FloatArray]
Stored = Mapping[str, NDArray[Any]]

_EMBEDDINGS: Final = "encoder.embeddings"
_BLOCK_BYTES: Final = 16
_HEADS: Final = ("sentiment", "toxicity", "target")
#: The matrices of a layer in the file, and the modules whose weights stand in them side by side.
_MATRICES: Final = {
    "qkv": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "ao": ("attention.output.dense",),
    "fi": ("intermediate.dense",),
    "fo": ("output.dense",),
}
_NORMS: Final = {"attended": "attention.output.LayerNorm", "out": "output.LayerNorm"}


def read_weights(path: Path) -> Weights:
    """Return every weight of the file by module path, matrices as (outputs, inputs).

    Raises ``Misconfigured`` for a file that ``classifiers.training`` did not write.
    """
    try:
        graph = onnx.load(str(path)).graph
        stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        words = unpack(stored["words.packed"], stored["words.scales"])
        return {f"{_EMBEDDINGS}.word_embeddings.weight": words, **dict(_written(stored))}
    except (DecodeError, KeyError) as error:
        msg = f"{path} holds no network that Vigie's training wrote: install the model again"
        raise Misconfigured(msg) from error


def unpack(packed: NDArray[np.uint8], scales: NDArray[np.floating]) -> FloatArray:
    """Return rows (n, hidden) from blocks of 32 weights in 4 bits: low halves first, then high."""
    blocks = packed.reshape(len(packed), -1, _BLOCK_BYTES)
    halves = np.concatenate([blocks & 0x0F, blocks >> 4], axis=2).astype(np.float32) - 8.0
    rows = halves * scales.astype(np.float32)[:, :, None]
    return rows.reshape(len(packed), -1)


def _written(stored: Stored) -> Iterator[tuple[str, FloatArray]]:
    """Yield the weights of a file written node by node (``classifiers.training.graph``)."""
    yield f"{_EMBEDDINGS}.position_embeddings.weight", stored["positions"]
    # Of the two kinds of token only one is used; the positions hold it already.
    nothing = np.zeros((1, stored["positions"].shape[1]), np.float32)
    yield f"{_EMBEDDINGS}.token_type_embeddings.weight", nothing
    yield from _norm(stored, "embeddings", f"{_EMBEDDINGS}.LayerNorm")
    layer = 0
    while f"layer{layer}.qkv.weights" in stored:
        for kind, modules in _MATRICES.items():
            paths = [f"encoder.encoder.layer.{layer}.{module}" for module in modules]
            yield from _matrix(stored, f"layer{layer}.{kind}", paths)
        for name, module in _NORMS.items():
            yield from _norm(
                stored, f"layer{layer}.{name}", f"encoder.encoder.layer.{layer}.{module}"
            )
        layer += 1
    for head in _HEADS:
        yield f"{head}.weight", stored[f"{head}.weights"]
        yield f"{head}.bias", stored[f"{head}.bias"]


def _matrix(stored: Stored, name: str, modules: list[str]) -> Iterator[tuple[str, FloatArray]]:
    """Yield a matrix: its inputs are multiplied by ``equal``, its columns by ``steps``."""
    whole = stored[f"{name}.weights"] * stored[f"{name}.steps"]
    if f"{name}.equal" in stored:
        whole *= stored[f"{name}.equal"][:, None]
    parts = np.split(whole.T.astype(np.float32), len(modules))
    biases = np.split(stored[f"{name}.bias"], len(modules))
    for module, part, bias in zip(modules, parts, biases, strict=True):
        yield f"{module}.weight", part
        yield f"{module}.bias", bias


def _norm(stored: Stored, name: str, module: str) -> Iterator[tuple[str, FloatArray]]:
    yield f"{module}.weight", stored[f"{name}.gain"]
    yield f"{module}.bias", stored[f"{name}.shift"]
