"""The network: one encoder, its mean over the pieces, three linear heads.

Knows tensors and nothing of texts. Heads learn from the rows that know their label; the rest of a
row's truth is masked. A row and its translation must be judged alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.data import CATEGORIES, SENTIMENTS, TARGETS, Row

if TYPE_CHECKING:
    from transformers import BertModel

_DROPOUT: Final = 0.1
#: Balance between the losses: a row has one sentiment and one target but up to six categories.
_SENTIMENT_SCALE: Final = 1.5
_TARGET_SCALE: Final = 0.5
_TWIN_SCALE: Final = 0.5


class Logits(NamedTuple):
    """What the heads say of n rows: (n, 3), (n, categories) and (n, 3)."""

    sentiment: Tensor
    toxicity: Tensor
    target: Tensor

    def rows(self, wanted: "slice | Tensor") -> "Logits":
        """Return the logits of the rows *wanted*, a slice or a tensor of their numbers."""
        return Logits(self.sentiment[wanted], self.toxicity[wanted], self.target[wanted])


@dataclass(frozen=True, slots=True)
class Truth:
    """What a batch of n rows knows: classes, labels and the weight of each (0 where unknown).

    Shapes: ``sentiment``, ``target`` and their weights (n,), ``labels`` and their weights
    (n, categories).
    """

    sentiment: Tensor
    sentiment_weight: Tensor
    labels: Tensor
    label_weight: Tensor
    target: Tensor
    target_weight: Tensor


def truth_of(rows: Sequence[Row], device: torch.device | None = None) -> Truth:
    """Return what is known of *rows*; an unknown label has weight 0 and so no part in the loss."""
    known = [[label is not None for label in row.labels] for row in rows]
    weights = torch.tensor([row.label_weight for row in rows])[:, None]
    tensors = (
        torch.tensor([row.sentiment or 0 for row in rows]),
        torch.tensor([0.0 if row.sentiment is None else row.sentiment_weight for row in rows]),
        torch.tensor([[float(label or 0) for label in row.labels] for row in rows]),
        torch.tensor(known).float() * weights,
        torch.tensor([row.target or 0 for row in rows]),
        torch.tensor([0.0 if row.target is None else row.label_weight for row in rows]),
    )
    return Truth(*(tensor.to(device) for tensor in tensors))


class MultiTaskModel(nn.Module):
    """Encoder with heads for sentiment, toxicity and target on the mean of its last states."""

    def __init__(self, encoder: "BertModel") -> None:
        super().__init__()
        hidden = encoder.config.hidden_size
        self.encoder = encoder
        self.dropout = nn.Dropout(_DROPOUT)
        self.sentiment = nn.Linear(hidden, len(SENTIMENTS))
        self.toxicity = nn.Linear(hidden, len(CATEGORIES))
        self.target = nn.Linear(hidden, len(TARGETS))
        # The embeddings are half of all weights and know more words than our texts teach.
        encoder.embeddings.requires_grad_(requires_grad=False)

    def heads(self) -> list[nn.Parameter]:
        """Return the weights that start from nothing."""
        return [
            weight for head in (self.sentiment, self.toxicity, self.target)
            for weight in head.parameters()
        ]  # fmt: skip

    def keep_layers(self, count: int) -> None:
        """Keep *count* layers, evenly spread and ending with the last; the others are dropped."""
        layers = self.encoder.encoder.layer
        kept = [len(layers) * (number + 1) // count - 1 for number in range(count)]
        self.encoder.encoder.layer = nn.ModuleList(layers[number] for number in kept)
        self.encoder.config.num_hidden_layers = count

    def forward(self, pieces: Tensor, mask: Tensor) -> Logits:
        """Return the logits of *pieces* and *mask*, both (rows, length)."""
        states = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
        return self.judge(mean_of(states, mask))

    def judge(self, mean: Tensor) -> Logits:
        """Return the logits of *mean* states (rows, hidden)."""
        pooled = self.dropout(mean)
        return Logits(self.sentiment(pooled), self.toxicity(pooled), self.target(pooled))


def mean_of(states: Tensor, mask: Tensor) -> Tensor:
    """Return the mean (rows, hidden) of *states* (rows, length, hidden) where *mask* is 1."""
    shares = mask[:, :, None].to(states.dtype)
    return (states * shares).sum(1) / shares.sum(1).clamp(min=1.0)


def loss_of(said: Logits, truth: Truth) -> Tensor:
    """Return the mean loss per row over what is known of the rows."""
    tone = _classes(said.sentiment, truth.sentiment, truth.sentiment_weight)
    target = _classes(said.target, truth.target, truth.target_weight)
    kinds = functional.binary_cross_entropy_with_logits(
        said.toxicity.float(), truth.labels, reduction="none"
    )
    kind = (kinds * truth.label_weight).sum()
    return (_SENTIMENT_SCALE * tone + _TARGET_SCALE * target + kind) / len(truth.sentiment)


def _classes(logits: Tensor, classes: Tensor, weights: Tensor) -> Tensor:
    losses = functional.cross_entropy(logits.float(), classes, reduction="none")
    return (losses * weights).sum()


def twin_loss_of(one: Logits, other: Logits, rows: int) -> Tensor:
    """Return how far the judgements of texts and of their translations are apart, per batch row.

    The symmetric Kullback-Leibler divergence of every head, summed over the pairs and divided by
    the *rows* of the batch.
    """
    tones = _between_classes(one.sentiment, other.sentiment)
    attacks = _between_classes(one.target, other.target)
    a, b = one.toxicity.float(), other.toxicity.float()
    kinds = ((torch.sigmoid(a) - torch.sigmoid(b)) * (a - b)).sum()
    return _TWIN_SCALE * (tones + attacks + kinds) / rows


def _between_classes(one: Tensor, other: Tensor) -> Tensor:
    a, b = torch.log_softmax(one.float(), -1), torch.log_softmax(other.float(), -1)
    return ((a.exp() - b.exp()) * (a - b)).sum()
