"""A base model file in the layout of the real one, tiny, with weights drawn by seed."""

import struct
from pathlib import Path
from typing import Final

import numpy as np

LAYERS: Final = 2
HIDDEN: Final = 32
VOCABULARY: Final = 40
POSITIONS: Final = 100
_HEADS: Final = 2
_FEED_FORWARD: Final = 64
_EPSILON: Final = 1e-12
_BLOCK: Final = 32
_FLOAT, _PACKED = 0, 1


def write_base(path: Path, *, magic: bytes = b"E5S1", version: int = 1, cut: int = 0) -> Path:
    """Write the file, but for its last *cut* bytes, and return its path."""
    chance = np.random.default_rng(7)
    tensors = [_tensor(name, count, chance) for name, count in _sizes().items()]
    sizes = (HIDDEN, LAYERS, _HEADS, _FEED_FORWARD, VOCABULARY, POSITIONS, 2)
    header = magic + struct.pack("<I7ifi", version, *sizes, _EPSILON, _BLOCK)
    pieces = [b"<s>", b"<pad>"]
    blob = b"".join(pieces)
    header += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob))
    header += struct.pack("<3I2f", 0, 3, len(blob), 0.0, 0.0) + blob
    header += struct.pack("<iI", 1, 4) + b"norm"
    directory_size = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in tensors)
    at = len(header) + directory_size
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, kind, count, raw in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, at + len(body), len(raw))
        body += raw
    whole = header + directory + body
    path.write_bytes(whole[: len(whole) - cut])
    return path


def _sizes() -> dict[str, int]:
    """Return the weights of every tensor, by name, in the order of the file."""
    square, wide = HIDDEN**2, HIDDEN * _FEED_FORWARD
    words = {"emb.word": VOCABULARY * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN}
    sizes = {**words, "emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for layer in range(LAYERS):
        for part, count, bias in (
            *((name, square, HIDDEN) for name in ("q", "k", "v", "ao")),
            ("fi", wide, _FEED_FORWARD),
            ("fo", wide, HIDDEN),
            ("aln", HIDDEN, HIDDEN),
            ("oln", HIDDEN, HIDDEN),
        ):
            sizes |= {f"l{layer}.{part}.w": count, f"l{layer}.{part}.b": bias}
    return sizes


def _tensor(name: str, count: int, chance: np.random.Generator) -> tuple[str, int, int, bytes]:
    """Return name, kind, number and bytes of a tensor: matrices and words in 4 bits."""
    if name.endswith("ln.w"):
        return name, _FLOAT, count, np.ones(count, "<f4").tobytes()
    if name.endswith(".b") or name in {"emb.pos", "emb.type"}:
        return name, _FLOAT, count, chance.normal(0, 0.02, count).astype("<f4").tobytes()
    scales = np.full((count // _BLOCK, 1), 0.02, "<f2").view(np.uint8)
    nibbles = chance.integers(0, 256, (count // _BLOCK, 16), dtype=np.uint8)
    return name, _PACKED, count, np.concatenate([scales, nibbles], axis=1).tobytes()
