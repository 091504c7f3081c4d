"""The network as an ONNX graph, node by node: what ONNX Runtime runs in service.

Written rather than exported, so that every constant has a name of ours, the word embeddings stay in
4 bits and the matrices in 8. Knows weights and ONNX; chooses nothing. The torch engine reads the
same constants by the same names.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from classifiers.training.base import PackedRows
from classifiers.training.quantise import KINDS, ROW_FLOOR, Key, Matrix

if TYPE_CHECKING:
    from torch import Tensor, nn

    from classifiers.training.model import MultiTaskModel

_MS: Final = "com.microsoft"
_OPSET: Final = 20
_MICROSOFT_OPSET: Final = 1
_BLOCK: Final = 32


def write_graph(
    model: "MultiTaskModel",
    words: PackedRows,
    matrices: dict[Key, Matrix],
    target: Path,
    *,
    positions: int,
) -> None:
    """Write *model*, with 4-bit *words* and 8-bit *matrices*, to *target* as ONNX.

    Inputs ``input_ids`` and ``attention_mask`` are int64 (texts, pieces), at most *positions*
    pieces; outputs ``sentiment`` (texts, 3), ``toxicity`` (texts, categories) and ``target``
    (texts, 3) are probabilities in float32.
    """
    graph = _Graph(model)
    states = graph.embed(words, positions)
    for layer in range(len(model.encoder.encoder.layer)):
        states = graph.layer(layer, states, {kind: matrices[layer, kind] for kind in KINDS})
    graph.judge(states)
    onnx.save(graph.model(), target)


def _array(weights: "Tensor") -> NDArray[np.float32]:
    return np.ascontiguousarray(weights.detach().float().cpu().numpy())


class _Graph:
    """Collects nodes and constants; each method adds a part and returns the name of its result."""

    def __init__(self, model: "MultiTaskModel") -> None:
        self._network = model
        self._shape = model.encoder.config
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def embed(self, words: PackedRows, positions: int) -> str:
        """Add the embeddings of words and positions, and the mask as the attention reads it."""
        embeddings = self._network.encoder.embeddings
        self._words(words)
        length = self._add("Gather", [self._add("Shape", ["input_ids"]), self._const("one", 1)])
        first = self._add("Unsqueeze", [length, self._const("axis.0", np.array([0]))])
        places = _array(embeddings.position_embeddings.weight)[:positions]
        places = places + _array(embeddings.token_type_embeddings.weight)[0]
        self._const("positions", places)
        here = self._add("Slice", ["positions", self._const("from.0", np.array([0])), first])
        self._add("Cast", ["attention_mask"], "mask.int", to=TensorProto.INT32)
        return self._normalised("embeddings", embeddings.LayerNorm, ["words.out", here])

    def _words(self, words: PackedRows) -> None:
        """Add the look-up of 4-bit rows: two weights to a byte, a scale to each block of 32."""
        self._add("Gather", [self._const("words.packed", words.packed), "input_ids"], "words.bytes")
        self._add("Gather", [self._const("words.scales", words.scales), "input_ids"], "words.half")
        pairs = self._add("Cast", ["words.bytes"], to=TensorProto.FLOAT)
        scales = self._add("Cast", ["words.half"], to=TensorProto.FLOAT)
        blocks = self._shape.hidden_size // _BLOCK
        split = self._const("words.split", np.array([0, 0, blocks, _BLOCK // 2]))
        pairs = self._add("Reshape", [pairs, split])
        sixteen = self._const("sixteen", np.float32(16.0))
        high = self._add("Floor", [self._add("Div", [pairs, sixteen])])
        low = self._add("Sub", [pairs, self._add("Mul", [high, sixteen])])
        both = self._add("Concat", [low, high], axis=-1)
        centred = self._add("Sub", [both, self._const("eight", np.float32(8.0))])
        last = self._const("axis.last", np.array([-1]))
        values = self._add("Mul", [centred, self._add("Unsqueeze", [scales, last])])
        whole = self._const("words.whole", np.array([0, 0, self._shape.hidden_size]))
        self._add("Reshape", [values, whole], "words.out")

    def layer(self, number: int, states: str, matrices: dict[str, Matrix]) -> str:
        """Add one layer: attention and feed-forward, each with its sum and its norm."""
        weights: Any = self._network.encoder.encoder.layer[number]
        name = f"layer{number}"
        context = self._attention(f"{name}.qkv", states, matrices["qkv"])
        mixed = self._product(f"{name}.ao", context, matrices["ao"])
        states = self._normalised(
            f"{name}.attended", weights.attention.output.LayerNorm, [*mixed, states]
        )
        (inner,) = self._product(f"{name}.fi", states, matrices["fi"])
        bent = self._add("Gelu", [inner], f"{name}.bent", _MS)
        outer = self._product(f"{name}.fo", bent, matrices["fo"])
        return self._normalised(f"{name}.out", weights.output.LayerNorm, [*outer, states])

    def _attention(self, name: str, states: str, matrix: Matrix) -> str:
        ready = self._eight_bits(name, states, matrix)
        steps = self._const(f"{name}.steps", matrix.steps)
        weights = self._const(f"{name}.weights", matrix.weights)
        bias = self._const(f"{name}.bias", matrix.bias)
        zero = self._const("weights.zero", np.int8(0))
        inputs = [ready, weights, bias, f"{name}.scale", steps, "mask.int", f"{name}.zero", zero]
        heads = self._shape.num_attention_heads
        return self._add("QAttention", inputs, f"{name}.out", _MS, num_heads=heads)

    def _product(self, name: str, states: str, matrix: Matrix) -> list[str]:
        """Add a product; returns the terms that are to be summed, the bias among them if late."""
        ready = self._eight_bits(name, states, matrix)
        steps = self._const(f"{name}.steps", matrix.steps)
        weights = self._const(f"{name}.weights", matrix.weights)
        bias = self._const(f"{name}.bias", matrix.bias)
        zeros = self._const(f"zeros.{len(matrix.steps)}", np.zeros(len(matrix.steps), np.int8))
        inputs = [ready, weights, f"{name}.scale", steps, f"{name}.zero", zeros]
        if not matrix.by_row:
            return [self._add("MatMulIntegerToFloat", [*inputs, bias], f"{name}.out", _MS)]
        shares = self._add("MatMulIntegerToFloat", inputs, f"{name}.shares", _MS)
        return [self._add("Mul", [shares, f"{name}.row"], f"{name}.out"), bias]

    def _eight_bits(self, name: str, states: str, matrix: Matrix) -> str:
        if matrix.by_row:
            top = self._add("ReduceMax", [states, self._const("axis.last", np.array([-1]))])
            floor = self._const("row.floor", np.float32(ROW_FLOOR))
            states = self._add("Div", [states, self._add("Max", [top, floor], f"{name}.row")])
        elif matrix.equal is not None:
            states = self._add("Mul", [states, self._const(f"{name}.equal", matrix.equal)])
        scale = self._const(f"{name}.scale", np.float32(matrix.range.scale))
        zero = self._const(f"{name}.zero", np.uint8(matrix.range.zero))
        return self._add("QuantizeLinear", [states, scale, zero], f"{name}.levels")

    def _normalised(self, name: str, norm: "nn.LayerNorm", terms: list[str]) -> str:
        # Sum, not Add: at load ONNX Runtime would fuse an Add into a node that is slower here.
        total = self._add("Sum", terms, f"{name}.sum")
        gain = self._const(f"{name}.gain", _array(norm.weight))
        shift = self._const(f"{name}.shift", _array(norm.bias))
        epsilon = float(norm.eps)
        return self._add("LayerNormalization", [total, gain, shift], name, axis=-1, epsilon=epsilon)

    def judge(self, states: str) -> None:
        """Add the mean over the pieces that are no padding, and the heads."""
        mask = self._add("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        shares = self._add("Unsqueeze", [mask, self._const("axis.last", np.array([-1]))])
        axis = self._const("axis.1", np.array([1]))
        total = self._add("ReduceSum", [self._add("Mul", [states, shares]), axis], keepdims=0)
        count = self._add("ReduceSum", [shares, axis], keepdims=0)
        mean = self._add("Div", [total, count], "mean")
        for name, head, bend in (
            ("sentiment", self._network.sentiment, "Softmax"),
            ("toxicity", self._network.toxicity, "Sigmoid"),
            ("target", self._network.target, "Softmax"),
        ):
            weights = self._const(f"{name}.weights", _array(head.weight))
            bias = self._const(f"{name}.bias", _array(head.bias))
            logits = self._add("Gemm", [mean, weights, bias], f"{name}.logits", transB=1)
            self._add(bend, [logits], name)

    def model(self) -> onnx.ModelProto:
        """Return what was added as a model; raises ``onnx.checker.ValidationError`` on a flaw."""
        integers = ("texts", "pieces")
        graph = helper.make_graph(
            self._nodes,
            "vigie",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, integers)
                for name in ("input_ids", "attention_mask")
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ("texts", head.out_features))
                for name, head in (
                    ("sentiment", self._network.sentiment),
                    ("toxicity", self._network.toxicity),
                    ("target", self._network.target),
                )
            ],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MS, _MICROSOFT_OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        onnx.checker.check_model(model)
        return model

    def _add(
        self,
        kind: str,
        inputs: list[str],
        output: str = "",
        domain: str = "",
        **attributes: Any,  # noqa: ANN401 - as ONNX has them
    ) -> str:
        name = output or f"node{len(self._nodes)}"
        node = helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes)
        self._nodes.append(node)
        return name

    def _const(self, name: str, values: NDArray[np.generic] | np.generic | int) -> str:
        if name not in self._constants:
            array = np.asarray(values)
            array = array if array.ndim == 0 else np.ascontiguousarray(array)
            self._constants[name] = numpy_helper.from_array(array, name)
        return name
