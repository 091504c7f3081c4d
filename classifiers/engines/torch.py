"""Our network in torch, float32, on a GPU where there is one: the same file, another library.

Importing this module loads torch, so only who opens such a network does it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel

from classifiers.engines import Probabilities
from classifiers.engines.batches import Pieces, padded
from classifiers.engines.weights import Weights, read_weights
from classifiers.manifest import WEIGHTS
from vigie.errors import Misconfigured, Transient

_ENCODER: Final = "encoder."
_TABLES: Final = {
    "max_position_embeddings": "encoder.embeddings.position_embeddings.weight",
    "type_vocab_size": "encoder.embeddings.token_type_embeddings.weight",
}
#: How torch says that it has no memory, on a processor and on a GPU.
_NO_MEMORY: Final = ("can't allocate memory", "out of memory")


class TorchNetwork:
    """The network of a model folder, its weights unpacked from the ONNX file to float32."""

    def __init__(self, folder: Path, *, padding: int, device: str, threads: int) -> None:
        self._device = choose_device(device, threads)
        weights = read_weights(folder / WEIGHTS)
        self.encoder = _encoder(folder, weights, self._device)
        self.heads = {
            name: _head(name, weights, self._device)
            for name in Probabilities._fields
            if f"{name}.weight" in weights
        }
        self._padding = padding

    def run(self, pieces: list[Pieces]) -> Probabilities:
        """Return the network's answer to texts already cut into pieces, in one batch."""
        with failures_named(), torch.inference_mode():
            inputs, mask = (
                torch.from_numpy(a).to(self._device) for a in padded(pieces, self._padding)
            )
            states = self.encoder(input_ids=inputs, attention_mask=mask).last_hidden_state
            shares = mask[:, :, None].to(states.dtype)
            mean = (states * shares).sum(1) / shares.sum(1).clamp(min=1.0)
            logits = {name: functional.linear(mean, *head) for name, head in self.heads.items()}
            said = Probabilities.unknown(len(pieces))._asdict()
            for name, one in logits.items():
                probability = torch.sigmoid(one) if name == "toxicity" else torch.softmax(one, -1)
                said[name] = probability.cpu().numpy()
        return Probabilities(**said)


def choose_device(wanted: str, threads: int) -> torch.device:
    """Return the device *wanted*: ``cpu``, ``cuda``, or ``auto`` for a GPU where there is one.

    On the processor torch works with so many *threads* from then on, in the whole process.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        msg = "classifier.device is cuda and torch finds no GPU: write auto, or check its driver"
        raise Misconfigured(msg)
    torch.set_num_threads(threads)
    return torch.device("cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu")


@contextmanager
def failures_named() -> Iterator[None]:
    """Tell torch's lack of memory by ``MemoryError``, and whatever else fails by ``Transient``."""
    try:
        yield
    except (RuntimeError, IndexError) as error:
        if any(sign in str(error) for sign in _NO_MEMORY):
            raise MemoryError from error
        msg = f"torch failed ({type(error).__name__}): restart if it goes on"
        raise Transient(msg) from error


def _encoder(folder: Path, weights: Weights, device: torch.device) -> nn.Module:
    configuration = AutoConfig.from_pretrained(folder, local_files_only=True)
    for size, name in _TABLES.items():
        # The file may hold less of a table than the configuration: no more than texts can reach.
        if name in weights:
            setattr(configuration, size, len(weights[name]))
    encoder: nn.Module = AutoModel.from_config(configuration, add_pooling_layer=False)  # type: ignore[no-untyped-call]  # untyped there
    own = {
        name.removeprefix(_ENCODER): torch.tensor(array)
        for name, array in weights.items()
        if name.startswith(_ENCODER)
    }
    try:
        encoder.load_state_dict(own)
    except RuntimeError as error:
        msg = f"the weights in {folder / WEIGHTS} do not fit its config.json: install it again"
        raise Misconfigured(msg) from error
    return encoder.to(device).eval()


def _head(name: str, weights: Weights, device: torch.device) -> tuple[Tensor, Tensor]:
    weight, bias = (torch.tensor(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return weight.to(device), bias.to(device)
