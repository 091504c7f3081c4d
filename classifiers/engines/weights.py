"""The weights of an exported network as float32 arrays, named by the module that holds them.

The shipped file is the only copy of the weights: torch reads them from it, unpacked, so that both
engines run the same network. Knows ONNX files (package onnx, extra ``torch``) and how
``classifiers.training.export`` writes them, and no inference library.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, numpy_helper

Stored = Mapping[str, NDArray[Any]]
Weights = dict[str, NDArray[np.float32]]

#: How the exported module calls the trained one.
_MODEL: Final = "model."
_PACKED: Final = "words.packed"
_SCALES: Final = "words.scales"
_WORDS: Final = "encoder.embeddings.word_embeddings.weight"
_BLOCK_BYTES: Final = 16
#: What the quantiser appends to the name of a matrix.
_QUANTISED: Final = "_quantized"


def read_weights(path: Path) -> Weights:
    """Return every weight of the exported file by module path, matrices as (outputs, inputs)."""
    graph = onnx.load(str(path)).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {
        name.removeprefix(_MODEL): array.astype(np.float32)
        for name, array in stored.items()
        if name.startswith(_MODEL) and name.endswith((".weight", ".bias"))
    }
    weights |= _matrices(graph.node, stored)
    if _PACKED in stored:
        weights[_WORDS] = unpack(stored[_PACKED], stored[_SCALES])
    return weights


def _matrices(nodes: Iterable[NodeProto], stored: Stored) -> Weights:
    """Return the matrices; the exporter names them by number, their nodes by module path."""
    found: Weights = {}
    for node in nodes:
        if node.op_type == "MatMulInteger" and node.input[1] in stored:
            module = node.name.strip("/").rpartition("/")[0].replace("/", ".")
            name = node.input[1].removesuffix(_QUANTISED)
            whole = stored[node.input[1]].astype(np.float32) - stored[f"{name}_zero_point"]
            found[f"{module}.weight"] = (whole * stored[f"{name}_scale"]).T.astype(np.float32)
    return found


def unpack(packed: NDArray[np.uint8], scales: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return rows (n, hidden) from blocks of 32 weights in 4 bits: low halves first, then high."""
    blocks = packed.reshape(len(packed), -1, _BLOCK_BYTES)
    halves = np.concatenate([blocks & 0x0F, blocks >> 4], axis=2).astype(np.float32) - 8.0
    rows = halves * scales.astype(np.float32)[:, :, None]
    return rows.reshape(len(packed), -1)
