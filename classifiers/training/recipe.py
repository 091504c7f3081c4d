"""How the two networks are made: the deep one from labels, the shallow one from the deep one.

Knows the order of the steps; each step lives in a module of its own. Everything that is slow is
kept in the work folder and found there by the next run.
"""

import json
import logging
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from tokenizers import Tokenizer

from classifiers.manifest import TOKENIZER
from classifiers.training.base import BaseFile, BasePaths, PackedRows, build_encoder, fetch_base
from classifiers.training.data import (
    Row,
    every_text,
    own_rows,
    plain_rows,
    sentiment_rows,
    toxicity_rows,
    unlabelled_rows,
)
from classifiers.training.model import MultiTaskModel
from classifiers.training.objectives import Labels, Teacher
from classifiers.training.sampling import DISTILLING, Sampler
from classifiers.training.splits import apart
from classifiers.training.train import Plan, Progressed, Trainer, finished_weights
from classifiers.training.vocabulary import cut_vocabulary
from vigie.errors import Misconfigured

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the data, read once; ``train`` are those of them that may be learned from."""

    toxicity: list[Row]
    sentiment: list[Row]
    plain: list[Row]
    own: list[Row]
    train: list[Row]


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished network with what belongs to it."""

    model: MultiTaskModel
    words: PackedRows
    tokenizer: Tokenizer
    rows: Rows
    progressed: Progressed


@dataclass(frozen=True, slots=True)
class _Base:
    """The base model with its vocabulary cut."""

    file: BaseFile
    kept: list[int]
    tokenizer: Tokenizer

    def network(self) -> MultiTaskModel:
        """Return a fresh network on the base, on a GPU where there is one."""
        model = MultiTaskModel(build_encoder(self.file, self.kept))
        return model.to("cuda" if torch.cuda.is_available() else "cpu")

    def words(self) -> PackedRows:
        """Return the kept word embeddings as the file packs them."""
        return self.file.packed_rows("emb.word", self.file.shape.hidden, self.kept)


def read(data: Path, work: Path) -> Rows:
    """Return all rows of *data*; ``Misconfigured`` where it lacks a file."""
    try:
        toxicity, sentiment = toxicity_rows(data), sentiment_rows(data)
        plain, unlabelled = plain_rows(data), unlabelled_rows(data)
    except FileNotFoundError as error:
        msg = f"{error.filename} is missing: --data must name the folder of the training data"
        raise Misconfigured(msg) from error
    own = own_rows()
    every = [row for row in chain(toxicity, sentiment, plain, own, unlabelled) if row.text]
    return Rows(toxicity, sentiment, plain, own, train=apart(every, work))


def train_deep(data: Path, work: Path, plan: Plan) -> Trained:
    """Return the network of all the base's layers, trained on labels."""
    rows = read(data, work)
    base = _open_base(data, work, plan)
    model = base.network()
    sampler = Sampler.over(rows.train, seed=plan.seed, batch=plan.batch)
    trainer = Trainer(model, Labels(model), base.tokenizer, sampler, plan)
    progressed = trainer.run(checkpoint_of(work, plan.seed))
    return Trained(model, base.words(), base.tokenizer, rows, progressed)


def train_shallow(data: Path, work: Path, plan: Plan, *, layers: int) -> Trained:
    """Return a network of so many *layers* that learned from the finished deep one in *work*."""
    rows = read(data, work)
    base = _open_base(data, work, plan)
    teacher, student = base.network(), base.network()
    weights = finished_weights(checkpoint_of(work, plan.seed), next(teacher.parameters()).device)
    teacher.load_state_dict(weights)
    student.load_state_dict(weights)
    student.keep_layers(layers)
    sampler = Sampler.over(rows.train, seed=plan.seed, batch=plan.batch, shares=DISTILLING)
    trainer = Trainer(student, Teacher(student, teacher), base.tokenizer, sampler, plan)
    progressed = trainer.run(checkpoint_of(work, plan.seed, layers))
    return Trained(student, base.words(), base.tokenizer, rows, progressed)


def checkpoint_of(work: Path, seed: int, layers: int | None = None) -> Path:
    """Return where a run keeps its state: the deep network's, or that of so many layers."""
    return work / f"checkpoint-{seed}{f'-{layers}-layers' if layers else ''}.pt"


def _open_base(data: Path, work: Path, plan: Plan) -> _Base:
    paths = fetch_base(work / "base")
    kept = _choose_vocabulary(paths, data, work)
    tokenizer = Tokenizer.from_file(str(work / TOKENIZER))
    tokenizer.enable_truncation(plan.max_pieces)
    return _Base(BaseFile(paths.weights), kept, tokenizer)


def _choose_vocabulary(base: BasePaths, data: Path, work: Path) -> list[int]:
    """Return the kept pieces, counting them over all texts once per work folder."""
    numbers = work / "kept.json"
    if not numbers.exists():
        kept = cut_vocabulary(base.tokenizer, work / TOKENIZER, every_text(data))
        numbers.write_text(json.dumps(kept), "utf-8")
    chosen: list[int] = json.loads(numbers.read_text("utf-8"))
    log.info("%d pieces kept", len(chosen))
    return chosen
