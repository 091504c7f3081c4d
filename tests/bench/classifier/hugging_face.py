"""Vigie's network as a folder that the Hugging Face pipeline reads, to compare like with like.

The encoder has the same weights, and the head is that of sentiment. The class asks for one small
layer more, which is drawn by chance: that costs what it would, and the answers mean nothing.
Importing this module loads torch.
"""

import shutil
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification
from transformers.utils.logging import disable_progress_bar

from classifiers.engines import SENTIMENTS
from classifiers.engines.shipped import DEFAULT_THREADS, Runtime, open_shipped
from classifiers.engines.torch import TorchNetwork
from classifiers.manifest import WEIGHTS, read_manifest
from tests.bench.corpus import SEED


def pipeline_folder(model: Path, cache: Path) -> Path:
    """Return a folder in `cache` with the network of the Vigie `model`, made where it is absent."""
    folder = cache / f"pipeline-{read_manifest(model).sha256[WEIGHTS][:12]}"
    if not folder.exists():
        engine = open_shipped(model, runtime=Runtime.TORCH, threads=DEFAULT_THREADS, device="cpu")
        assert isinstance(engine.network, TorchNetwork)
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        disable_progress_bar()
        _classification(engine.network).save_pretrained(partial)
        engine.tokenizer.save_pretrained(partial)
        partial.rename(folder)
    return folder


def _classification(network: TorchNetwork) -> BertForSequenceClassification:
    """Return the network as transformers' own class, with the same encoder."""
    torch.manual_seed(SEED)
    configuration = BertConfig(
        **network.encoder.config.to_dict()
        | {"id2label": dict(enumerate(SENTIMENTS)), "architectures": None}
    )
    whole = BertForSequenceClassification(configuration)
    missing = whole.bert.load_state_dict(network.encoder.state_dict(), strict=False).missing_keys
    assert all(name.startswith("pooler.") for name in missing)
    weight, bias = network.heads["sentiment"]
    whole.classifier.load_state_dict({"weight": weight, "bias": bias})
    return whole.eval()
