"""The trained network as an ONNX file with 4-bit word embeddings and 8-bit matrices.

Knows tensors and files. The word embeddings are frozen in training, so they are stored as the base
file holds them, in blocks of 4 bits: nothing is lost and the file is 10 MB smaller than with 8.
The encoder's matrices are quantised by output channel, their inputs at run time.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.base import PackedRows
from classifiers.training.model import mean_of

if TYPE_CHECKING:
    from classifiers.training.model import MultiTaskModel

_OPSET: Final = 17


class PackedEmbedding(nn.Module):
    """Word embeddings unpacked from 4 bits as they are looked up."""

    packed: Tensor
    scales: Tensor

    def __init__(self, rows: PackedRows) -> None:
        super().__init__()
        self.register_buffer("packed", torch.from_numpy(rows.packed.copy()))
        self.register_buffer("scales", torch.from_numpy(rows.scales.copy()))

    def forward(self, pieces: Tensor) -> Tensor:
        """Return the float32 embeddings (texts, length, hidden) of *pieces* (texts, length)."""
        pairs = functional.embedding(pieces, self.packed).to(torch.float32)
        scales = functional.embedding(pieces, self.scales).to(torch.float32)
        pairs = pairs.reshape(*pieces.shape, scales.shape[-1], 16)
        # ONNX has no bit operations on bytes in this opset, so the halves come by arithmetic.
        high = torch.floor(pairs / 16.0)
        low = pairs - 16.0 * high
        values = (torch.cat([low, high], dim=-1) - 8.0) * scales[..., None]
        return values.flatten(-2)


class _Exported(nn.Module):
    """The network from pieces to probabilities."""

    def __init__(self, model: "MultiTaskModel", rows: PackedRows) -> None:
        super().__init__()
        self.model = model
        self.words = PackedEmbedding(rows)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        states = self.model.encoder(
            inputs_embeds=self.words(input_ids), attention_mask=attention_mask
        ).last_hidden_state
        said = self.model.judge(mean_of(states, attention_mask))
        return (
            torch.softmax(said.sentiment, dim=-1),
            torch.sigmoid(said.toxicity),
            torch.softmax(said.target, dim=-1),
        )


def export(model: "MultiTaskModel", rows: PackedRows, target: Path) -> None:
    """Write *model*, with the word embeddings *rows*, to *target* as ONNX.

    Inputs ``input_ids`` and ``attention_mask`` are int64 (texts, pieces); outputs ``sentiment``
    (texts, 3), ``toxicity`` (texts, 6) and ``target`` (texts, 3) are probabilities in float32.
    """
    model.eval()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float32.onnx"
        _export_float32(_Exported(model, rows).eval(), whole)
        _quantise(whole, target)


def _export_float32(model: nn.Module, target: Path) -> None:
    pieces = torch.tensor([[0, 5, 6, 2], [0, 5, 2, 1]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    sizes = {0: "texts", 1: "pieces"}
    torch.onnx.export(
        model,
        (pieces, mask),
        str(target),
        dynamo=False,
        opset_version=_OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=["sentiment", "toxicity", "target"],
        dynamic_axes={
            "input_ids": sizes,
            "attention_mask": sizes,
            "sentiment": {0: "texts"},
            "toxicity": {0: "texts"},
            "target": {0: "texts"},
        },
    )


def _quantise(source: Path, target: Path) -> None:
    from onnxruntime.quantization import (  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy
        QuantType,
        quantize_dynamic,
    )

    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
    )
