"""Any text classification model in Hugging Face's folder format, run by torch in float32.

Knows nothing of how the folder came here. Code that comes with a model is never run: neither its
own modules nor what a pickled file of weights may hold. Importing this module loads torch.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils.logging import disable_progress_bar

from classifiers.engines import Probabilities
from classifiers.engines.batches import Pieces, give_up, padded
from classifiers.engines.labels import LabelMap, Outputs, map_labels
from classifiers.engines.torch import choose_device, failures_named
from classifiers.engines.windows import read_windows
from vigie.domain.assessment import Category, ModelRef
from vigie.errors import Misconfigured

if TYPE_CHECKING:
    from config.settings import Model

#: Pieces read at a time, where the model has no smaller bound of its own.
_MAX_PIECES: Final = 512
#: Positions that some architectures keep for themselves (RoBERTa counts from its padding on).
_RESERVED_POSITIONS: Final = 2


class HubEngine:
    """A model of somebody else's, its labels mapped to our heads."""

    def __init__(
        self,
        network: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        model: ModelRef,
        labels: LabelMap,
        languages: Sequence[str] = (),
    ) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._padding = cast("int", tokenizer.pad_token_id)
        self._longest = _longest(network, tokenizer)
        self._model = model
        self._labels = labels
        self._languages = frozenset(languages)

    @property
    def model(self) -> ModelRef:
        """Id and version of the model."""
        return self._model

    @property
    def categories(self) -> frozenset[Category]:
        """Categories that a label is mapped to."""
        return frozenset(Category) & self._labels.columns.keys()

    def speaks(self, language: str | None) -> bool:
        """Say whether the settings give it *language*; where they give none, it speaks all."""
        return not self._languages or language in self._languages

    def probabilities(self, texts: Sequence[str], languages: Sequence[str | None]) -> Probabilities:
        """Return the model's probabilities; of a text in another language nothing is known."""
        said = Probabilities.unknown(len(texts))
        rows = [at for at, language in enumerate(languages) if self.speaks(language)]
        spoken = [texts[row] for row in rows]
        answer = read_windows(self._tokenizer, spoken, most=self._longest, run=self._run)
        for whole, part in zip(said, answer, strict=True):
            whole[rows] = part
        return said

    def _run(self, pieces: list[Pieces]) -> Probabilities:
        with failures_named(), torch.inference_mode():
            device = self._network.device
            inputs, mask = (torch.from_numpy(a).to(device) for a in padded(pieces, self._padding))
            logits = self._network(input_ids=inputs, attention_mask=mask).logits.float()
            softmax = self._labels.outputs is Outputs.SOFTMAX
            shares = (torch.softmax(logits, -1) if softmax else torch.sigmoid(logits)).cpu().numpy()
            broken = ~torch.isfinite(logits).all(-1).cpu().numpy()
        said = self._labels.place(shares)
        give_up(said, broken)  # the sigmoid of infinity would pass for certainty
        return said


def open_hub(folder: Path, section: "Model", *, model: ModelRef, threads: int) -> HubEngine:
    """Return the engine of the model in *folder*, called and configured as *section* says.

    Raises:
        Misconfigured: the folder holds no such model, or its labels cannot be mapped.
    """
    device = choose_device(section.device, threads)
    # The bar of weights, which a log would keep line by line.
    disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped there
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        network, found = AutoModelForSequenceClassification.from_pretrained(
            folder,
            local_files_only=True,
            weights_only=True,
            output_loading_info=True,
            dtype=torch.float32,
        )
    except Exception as error:  # what tokenizers raises has no narrower class
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        msg = f"transformers cannot read {section.model}: choose another model ({reason})"
        raise Misconfigured(msg) from error
    _check(section.model, network, tokenizer, found["missing_keys"])
    return HubEngine(
        network.to(device).eval(),
        tokenizer,
        model=model,
        labels=map_labels(
            section.model, _labels(network), section.labels, _outputs(section, network.config)
        ),
        languages=section.languages,
    )


def _check(
    name: str, network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, missing: set[str]
) -> None:
    if missing:
        msg = (
            f"{name} holds no weights for {', '.join(sorted(missing))}: it was not trained to "
            "classify; choose a model for text classification"
        )
        raise Misconfigured(msg)
    if tokenizer.pad_token_id is None:
        msg = f"the tokenizer of {name} has no padding piece: choose another model"
        raise Misconfigured(msg)
    if len(tokenizer) > network.config.vocab_size:
        msg = (
            f"the tokenizer of {name} has {len(tokenizer)} pieces and its network "
            f"{network.config.vocab_size}: they do not belong together"
        )
        raise Misconfigured(msg)


def _labels(network: PreTrainedModel) -> list[str]:
    names = cast("dict[int, str]", network.config.id2label)
    return [names[number] for number in sorted(names)]


def _outputs(section: "Model", configuration: Any) -> Outputs:  # noqa: ANN401 - one per architecture
    if configuration.problem_type == "regression":
        msg = f"{section.model} predicts a quantity, not probabilities: choose a classifier"
        raise Misconfigured(msg)
    if section.outputs != "auto":
        return Outputs(section.outputs)
    # A single label has nothing to exclude: its softmax would always be 1.
    many = configuration.problem_type == "multi_label_classification"
    return Outputs.SIGMOID if many or configuration.num_labels == 1 else Outputs.SOFTMAX


def _longest(network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    positions = getattr(network.config, "max_position_embeddings", None)
    bounds = [_MAX_PIECES, tokenizer.model_max_length]
    if positions:
        bounds.append(positions - _RESERVED_POSITIONS)
    return int(min(bounds))
