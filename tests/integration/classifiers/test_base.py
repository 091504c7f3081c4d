"""The reader of the base model file, on a tiny file of the same layout."""

from pathlib import Path

import numpy as np
import pytest

from classifiers.training.base import BaseFile, build_encoder, unpack_blocks
from tests.models.base import HIDDEN, LAYERS, VOCABULARY, write_base
from vigie.errors import Misconfigured


def test_a_block_unpacks_low_nibbles_first() -> None:
    """Value = (nibble - 8) x scale; the low halves are the first sixteen weights."""
    raw = np.float16(0.5).tobytes() + bytes([0x1F] * 16)
    assert unpack_blocks(raw).tolist() == [3.5] * 16 + [-3.5] * 16


def test_the_header_gives_the_shape(tmp_path: Path) -> None:
    """Sizes come from the file, not from what we believe of the model."""
    file = BaseFile(write_base(tmp_path / "tiny.bin"))
    assert (file.shape.hidden, file.shape.layers) == (HIDDEN, LAYERS)
    assert file.shape.vocabulary == VOCABULARY
    assert "l1.oln.b" in file.names()
    assert file.tensor("emb.word").shape == (VOCABULARY * HIDDEN,)


def test_packed_rows_hold_the_same_weights(tmp_path: Path) -> None:
    """What the exported model unpacks is what training saw."""
    file = BaseFile(write_base(tmp_path / "tiny.bin"))
    rows = file.packed_rows("emb.word", HIDDEN, [3, 1])
    whole = file.tensor("emb.word").reshape(VOCABULARY, HIDDEN)
    low, high = rows.packed & 0x0F, rows.packed >> 4
    unpacked = (np.concatenate([low, high], axis=1).astype(np.float32) - 8.0) * rows.scales
    np.testing.assert_array_equal(unpacked, whole[[3, 1]])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"magic": b"GGUF"}, "does not begin with E5S1"),
        ({"version": 2}, "has version 2"),
        ({"cut": 10}, "is damaged"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, changes: dict[str, int], sentence: str) -> None:
    """The sentence says what is wrong before any training starts."""
    path = write_base(tmp_path / "tiny.bin", **changes)
    with pytest.raises(Misconfigured, match=sentence):
        BaseFile(path).tensor("l1.oln.b")


def test_a_file_cut_in_its_header_is_named(tmp_path: Path) -> None:
    """A download that broke off is no mystery."""
    path = write_base(tmp_path / "tiny.bin")
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(Misconfigured, match="download it again"):
        BaseFile(path)


def test_an_unknown_tensor_is_named(tmp_path: Path) -> None:
    """A base of another architecture fails with the name that it lacks."""
    with pytest.raises(Misconfigured, match=r"no tensor named l9\.q\.w"):
        BaseFile(write_base(tmp_path / "tiny.bin")).tensor("l9.q.w")


def test_the_encoder_holds_the_kept_rows(tmp_path: Path) -> None:
    """Row i of the encoder's words is the base's row kept[i]."""
    file = BaseFile(write_base(tmp_path / "tiny.bin"))
    encoder = build_encoder(file, [0, 1, 2, 3, 39])
    words = encoder.embeddings.word_embeddings.weight.detach().numpy()
    np.testing.assert_array_equal(words[4], file.tensor("emb.word").reshape(VOCABULARY, HIDDEN)[39])
    query = encoder.encoder.layer[1].attention.self.query.weight.detach().numpy()
    np.testing.assert_array_equal(query.reshape(-1), file.tensor("l1.q.w"))
