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
from classifiers.training.quantise import KINDS, Key, Matrix, quantise

LAYERS, HIDDEN, VOCABULARY, POSITIONS, PADDING = 2, 64, 50, 40, 1
Matrices = dict[Key, Matrix]


@pytest.fixture(scope="module")
def texts() -> list[Pieces]:
    """Draw texts of 3 pieces to as many as there are positions."""
    chance = np.random.default_rng(11)
    lengths = [*chance.integers(1, 29, 60).tolist(), POSITIONS - 2]
    return [[0, *chance.integers(4, VOCABULARY, length).tolist(), 2] for length in lengths]


@pytest.fixture(scope="module")
def words() -> PackedRows:
    """Draw word embeddings as the base file holds them, in blocks of 4 bits."""
    packed = np.random.default_rng(5).integers(0, 256, (VOCABULARY, HIDDEN // 2), np.uint8)
    return PackedRows(packed, np.full((VOCABULARY, HIDDEN // 32), 0.05, np.float16))


@pytest.fixture(scope="module")
def trained(words: PackedRows) -> MultiTaskModel:
    """Build a network with those words, one input channel of which is loud."""
    torch.manual_seed(3)
    configuration = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=2 * POSITIONS,  # the file keeps those that texts can reach
        initializer_range=0.08,
        pad_token_id=PADDING,
    )
    encoder = BertModel(configuration, add_pooling_layer=False)
    network = MultiTaskModel(encoder).eval()
    with torch.no_grad():
        table = encoder.embeddings.word_embeddings.weight
        table.copy_(torch.from_numpy(unpack(words.packed, words.scales)))
        encoder.encoder.layer[0].attention.output.LayerNorm.weight[7] = 40.0
        for head in (network.sentiment, network.toxicity, network.target):
            head.weight.mul_(4.0)
    return network


@pytest.fixture(scope="module")
def matrices(trained: MultiTaskModel, texts: list[Pieces]) -> Matrices:
    """Write its matrices in 8 bits."""
    return quantise(trained, texts)


@pytest.fixture(scope="module")
def folder(
    trained: MultiTaskModel,
    words: PackedRows,
    matrices: Matrices,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Write the network and its configuration."""
    folder = tmp_path_factory.mktemp("written")
    write_graph(trained, words, matrices, folder / WEIGHTS, positions=POSITIONS)
    trained.encoder.config.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> OnnxNetwork:
    """Open the file as a worker does."""
    return OnnxNetwork(folder / WEIGHTS, padding=PADDING, threads=1)


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


def test_the_network_does_not_say_the_same_of_all_texts(expected: Probabilities) -> None:
    """Else the others would show nothing."""
    assert max(part.std(axis=0).max() for part in expected) > 0.05


def test_every_matrix_is_stored_in_eight_bits(matrices: Matrices) -> None:
    """Four matrices a layer; only the second of the feed-forward takes its range by row."""
    assert set(matrices) == {(layer, kind) for layer in range(LAYERS) for kind in KINDS}
    assert all(matrix.weights.dtype == np.int8 for matrix in matrices.values())
    assert {kind for (_, kind), matrix in matrices.items() if matrix.by_row} == {"fo"}


def test_torch_reads_back_what_was_trained(
    folder: Path, texts: list[Pieces], expected: Probabilities
) -> None:
    """But for the rounding of the weights to 8 bits."""
    said = TorchNetwork(folder, padding=PADDING, device="cpu", threads=1).run(texts)
    for part, same in zip(said, expected, strict=True):
        np.testing.assert_allclose(part, same, atol=0.01)


def test_eight_bits_say_the_same(
    served: OnnxNetwork, texts: list[Pieces], expected: Probabilities
) -> None:
    """On ONNX Runtime no probability moves far, even beside a loud channel."""
    for part, same in zip(served.run(texts), expected, strict=True):
        np.testing.assert_allclose(part, same, atol=0.02)


def test_a_text_is_judged_alone_as_in_company(served: OnnxNetwork, texts: list[Pieces]) -> None:
    """Ranges are fixed or a row's own, so no neighbour matters and a score can be seen again."""
    together = served.run(texts)
    for row, text in enumerate(texts):
        for part, alone in zip(together, served.run([text]), strict=True):
            np.testing.assert_allclose(part[row], alone[0], atol=2e-5)
