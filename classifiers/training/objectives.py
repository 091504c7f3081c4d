"""What a training step makes smaller: the error on the labels, or the distance from a teacher.

Knows rows and tensors; nothing of time, files or optimisers.
"""

import random
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from classifiers.training.data import Row
from classifiers.training.model import (
    Logits,
    MultiTaskModel,
    loss_of,
    mean_of,
    truth_of,
    twin_loss_of,
)
from classifiers.training.noise import damaged


class Objective(Protocol):
    """Two halves of a step, with the tokeniser between them."""

    def texts(self, batch: Sequence[Row], chance: random.Random) -> list[str]:
        """Return what the network reads for *batch*."""
        ...

    def loss(self, batch: Sequence[Row], pieces: Tensor, mask: Tensor) -> Tensor:
        """Return the loss on those texts, cut into *pieces* (texts, length) under *mask*."""
        ...


class Labels:
    """Be right on what is known of a row, and judge it and its translation alike."""

    def __init__(self, model: MultiTaskModel) -> None:
        self._model = model

    def texts(self, batch: Sequence[Row], chance: random.Random) -> list[str]:
        """Return the rows' texts, some damaged, then the translations of those that have one."""
        own = [damaged(row.text, chance) for row in batch]
        return own + [row.twin for row in batch if row.twin is not None]

    def loss(self, batch: Sequence[Row], pieces: Tensor, mask: Tensor) -> Tensor:
        """Return the loss on the labels plus the distance between translations."""
        said = self._model(pieces, mask)
        rows = len(batch)
        loss = loss_of(said.rows(slice(rows)), truth_of(batch, pieces.device))
        paired = [at for at, row in enumerate(batch) if row.twin is not None]
        if not paired:
            return loss
        originals = said.rows(torch.tensor(paired, device=pieces.device))
        return loss + twin_loss_of(originals, said.rows(slice(rows, None)), rows)


class Teacher:
    """Say what a deeper network says, and see what it sees (Hinton et al. 2015, Jiao et al. 2020).

    Labels play no part, so any text serves.
    """

    def __init__(self, student: MultiTaskModel, teacher: MultiTaskModel) -> None:
        self._student = student
        self._teacher = teacher.eval()

    def texts(self, batch: Sequence[Row], chance: random.Random) -> list[str]:
        """Return the rows' texts, some damaged: both networks read the same damage."""
        return [damaged(row.text, chance) for row in batch]

    def loss(self, batch: Sequence[Row], pieces: Tensor, mask: Tensor) -> Tensor:
        """Return the divergence of the answers plus the distance of the mean states."""
        with torch.no_grad():
            wanted_mean = _mean(self._teacher, pieces, mask)
            wanted = self._teacher.judge(wanted_mean)
        mean = _mean(self._student, pieces, mask)
        seen = 1.0 - functional.cosine_similarity(mean.float(), wanted_mean.float()).mean()
        return _divergence(self._student.judge(mean), wanted) / len(batch) + seen


def _mean(model: MultiTaskModel, pieces: Tensor, mask: Tensor) -> Tensor:
    states = model.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
    return mean_of(states, mask)


def _divergence(said: Logits, wanted: Logits) -> Tensor:
    """Return how far *said* diverges from *wanted*, summed over heads and rows."""
    tone, aim = (
        functional.kl_div(
            torch.log_softmax(one.float(), -1), torch.softmax(other.float(), -1), reduction="sum"
        )
        for one, other in ((said.sentiment, wanted.sentiment), (said.target, wanted.target))
    )
    kind = functional.binary_cross_entropy_with_logits(
        said.toxicity.float(), torch.sigmoid(wanted.toxicity.float()), reduction="sum"
    )
    return tone + aim + kind
