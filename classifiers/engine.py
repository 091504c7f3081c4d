"""Texts to scores with ONNX Runtime on the processor.

The shipped implementation of the port ``Classifier``. Knows neither posts nor watches, keeps no
text and logs none. transformers and onnxruntime are imported when a model is loaded, not before;
torch is never needed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from classifiers.language import LanguageIdentifier
from classifiers.manifest import TOKENIZER, WEIGHTS, Manifest, read_manifest
from classifiers.text import normalise
from vigie.domain.assessment import Category, ModelRef, Scores, Sentiment, Toxicity
from vigie.errors import Misconfigured

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]  # ships no types
    from transformers import PreTrainedTokenizerFast

FloatArray = NDArray[np.float32]

#: The default server has two cores; more threads than cores slow the model down.
DEFAULT_THREADS: Final = 2
#: Largest micro-batch, in texts and in pieces with padding: bounds memory whatever is asked.
_BATCH_TEXTS: Final = 32
_BATCH_PIECES: Final = 2_048
#: What is said of a text with nothing in it.
_NOTHING_SAID: Final = Sentiment(negative=0.0, neutral=1.0, positive=0.0)


class Probabilities(NamedTuple):
    """What the network says of n texts: ``sentiment`` (n, 3) and ``toxicity`` (n, categories)."""

    sentiment: FloatArray
    toxicity: FloatArray


class OnnxClassifier:
    """Scores texts with one model folder; call it from one thread at a time.

    Raises nothing on any text: an empty one is neutral with every category unknown.
    """

    def __init__(
        self,
        session: "InferenceSession",
        tokenizer: "PreTrainedTokenizerFast",
        manifest: Manifest,
        identify: Callable[[str], str | None],
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._manifest = manifest
        self._identify = identify
        self._padding = cast("int", tokenizer.pad_token_id)

    @property
    def model(self) -> ModelRef:
        """Id and version of the model."""
        return ModelRef(self._manifest.id, self._manifest.version)

    def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return the scores of *texts*, in order.

        *languages* are ISO 639-1 codes (a region after ``-`` is ignored) or None where a post
        brings none: then the language is identified from the text, or stays None. A category that
        the model does not know in the language is None.
        """
        plain = [normalise(text) for text in texts]
        said = self.probabilities(plain)
        return [
            self._scores(text, language, sentiment, toxicity)
            for text, language, sentiment, toxicity in zip(
                plain, languages, said.sentiment.tolist(), said.toxicity.tolist(), strict=True
            )
        ]

    def probabilities(self, texts: Sequence[str]) -> Probabilities:
        """Return the network's raw answer to texts that are normalised, known head or not."""
        said = Probabilities(
            np.zeros((len(texts), len(self._manifest.sentiments)), np.float32),
            np.zeros((len(texts), len(self._manifest.categories)), np.float32),
        )
        pieces = self._pieces(texts)
        for rows in micro_batches([len(one) for one in pieces]):
            sentiment, toxicity = self.run([pieces[row] for row in rows])
            said.sentiment[rows] = sentiment
            said.toxicity[rows] = toxicity
        return said

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        encoded = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=self._manifest.max_pieces,
            return_attention_mask=False,
            return_token_type_ids=False,
        )
        return cast("list[list[int]]", encoded["input_ids"])

    def run(self, pieces: list[list[int]]) -> tuple[FloatArray, FloatArray]:
        """Return the network's answer to texts already cut into pieces, in one batch."""
        width = max(len(one) for one in pieces)
        inputs = np.full((len(pieces), width), self._padding, np.int64)
        mask = np.zeros((len(pieces), width), np.int64)
        for row, one in enumerate(pieces):
            inputs[row, : len(one)] = one
            mask[row, : len(one)] = 1
        outputs: Any = self._session.run(
            ["sentiment", "toxicity"], {"input_ids": inputs, "attention_mask": mask}
        )
        return outputs[0], outputs[1]

    def _scores(
        self, text: str, language: str | None, sentiment: list[float], toxicity: list[float]
    ) -> Scores:
        spoken = _primary(language) if language else self._identify(text)
        if not text:
            return Scores(_NOTHING_SAID, Toxicity(), spoken)
        return Scores(Sentiment(*sentiment), self._known(toxicity, spoken), spoken)

    def _known(self, values: list[float], language: str | None) -> Toxicity:
        available = self._manifest.available(language)
        return Toxicity(
            **{
                category.value: value
                for category, value in zip(self._manifest.categories, values, strict=True)
                if category in available
            }
        )


def micro_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers in batches of like length, none larger than the two bounds above."""
    rows = sorted(range(len(lengths)), key=lengths.__getitem__)
    batch: list[int] = []
    for row in rows:
        # Rows come shortest first, so the row at hand is as wide as the batch would become.
        if len(batch) == _BATCH_TEXTS or (len(batch) + 1) * lengths[row] > _BATCH_PIECES:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def load_classifier(model_dir: Path, *, threads: int = DEFAULT_THREADS) -> OnnxClassifier:
    """Return the classifier of *model_dir*, running on *threads* threads.

    Raises ``Misconfigured`` with what to do where a file is missing, is not the one that the
    configuration was written for, or does not fit the others.
    """
    manifest = read_manifest(model_dir)
    for name in (WEIGHTS, TOKENIZER):
        _verify(model_dir / name, manifest.sha256.get(name, ""))
    if manifest.categories and set(manifest.categories) - set(Category):
        msg = f"{model_dir} has categories that this Vigie does not know: update Vigie"
        raise Misconfigured(msg)
    return OnnxClassifier(
        _open_session(model_dir / WEIGHTS, threads),
        _open_tokenizer(model_dir),
        manifest,
        LanguageIdentifier().identify,
    )


def _verify(path: Path, expected: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        msg = f"{path} is missing: install the model again, or run python -m classifiers.training"
        raise Misconfigured(msg) from error
    if found != expected:
        msg = (
            f"{path} is not the file its config.json was written for (SHA-256 {found[:12]}, "
            f"expected {expected[:12]}): install the model again"
        )
        raise Misconfigured(msg)


def _open_tokenizer(model_dir: Path) -> "PreTrainedTokenizerFast":
    from transformers import AutoConfig, PreTrainedTokenizerFast  # noqa: PLC0415 - seconds to import

    configuration = AutoConfig.from_pretrained(model_dir, local_files_only=True)
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # untyped there
        tokenizer_file=str(model_dir / TOKENIZER),
        bos_token="<s>",  # noqa: S106 - a piece, not a password
        eos_token="</s>",  # noqa: S106 - the same
        unk_token="<unk>",  # noqa: S106 - the same
        pad_token="<pad>",  # noqa: S106 - the same
    )
    if len(tokenizer) != configuration.vocab_size:
        msg = (
            f"{model_dir} has {len(tokenizer)} pieces in {TOKENIZER} and "
            f"{configuration.vocab_size} in config.json: install the model again"
        )
        raise Misconfigured(msg)
    return tokenizer


def _open_session(path: Path, threads: int) -> "InferenceSession":
    import onnxruntime  # noqa: PLC0415 - loads a large library

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Idle threads sleep: on two cores they would take the time of the worker's event loop.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _primary(language: str) -> str:
    """Return the language of a tag such as ``fr-CA``, in small letters."""
    return language.replace("_", "-").partition("-")[0].lower()
