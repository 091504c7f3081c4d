"""Each contender opened: how it gets its texts ready, and how it answers them.

What is compared is the network alone, on pieces that are ready; only the Hugging Face pipeline and
the whole classifier cannot be asked but with texts. Libraries are imported by who needs them, so
that a process shows what its own contender costs.
"""

# ruff: noqa: PLC0415 - the reason stands above

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from classifiers.engines.batches import Pieces, padded
from classifiers.engines.shipped import Runtime, open_shipped
from tests.bench.classifier.contenders import Contender

#: The file beside MiniLM's tokeniser.
MINILM_NETWORK: Final = "model.onnx"
#: Where Vigie's own model cuts, too.
_MAX_PIECES: Final = 80


@dataclass(frozen=True, slots=True)
class Opened:
    """One contender: `run(prepare(texts))` answers, and only `run` is timed.

    `pieces` are the texts as its network reads them, `spared` says how many texts the cache of
    duplicates has answered so far.
    """

    prepare: Callable[[list[str]], Any]
    run: Callable[[Any], object]
    pieces: Callable[[list[str]], list[Pieces]]
    spared: Callable[[], int] = lambda: 0


def open_contender(contender: Contender, folder: Path, threads: int) -> Opened:
    """Return `contender` on the model in `folder`, on so many threads of the processor."""
    match contender:
        case Contender.DEFAULT | Contender.FAST:
            return _shipped(folder, threads, Runtime.ONNX)
        case Contender.FLOAT32:
            return _shipped(folder, threads, Runtime.TORCH)
        case Contender.BFLOAT16:
            return _shipped(folder, threads, Runtime.TORCH, halved=True)
        case Contender.MINILM:
            return _minilm(folder, threads)
        case Contender.PIPELINE:
            return _pipeline(folder, threads)
        case Contender.WHOLE:
            return _whole(folder, threads)


def _shipped(folder: Path, threads: int, runtime: Runtime, *, halved: bool = False) -> Opened:
    engine = open_shipped(folder, runtime=runtime, threads=threads, device="cpu")
    if halved:
        _halve(engine.network)
    pieces = _cut_by(engine.tokenizer)
    return Opened(pieces, engine.network.run, pieces)


def _halve(network: Any) -> None:  # noqa: ANN401 - a TorchNetwork, whose import loads torch
    """Keep and multiply the encoder's weights in bfloat16; the tiny heads stay as they are."""
    import torch
    from transformers.modeling_outputs import BaseModelOutput

    encoder = network.encoder.to(torch.bfloat16)

    def encode(**inputs: torch.Tensor) -> BaseModelOutput:
        return BaseModelOutput(last_hidden_state=encoder(**inputs).last_hidden_state.float())

    network.encoder = encode


def _minilm(folder: Path, threads: int) -> Opened:
    """Return the network on a session with the options that Vigie's own has."""
    import onnxruntime
    from transformers import AutoTokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(
        folder / MINILM_NETWORK, options, providers=["CPUExecutionProvider"]
    )
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    def run(pieces: list[Pieces]) -> object:
        inputs, mask = padded(pieces, tokenizer.pad_token_id)
        return session.run(None, {"input_ids": inputs, "attention_mask": mask})

    pieces = _cut_by(tokenizer)
    return Opened(pieces, run, pieces)


def _pipeline(folder: Path, threads: int) -> Opened:
    """Return the pipeline as its documentation begins: one text, one answer."""
    import torch
    from transformers import pipeline

    torch.set_num_threads(threads)
    classify = pipeline("text-classification", model=str(folder), device="cpu")

    def run(texts: list[str]) -> object:
        return [classify(text, truncation=True, max_length=_MAX_PIECES) for text in texts]

    return Opened(lambda texts: texts, run, _cut_by(classify.tokenizer))


def _cut_by(tokenizer: Any) -> Callable[[list[str]], list[Pieces]]:  # noqa: ANN401 - untyped there
    def pieces(texts: list[str]) -> list[Pieces]:
        cut: list[Pieces] = tokenizer(texts, truncation=True, max_length=_MAX_PIECES)["input_ids"]
        return cut

    return pieces


def _whole(folder: Path, threads: int) -> Opened:
    """Return what a worker asks: languages unknown, the cache as it is by default."""
    from classifiers.cache import DuplicateCache
    from classifiers.classifier import TextClassifier
    from classifiers.language import LanguageIdentifier
    from config.settings import Classifier

    hits: list[int] = []
    engine = open_shipped(folder, threads=threads)
    section = Classifier()
    cache = DuplicateCache(section.cache, lambda hit, _missed: hits.append(hit))
    identify = LanguageIdentifier().identify
    classifier = TextClassifier(engine, identify, cache, section.undecided)
    return Opened(
        prepare=lambda texts: texts,
        run=lambda texts: classifier.classify(texts, [None] * len(texts)),
        pieces=_cut_by(engine.tokenizer),
        spared=lambda: sum(hits),
    )
