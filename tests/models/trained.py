"""A model of Vigie as training writes it, tiny and untrained: both libraries can run it."""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from transformers import BertConfig, BertModel

from classifiers.manifest import TOKENIZER, WEIGHTS
from classifiers.training.artefact import write_configuration
from classifiers.training.base import PackedRows
from classifiers.training.graph import write_graph
from classifiers.training.model import MultiTaskModel
from classifiers.training.quantise import quantise
from tests.models.tiny import MAX_PIECES, manifest_of, tiny_tokenizer

_HIDDEN: Final = 64
_SAMPLES: Final = ("merci a toute l'equipe", "quelle honte", "ou va l'argent des dons ?")


def write_trained_model(folder: Path, *, seed: int = 5) -> Path:
    """Write a whole folder with weights drawn by `seed`, and return it.

    Its tokeniser has one piece per letter; `toxic` ships in French, nothing else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tiny_tokenizer()
    tokenizer.save(str(folder / TOKENIZER))
    vocabulary = tokenizer.get_vocab_size()
    packed = np.random.default_rng(seed).integers(0, 256, (vocabulary, _HIDDEN // 2), np.uint8)
    words = PackedRows(packed, np.full((vocabulary, _HIDDEN // 32), 0.02, np.float16))
    model = _network(vocabulary, seed)
    pieces = [tokenizer.encode(text).ids for text in _SAMPLES * 20]
    matrices = quantise(model, pieces)
    write_graph(model, words, matrices, folder / WEIGHTS, positions=MAX_PIECES)
    write_configuration(folder, model.encoder.config, manifest_of(folder, "tiny-trained"))
    return folder


def _network(vocabulary: int, seed: int) -> MultiTaskModel:
    torch.manual_seed(seed)
    configuration = BertConfig(
        vocab_size=vocabulary,
        hidden_size=_HIDDEN,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=MAX_PIECES,
        pad_token_id=1,
    )
    return MultiTaskModel(BertModel(configuration, add_pooling_layer=False)).eval()
