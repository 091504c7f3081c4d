"""The file that training writes, on both libraries: the same network as the trained one."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from classifiers.engines import Probabilities
from classifiers.engines.batches import Pieces, padded
from classifiers.engines.onnx import OnnxNetwork
from classifiers.engines.torch import TorchNetwork
from classifiers.engines.weights import unpack
from classifiers.manifest import WEIGHTS
from classifiers.training.base import PackedRows
from classifiers.training.graph import write_graph
from classifiers.training.model import MultiTaskModel
from classifiers.training.quantise import quantise

VOCABULARY, HIDDEN, POSITIONS, PADDING = 40, 64, 80, 1


@pytest.fixture(scope="module")
def texts() -> list[Pieces]:
    """Return texts of many lengths, as pieces."""
    chance = np.random.default_rng(3)
    return [
        [0, *chance.integers(4, VOCABULARY, length).tolist(), 2] for length in (1, 5, 40, 78) * 20
    ]


@pytest.fixture(scope="module")
def words() -> PackedRows:
    """Return word embeddings in 4 bits."""
    packed = np.random.default_rng(4).integers(0, 256, (VOCABULARY, HIDDEN // 2), dtype=np.uint8)
    return PackedRows(packed, np.full((VOCABULARY, HIDDEN // 32), 0.02, np.float16))


@pytest.fixture(scope="module")
def trained(words: PackedRows) -> MultiTaskModel:
    """Return a small network with weights drawn by seed."""
    torch.manual_seed(5)
    configuration = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=2 * POSITIONS,
        initializer_range=0.1,
    )
    encoder = BertModel(configuration, add_pooling_layer=False)
    with torch.no_grad():
        table = encoder.embeddings.word_embeddings.weight
        table.copy_(torch.from_numpy(unpack(words.packed, words.scales)))
    return MultiTaskModel(encoder).eval()


@pytest.fixture(scope="module")
def folder(
    trained: MultiTaskModel,
    words: PackedRows,
    texts: list[Pieces],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Write the network in 8 bits, and its configuration."""
    folder = tmp_path_factory.mktemp("written")
    matrices = quantise(trained, texts)
    write_graph(trained, words, matrices, folder / WEIGHTS, positions=POSITIONS)
    trained.encoder.config.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def expected(trained: MultiTaskModel, texts: list[Pieces]) -> Probabilities:
    """Return what the trained network itself says."""
    inputs, mask = (torch.from_numpy(array) for array in padded(texts, PADDING))
    with torch.inference_mode():
        said = trained(inputs, mask)
    return Probabilities(
        torch.softmax(said.sentiment, -1).numpy(),
        torch.sigmoid(said.toxicity).numpy(),
        torch.softmax(said.target, -1).numpy(),
    )


def test_torch_reads_back_what_was_trained(
    folder: Path, texts: list[Pieces], expected: Probabilities
) -> None:
    """But for the rounding of the weights to 8 bits."""
    said = TorchNetwork(folder, padding=PADDING, device="cpu", threads=1).run(texts)
    for part, same in zip(said, expected, strict=True):
        np.testing.assert_allclose(part, same, atol=0.005)


def test_eight_bits_say_the_same(
    folder: Path, texts: list[Pieces], expected: Probabilities
) -> None:
    """On ONNX Runtime, as it is served."""
    said = OnnxNetwork(folder / WEIGHTS, padding=PADDING, threads=1).run(texts)
    for part, same in zip(said, expected, strict=True):
        np.testing.assert_allclose(part, same, atol=0.02)


def test_a_text_is_judged_alone_as_in_company(folder: Path, texts: list[Pieces]) -> None:
    """Ranges are fixed or a row's own, so no neighbour matters."""
    network = OnnxNetwork(folder / WEIGHTS, padding=PADDING, threads=1)
    together = network.run(texts[:8])
    for row, text in enumerate(texts[:8]):
        for part, alone in zip(together, network.run([text]), strict=True):
            np.testing.assert_allclose(part[row], alone[0], atol=1e-5)
