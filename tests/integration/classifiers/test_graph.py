"""The trained network and the file that serves say the same, whatever a text's company."""

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from classifiers.training.base import PackedRows
from classifiers.training.graph import write_graph
from classifiers.training.model import MultiTaskModel
from classifiers.training.quantise import KINDS, quantise

HIDDEN, VOCABULARY, POSITIONS = 64, 50, 40
OUTPUTS = ["sentiment", "toxicity", "target"]
Texts = list[list[int]]


@pytest.fixture(scope="module")
def words() -> PackedRows:
    """Draw word embeddings as the base file holds them, in blocks of 4 bits."""
    chance = np.random.default_rng(5)
    packed = chance.integers(0, 256, (VOCABULARY, HIDDEN // 2), dtype=np.uint8)
    scales = np.full((VOCABULARY, HIDDEN // 32), 0.05, np.float16)
    return PackedRows(packed, scales)


@pytest.fixture(scope="module")
def model(words: PackedRows) -> MultiTaskModel:
    """Build a network of two layers with those words, one input channel of which is loud."""
    torch.manual_seed(3)
    configuration = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=POSITIONS,
        pad_token_id=1,
    )
    encoder = BertModel(configuration, add_pooling_layer=False)  # type: ignore[no-untyped-call]
    encoder.set_attn_implementation("eager")
    network = MultiTaskModel(encoder).eval()
    with torch.no_grad():
        blocks = words.packed.reshape(VOCABULARY, -1, 16)
        values = np.concatenate([blocks & 15, blocks >> 4], axis=2).astype(np.float32) - 8.0
        rows = (values * words.scales.astype(np.float32)[:, :, None]).reshape(VOCABULARY, HIDDEN)
        encoder.embeddings.word_embeddings.weight.copy_(torch.from_numpy(rows))
        encoder.encoder.layer[0].attention.output.LayerNorm.weight[7] = 40.0
        for module in (encoder.encoder, network.sentiment, network.toxicity, network.target):
            for weight in module.parameters():
                if weight.dim() > 1:
                    weight.mul_(4.0)
    return network


@pytest.fixture(scope="module")
def texts() -> Texts:
    """Draw texts of 3 to 30 pieces."""
    chance = np.random.default_rng(11)
    return [
        [0, *chance.integers(4, VOCABULARY, chance.integers(1, 29)).tolist(), 2] for _ in range(60)
    ]


@pytest.fixture(scope="module")
def session(
    model: MultiTaskModel,
    words: PackedRows,
    texts: Texts,
    tmp_path_factory: pytest.TempPathFactory,
) -> onnxruntime.InferenceSession:
    """Open the file written for that network."""
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    write_graph(model, words, quantise(model, texts), path, positions=POSITIONS)
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def padded(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pieces and mask."""
    width = max(map(len, texts))
    pieces = np.array([text + [1] * (width - len(text)) for text in texts])
    return pieces, (np.arange(width) < np.array([[len(text)] for text in texts])).astype(np.int64)


def answers(session: onnxruntime.InferenceSession, texts: Texts) -> NDArray[np.float32]:
    """Return what the file says: (texts, all heads side by side)."""
    pieces, mask = padded(texts)
    said = session.run(OUTPUTS, {"input_ids": pieces, "attention_mask": mask})
    return np.concatenate(said, axis=1)


def test_the_file_says_what_the_trained_network_says(
    model: MultiTaskModel, session: onnxruntime.InferenceSession, texts: Texts
) -> None:
    """Eight bits move no probability far, even beside a loud channel."""
    pieces, mask = (torch.from_numpy(one) for one in padded(texts))
    with torch.inference_mode():
        said = model(pieces, mask)
    wanted = torch.cat(
        [said.sentiment.softmax(-1), said.toxicity.sigmoid(), said.target.softmax(-1)], 1
    ).numpy()
    found = answers(session, texts)
    assert found.std(axis=0).max() > 0.05, "a network that says the same of all texts shows nothing"
    assert np.abs(found - wanted).max() < 0.02


def test_a_text_is_answered_alike_alone_and_in_company(
    session: onnxruntime.InferenceSession, texts: Texts
) -> None:
    """No range depends on the neighbours, so a score can be seen again."""
    together = answers(session, texts)
    alone = np.concatenate([answers(session, [text]) for text in texts])
    np.testing.assert_allclose(alone, together, atol=2e-5)


def test_every_matrix_is_stored_in_eight_bits(model: MultiTaskModel, texts: Texts) -> None:
    """Four matrices a layer; only the second of the feed-forward takes its range by row."""
    matrices = quantise(model, texts)
    assert set(matrices) == {(layer, kind) for layer in range(2) for kind in KINDS}
    assert all(matrix.weights.dtype == np.int8 for matrix in matrices.values())
    assert {kind for (_, kind), matrix in matrices.items() if matrix.by_row} == {"fo"}
