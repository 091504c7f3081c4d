"""A model of Vigie as training writes it, tiny and untrained: both libraries can run it."""

import hashlib
from pathlib import Path
from typing import Final

import numpy as np
import torch
from transformers import BertConfig, BertModel

from classifiers.engines import SENTIMENTS
from classifiers.manifest import TOKENIZER, WEIGHTS, Head, Manifest
from classifiers.training.artefact import write_configuration
from classifiers.training.base import PackedRows
from classifiers.training.graph import write_graph
from classifiers.training.model import MultiTaskModel
from classifiers.training.quantise import quantise
from tests.models.tiny import tiny_tokenizer
from vigie.domain.assessment import Category, Target

_POSITIONS: Final = 80
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
    write_graph(model, words, matrices, folder / WEIGHTS, positions=_POSITIONS)
    write_configuration(folder, model.encoder.config, _manifest(folder))
    return folder


def _network(vocabulary: int, seed: int) -> MultiTaskModel:
    torch.manual_seed(seed)
    configuration = BertConfig(
        vocab_size=vocabulary,
        hidden_size=_HIDDEN,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=_POSITIONS,
        pad_token_id=1,
    )
    return MultiTaskModel(BertModel(configuration, add_pooling_layer=False)).eval()


def _manifest(folder: Path) -> Manifest:
    return Manifest(
        id="tiny-trained",
        version="1",
        sha256={
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in (WEIGHTS, TOKENIZER)
        },
        max_pieces=_POSITIONS,
        sentiments=SENTIMENTS,
        categories=tuple(Category),
        targets=tuple(Target),
        heads=(Head(category=Category.TOXIC, language="fr", positives=100, available=True),),
    )
