"""Model folders small enough to be made in a test, and real: real files, read by real libraries.

The tokeniser has one piece per letter. `BREAKS` is a letter on which a broken network breaks; the
sentence that warms a model up does not hold it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from classifiers.engines import SENTIMENTS
from classifiers.manifest import CONFIGURATION, TOKENIZER, WEIGHTS, Head, Manifest, stamped
from vigie.domain.assessment import Category, Target

BREAKS: Final = "w"
MAX_PIECES: Final = 80
_SPECIAL: Final = ("<s>", "<pad>", "</s>", "<unk>")
_PIECES: Final = (*_SPECIAL, *"▁abcdefghijklmnopqrstuvwxyzàéç!'")
_BREAKS_AT: Final = _PIECES.index(BREAKS)
_SIZES: Final[dict[str, Any]] = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 66,
}
#: More bytes than a process can address.
_TOO_MANY: Final = 2**45


def tiny_tokenizer() -> Tokenizer:
    """Return a tokeniser with one piece per letter."""
    vocabulary = [(piece, 0.0 if piece in _SPECIAL else -3.0) for piece in _PIECES]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=_SPECIAL.index("<unk>")))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(list(_SPECIAL))
    return tokenizer


def write_hub_model(
    folder: Path,
    labels: Sequence[str],
    *,
    seed: int = 7,
    roberta: bool = False,
    problem: str | None = None,
) -> Path:
    """Write a classifier with random weights as `save_pretrained` does, and return its folder."""
    torch.manual_seed(seed)
    kind, network = (
        (XLMRobertaConfig, XLMRobertaForSequenceClassification)
        if roberta
        else (BertConfig, BertForSequenceClassification)
    )
    configuration = kind(
        vocab_size=len(_PIECES),
        pad_token_id=1,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        problem_type=problem,
        initializer_range=0.5,  # answers that differ from text to text
        **_SIZES,
    )
    network(configuration).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=tiny_tokenizer(),
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
    )
    tokenizer.save_pretrained(folder)
    return folder


def write_vigie_model(folder: Path, fault: str = "none") -> Path:
    """Write a folder in our own format whose network answers by rote, with a *fault* of `FAULTS`.

    French only: `toxic` ships, nothing else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_network(fault), str(folder / WEIGHTS))
    tiny_tokenizer().save(str(folder / TOKENIZER))
    return describe(folder)


def describe(folder: Path) -> Path:
    """Write the configuration that belongs to the files in *folder*, as they are now."""
    content = {"model_type": "bert", "vocab_size": len(_PIECES), **_SIZES}
    content["vigie"] = msgspec.to_builtins(manifest_of(folder, "tiny"))
    (folder / CONFIGURATION).write_text(json.dumps(stamped(content)), "utf-8")
    return folder


def manifest_of(folder: Path, name: str) -> Manifest:
    """Return what the model in *folder* says of itself: `toxic` ships in French, nothing else."""
    return Manifest(
        id=name,
        version="1",
        sha256={
            file: hashlib.sha256((folder / file).read_bytes()).hexdigest()
            for file in (WEIGHTS, TOKENIZER)
        },
        max_pieces=MAX_PIECES,
        sentiments=SENTIMENTS,
        categories=tuple(Category),
        targets=tuple(Target),
        heads=(Head(category=Category.TOXIC, language="fr", positives=100, available=True),),
    )


#: Name of a fault: how it changes the number that everything is multiplied by, 1 in a sound text
#: (`sound`, 0 where the text holds `BREAKS`), or the memory that is asked for.
FAULTS: Final[Mapping[str, str]] = {
    "none": "one",
    "nan": "sound / sound",
    "infinity": "one / sound",
    "always nan": "zero / zero",
    "memory for a text": "heap of broken",
    "memory for two texts": "heap of crowd",
    "failure": "look up broken",
    "columns": "one",
}


def _network(fault: str) -> onnx.ModelProto:
    """Return a network with our inputs and outputs, written node by node."""
    node = helper.make_node
    said = {"sentiment": [0.2, 0.3, 0.5], "toxicity": [0.1] * 6, "target": [0.7, 0.2, 0.1]}
    if fault == "columns":
        said["sentiment"] = [0.25] * 4
    constants: dict[str, object] = {
        "breaks": np.array(_BREAKS_AT, np.int64),
        "one": np.array([1.0], np.float32),
        "zero": np.array([0.0], np.float32),
        "last": np.array([1], np.int64),
        "first": np.array([0], np.int64),
        "little": np.array([1], np.int64),
        "much": np.array([_TOO_MANY], np.int64),
        **{f"{name} by rote": np.array([row], np.float32) for name, row in said.items()},
    }
    nodes = [
        node("Equal", ["input_ids", "breaks"], ["hits"]),
        node("Cast", ["hits"], ["hit numbers"], to=TensorProto.FLOAT),
        node("ReduceMax", ["hit numbers"], ["broken"], axes=[1], keepdims=1),
        node("Sub", ["one", "broken"], ["sound"]),
        *_faulty(fault),
    ]
    for name in said:
        # As many rows as texts, all equal.
        nodes += [
            node("Mul", ["sound", "zero"], [f"{name} rows"]),
            node("Add", [f"{name} rows", f"{name} by rote"], [f"{name} sound"]),
            node("Mul", [f"{name} sound", "factor"], [name]),
        ]
    sizes = ["texts", "pieces"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, sizes)
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", len(row)])
            for name, row in said.items()
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _faulty(fault: str) -> list[onnx.NodeProto]:
    """Return the nodes that make `factor`, 1 but for the fault."""
    node = helper.make_node
    kind = FAULTS[fault]
    if " / " in kind:
        over, _, under = kind.partition(" / ")
        return [node("Div", [over, under], ["factor"])]
    if kind.startswith("heap"):
        return [*_condition(kind), *_heap()]
    if kind.startswith("look up"):
        return [
            node("Cast", ["broken"], ["place"], to=TensorProto.INT64),
            node("Gather", ["one", "place"], ["factor"], axis=0),
        ]
    return [node("Identity", ["one"], ["factor"])]


def _condition(kind: str) -> list[onnx.NodeProto]:
    """Return the nodes that say, as `full`, whether memory is to run out."""
    node = helper.make_node
    if kind.endswith("broken"):
        return [
            node("ReduceMax", ["broken"], ["any broken"], axes=[0], keepdims=0),
            node("Cast", ["any broken"], ["full"], to=TensorProto.BOOL),
        ]
    return [
        node("Shape", ["input_ids"], ["shape"]),
        node("Gather", ["shape", "first"], ["number of texts"], axis=0),
        node("Greater", ["number of texts", "little"], ["full"]),
    ]


def _heap() -> list[onnx.NodeProto]:
    node = helper.make_node
    return [
        node("Where", ["full", "much", "little"], ["size"]),
        node("ConstantOfShape", ["size"], ["heap"]),
        node("ReduceSum", ["heap"], ["nothing"], keepdims=0),
        node("Add", ["one", "nothing"], ["factor"]),
    ]
