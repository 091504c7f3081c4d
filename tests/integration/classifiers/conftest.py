"""Builders shared by the tests of the training code."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS = 32, 2, 2, 64, 40, 100


@pytest.fixture
def write_base() -> Callable[..., Path]:
    """Write a tiny base model file in the layout of the real one, weights drawn by seed."""
    return _write_base


def _write_base(path: Path, *, magic: bytes = b"E5S1", version: int = 1, cut: int = 0) -> Path:
    chance = np.random.default_rng(7)
    tensors = [_tensor(name, count, chance) for name, count in _tensors()]
    sizes = (HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS, 2)
    header = magic + struct.pack("<I7ifi", version, *sizes, 1e-12, 32)
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


def _tensors() -> list[tuple[str, int]]:
    named = [
        ("emb.word", VOCABULARY * HIDDEN),
        ("emb.pos", POSITIONS * HIDDEN),
        ("emb.type", 2 * HIDDEN),
        ("emb.ln.w", HIDDEN),
        ("emb.ln.b", HIDDEN),
    ]
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            named += [(f"l{layer}.{part}.w", HIDDEN**2), (f"l{layer}.{part}.b", HIDDEN)]
        named += [(f"l{layer}.fi.w", HIDDEN * FEED_FORWARD), (f"l{layer}.fi.b", FEED_FORWARD)]
        named += [(f"l{layer}.fo.w", HIDDEN * FEED_FORWARD), (f"l{layer}.fo.b", HIDDEN)]
        for part in ("aln", "oln"):
            named += [(f"l{layer}.{part}.w", HIDDEN), (f"l{layer}.{part}.b", HIDDEN)]
    return named


def _tensor(name: str, count: int, chance: np.random.Generator) -> tuple[str, int, int, bytes]:
    if name.endswith("b") or "ln" in name or name in {"emb.pos", "emb.type"}:
        return name, 0, count, chance.normal(0, 0.02, count).astype("<f4").tobytes()
    blocks = count // 32
    scales = np.full((blocks, 1), 0.01, "<f2").view(np.uint8)
    nibbles = chance.integers(0, 256, (blocks, 16), dtype=np.uint8)
    return name, 1, count, np.concatenate([scales, nibbles], axis=1).tobytes()
