"""The network: one encoder, its mean over the pieces, two linear heads.

Knows tensors and nothing of texts. Heads learn from the rows that know their label; the rest of a
row's targets are masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.data import CATEGORIES, SENTIMENTS, Row

if TYPE_CHECKING:
    from transformers import BertModel

_DROPOUT: Final = 0.1
#: Balance between the losses: a row has one sentiment but up to six categories.
_SENTIMENT_SCALE: Final = 1.5


@dataclass(frozen=True, slots=True)
class Targets:
    """What a batch knows: classes, labels and the weight of each (0 where unknown).

    Shapes: ``sentiment`` and ``sentiment_weight`` (rows,), ``labels`` and ``label_weight``
    (rows, categories).
    """

    sentiment: Tensor
    sentiment_weight: Tensor
    labels: Tensor
    label_weight: Tensor


def targets_of(rows: Sequence[Row]) -> Targets:
    """Return the targets of *rows*; an unknown label has weight 0 and so no part in the loss."""
    known = [[label is not None for label in row.labels] for row in rows]
    weights = torch.tensor([row.label_weight for row in rows])[:, None]
    return Targets(
        sentiment=torch.tensor([row.sentiment or 0 for row in rows]),
        sentiment_weight=torch.tensor(
            [0.0 if row.sentiment is None else row.sentiment_weight for row in rows]
        ),
        labels=torch.tensor([[float(label or 0) for label in row.labels] for row in rows]),
        label_weight=torch.tensor(known).float() * weights,
    )


class MultiTaskModel(nn.Module):
    """Encoder with a sentiment head and a toxicity head on the mean of its last states."""

    def __init__(self, encoder: "BertModel") -> None:
        super().__init__()
        hidden = encoder.config.hidden_size
        self.encoder = encoder
        self.dropout = nn.Dropout(_DROPOUT)
        self.sentiment = nn.Linear(hidden, len(SENTIMENTS))
        self.toxicity = nn.Linear(hidden, len(CATEGORIES))
        # The embeddings are half of all weights and know more words than our texts teach.
        encoder.embeddings.requires_grad_(requires_grad=False)

    def forward(self, pieces: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (rows, 3) and (rows, 6) of *pieces* and *mask*, both (rows, length)."""
        states = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
        shares = mask[:, :, None].to(states.dtype)
        mean = (states * shares).sum(1) / shares.sum(1).clamp(min=1.0)
        pooled = self.dropout(mean)
        return self.sentiment(pooled), self.toxicity(pooled)


def loss_of(sentiment: Tensor, toxicity: Tensor, targets: Targets) -> Tensor:
    """Return the mean loss per row over what is known of the rows."""
    tones = functional.cross_entropy(sentiment.float(), targets.sentiment, reduction="none")
    kinds = functional.binary_cross_entropy_with_logits(
        toxicity.float(), targets.labels, reduction="none"
    )
    tone = (tones * targets.sentiment_weight).sum()
    kind = (kinds * targets.label_weight).sum()
    return (_SENTIMENT_SCALE * tone + kind) / len(targets.sentiment)
