"""The training run: seeded, counted, checkpointed, resumable.

Knows the network and the sampler; writes one checkpoint and log lines, nothing else. A run of the
same seed and number of steps sees the same rows in the same order.
"""

import logging
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from classifiers.training.data import Row
from classifiers.training.model import MultiTaskModel
from classifiers.training.objectives import Objective
from classifiers.training.sampling import Sampler
from vigie.errors import Misconfigured

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

_WARM_UP: Final = 0.06  # share of the run in which the learning rate rises
_WEIGHT_DECAY: Final = 0.01
_HEAD_RATE: Final = 1e-3  # the heads start from nothing, the encoder from a trained base
_CLIP: Final = 1.0
#: The number of the piece that fills rows up.
PAD: Final = 1
#: Pieces of a text that are read, in training and in service.
MAX_PIECES: Final = 80


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked for: so many *steps*, each of a *batch* of rows."""

    seed: int
    steps: int
    batch: int = 48
    max_pieces: int = MAX_PIECES
    learning_rate: float = 1.5e-4
    checkpoint_seconds: float = 300.0


@dataclass(slots=True)
class Progressed:
    """How far a run is: kept in the checkpoint and reported in the card."""

    block: int = 0
    step: int = 0
    examples: int = 0
    seconds: float = 0.0

    def share(self, plan: Plan) -> float:
        """Return the part of the run that is behind, 0 to 1."""
        return min(1.0, self.step / plan.steps)


def rate_at(share: float) -> float:
    """Return the factor on the learning rate: a short rise, then a straight fall to 0."""
    if share < _WARM_UP:
        return max(0.02, share / _WARM_UP)
    return max(0.0, (1.0 - share) / (1.0 - _WARM_UP))


def encode(tokenizer: "Tokenizer", texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pieces and mask of *texts*, padded to the longest: two (texts, length) of int64."""
    ids = [one.ids for one in tokenizer.encode_batch_fast(texts)]
    width = max(len(one) for one in ids)
    pieces = torch.tensor([one + [PAD] * (width - len(one)) for one in ids])
    mask = torch.tensor([[1] * len(one) + [0] * (width - len(one)) for one in ids])
    return pieces, mask


class Trainer:
    """One run of *plan* over what *sampler* draws, towards *objective*."""

    def __init__(
        self,
        model: MultiTaskModel,
        objective: Objective,
        tokenizer: "Tokenizer",
        sampler: Sampler,
        plan: Plan,
    ) -> None:
        self._model = model
        self._objective = objective
        self._tokenizer = tokenizer
        self._sampler = sampler
        self._plan = plan
        self._device = next(model.parameters()).device
        self._optimizer = _optimizer_for(model, plan)
        self.progressed = Progressed()

    def run(self, checkpoint: Path) -> Progressed:
        """Train to the end of the plan, from *checkpoint* on where that file exists."""
        if checkpoint.exists():
            self._restore(checkpoint)
        saved = self.progressed.seconds
        self._model.train()
        with _progress_bar() as bar:
            task = bar.add_task("training", total=1.0, loss=math.nan)
            while self.progressed.share(self._plan) < 1.0:
                for loss in self._block():
                    bar.update(task, completed=self.progressed.share(self._plan), loss=loss)
                if self.progressed.seconds - saved > self._plan.checkpoint_seconds:
                    self._save(checkpoint)
                    saved = self.progressed.seconds
        self._save(checkpoint)
        return self.progressed

    def _block(self) -> Iterator[float]:
        """Train on one block of batches, yielding the smoothed loss after each."""
        done = self.progressed
        torch.manual_seed(self._plan.seed * 1_000_003 + done.block)  # dropout, after a resume too
        chance = random.Random(f"{self._plan.seed}:noise:{done.block}")  # noqa: S311 - no secret
        losses: list[float] = []
        for batch in self._sampler.block(done.block, key=lambda row: len(row.text)):
            if done.share(self._plan) >= 1.0:
                break
            begin = time.monotonic()
            losses.append(self._step(batch, chance))
            done.step += 1
            done.examples += len(batch)
            done.seconds += time.monotonic() - begin
            yield sum(losses) / len(losses)
        done.block += 1
        mean = sum(losses) / len(losses) if losses else math.nan
        speed = done.examples / done.seconds
        log.info("step %d loss %.4f, %.1f examples/s", done.step, mean, speed)

    def _step(self, batch: list[Row], chance: random.Random) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * rate_at(self.progressed.share(self._plan))
        loss = self._loss(batch, chance)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), _CLIP)
        self._optimizer.step()
        return float(loss.detach())

    def _loss(self, batch: list[Row], chance: random.Random) -> torch.Tensor:
        texts = self._objective.texts(batch, chance)
        pieces, mask = (one.to(self._device) for one in encode(self._tokenizer, texts))
        with torch.autocast(self._device.type, torch.bfloat16, enabled=_has_bfloat16(self._device)):
            return self._objective.loss(batch, pieces, mask)

    def _save(self, path: Path) -> None:
        state = {
            "model": self._model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "finished": self.progressed.share(self._plan) >= 1.0,
            "progressed": {name: getattr(self.progressed, name) for name in Progressed.__slots__},
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)
        log.info("checkpoint at step %d", self.progressed.step)

    def _restore(self, path: Path) -> None:
        state: dict[str, Any] = torch.load(path, map_location=self._device, weights_only=True)
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.progressed = Progressed(**state["progressed"])
        log.info("resumed at step %d", self.progressed.step)


def finished_weights(checkpoint: Path, device: torch.device) -> dict[str, torch.Tensor]:
    """Return the network's weights in *checkpoint*; ``Misconfigured`` where no run ended in it."""
    try:
        state = torch.load(checkpoint, map_location=device, weights_only=True)
    except FileNotFoundError as error:
        msg = f"{checkpoint} is missing: train the deep network first, with the same --work"
        raise Misconfigured(msg) from error
    if not state["finished"]:
        msg = f"{checkpoint} is of a run that did not end: go on with it first"
        raise Misconfigured(msg)
    weights: dict[str, torch.Tensor] = state["model"]
    return weights


def _optimizer_for(model: MultiTaskModel, plan: Plan) -> torch.optim.AdamW:
    body = [weight for weight in model.encoder.parameters() if weight.requires_grad]
    groups = [
        {"params": body, "peak": plan.learning_rate, "lr": 0.0},
        {"params": model.heads(), "peak": _HEAD_RATE, "lr": 0.0},
    ]
    return torch.optim.AdamW(groups, weight_decay=_WEIGHT_DECAY, fused=True)


def _has_bfloat16(device: torch.device) -> bool:
    """Say whether *device* multiplies in bfloat16 faster than in float32."""
    return device.type != "cpu" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def _progress_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("loss {task.fields[loss]:.3f}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=False,
    )
