"""How well the network judges as it was trained, before its layers are put in 8 bits.

Runs it behind the port of the networks that serve, so that nothing else differs.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import torch

from classifiers.engines import Probabilities
from classifiers.engines.batches import Pieces, padded
from classifiers.engines.shipped import ShippedEngine, open_shipped
from classifiers.evaluation.examples import Example
from classifiers.evaluation.figures import Report
from classifiers.evaluation.yardstick import report_raw
from classifiers.training.model import MultiTaskModel
from classifiers.training.train import PAD

log = logging.getLogger(__name__)


def report_float32(
    model: MultiTaskModel, folder: Path, examples: Sequence[Example], *, seed: int
) -> Report:
    """Return the figures of *model*, whose tokeniser and manifest are those of *folder*."""
    served = open_shipped(folder)
    engine = ShippedEngine(Float32Network(model), served.tokenizer, served.manifest)
    log.info("model=%s judging in float32 texts=%d", engine.model.id, len(examples))
    raw = engine.raw([one.text for one in examples])
    return report_raw(raw, examples, model=engine.model, seed=seed)


class Float32Network:
    """The trained network, on the device where it is."""

    def __init__(self, model: MultiTaskModel) -> None:
        self._model = model.eval()
        self._device = next(model.parameters()).device

    def run(self, pieces: list[Pieces]) -> Probabilities:
        """Return the network's answer to texts already cut into pieces, in one batch."""
        inputs, mask = (torch.from_numpy(part).to(self._device) for part in padded(pieces, PAD))
        with torch.inference_mode():
            said = self._model(inputs, mask)
        shares = (said.sentiment.softmax(-1), said.toxicity.sigmoid(), said.target.softmax(-1))
        return Probabilities(*(one.cpu().numpy() for one in shares))
