"""The last steps of a model: calibrate it on dev, measure it, write what is true of it.

Knows folders and the order of the steps; every step lives in a module of its own.
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from tokenizers import Tokenizer

from classifiers.calibration import Calibration, calibrate
from classifiers.engines import Probabilities
from classifiers.engines.shipped import ShippedEngine, open_shipped
from classifiers.evaluation.card import write_cards
from classifiers.evaluation.dev import Answers, DevTexts, ask, judged, judged_unseen
from classifiers.evaluation.examples import Example, languages_of
from classifiers.evaluation.figures import (
    Evaluation,
    Failure,
    Pieces,
    Training,
    write_figures,
)
from classifiers.evaluation.fit import fit
from classifiers.evaluation.functions import failures
from classifiers.evaluation.hide_thresholds import judge_heads
from classifiers.evaluation.hiding import Thresholds
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.measure import measure
from classifiers.evaluation.yardstick import DEV, Yardstick
from classifiers.manifest import TOKENIZER, WEIGHTS, Manifest
from classifiers.thresholds import hide_thresholds
from classifiers.training.artefact import rewrite_manifest

log = logging.getLogger(__name__)

#: All figures of a model, in its folder.
EVALUATION: Final = "evaluation.json"
#: Failures shown of each kind: of our own dev texts in a language, and of the suite.
_SHOWN: Final = 5
_UNKNOWN_PIECE: Final = "<unk>"


def release(folder: Path, yardstick: Yardstick, training: Training, *, threads: int) -> None:
    """Calibrate the model in *folder*, choose its thresholds, measure it and write its cards."""
    answers = calibrate_model(folder, yardstick.texts, threads=threads, cautious=training.cautious)
    describe_model(folder, yardstick, training, threads=threads, answers=answers)


def calibrate_model(folder: Path, texts: DevTexts, *, threads: int, cautious: bool) -> Answers:
    """Write the manifest in *folder* anew, with what dev says of calibration and heads.

    *cautious* thresholds lie above every labelled negative. Returns the network's own answers,
    which do not change by it.
    """
    engine = open_shipped(folder, threads=threads)
    answers = ask(engine, texts)
    rewrite_manifest(folder, _calibrated(engine.manifest, texts, answers, cautious=cautious))
    log.info("model=%s calibrated", folder)
    return answers


def _calibrated(
    manifest: Manifest, texts: DevTexts, answers: Answers, *, cautious: bool
) -> Manifest:
    corrections = fit(answers.labelled, texts.labelled)
    dev = _corrected(texts.labelled, answers.labelled, corrections)
    plain = _corrected(texts.plain, answers.plain, corrections)
    return msgspec.structs.replace(
        manifest,
        calibration=corrections,
        heads=judge_heads(texts.rows, dev, plain, cautious=cautious),
        languages=tuple(languages_of([one for one in texts.labelled if one.sentiment is not None])),
    )


def _corrected(
    examples: Sequence[Example], raw: Probabilities, corrections: Sequence[Calibration]
) -> Judged:
    said = calibrate(raw, [one.language for one in examples], corrections)
    return Judged(examples, said, said)


def describe_model(
    folder: Path,
    yardstick: Yardstick,
    training: Training | None = None,
    *,
    threads: int,
    answers: Answers | None = None,
) -> Evaluation:
    """Measure the model in *folder*, and write ``EVALUATION`` and the cards beside it.

    Where no *training* is told, what an earlier evaluation in the folder says of it is kept.
    """
    engine = open_shipped(folder, threads=threads)
    evaluation = _evaluate(
        engine,
        folder,
        yardstick,
        training or _trained(folder),
        answers or ask(engine, yardstick.texts),
    )
    write_figures(folder / EVALUATION, evaluation)
    written = read_evaluation(folder)
    write_cards(folder, written, engine.manifest)
    log.info("model=%s measured", folder)
    return written


def read_evaluation(folder: Path) -> Evaluation:
    """Return what was measured of the model in *folder*."""
    return msgspec.json.decode((folder / EVALUATION).read_bytes(), type=Evaluation)


def _trained(folder: Path) -> Training | None:
    return read_evaluation(folder).training if (folder / EVALUATION).exists() else None


def _evaluate(
    engine: ShippedEngine,
    folder: Path,
    yardstick: Yardstick,
    training: Training | None,
    answers: Answers,
) -> Evaluation:
    texts, seed = yardstick.texts, yardstick.seed
    limits = {head: limit.value for head, limit in hide_thresholds(folder).items()}
    dev = judged_unseen(engine, texts.labelled, answers.labelled)
    suite = judged(engine, texts.suite, answers.suite)
    return Evaluation(
        dev=measure(dev, model=engine.model, data=DEV, thresholds=limits, seed=seed),
        suite=measure(suite, model=engine.model, data="suite", thresholds=limits, seed=seed),
        baseline=yardstick.baseline,
        failures=[*_own_failures(dev, limits), *failures(suite, limits, shown=_SHOWN)],
        compared=yardstick.compared,
        near=yardstick.near,
        pieces=list(_pieces(folder, texts.labelled)),
        megabytes=(folder / WEIGHTS).stat().st_size / 1e6,
        training=training,
    )


def _own_failures(dev: Judged, limits: Thresholds) -> Iterator[Failure]:
    """Yield failures among our own texts, which may be shown, language by language."""
    own = [row for row, one in enumerate(dev.examples) if one.own]
    for language in languages_of([dev.examples[row] for row in own]):
        rows = [row for row in own if dev.examples[row].language == language]
        yield from failures(dev.part(np.array(rows, np.intp)), limits, shown=_SHOWN)


def _pieces(folder: Path, examples: Sequence[Example]) -> Iterator[Pieces]:
    """Yield how many pieces the texts of each language are, and how many are unknown."""
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    unknown = tokenizer.token_to_id(_UNKNOWN_PIECE)
    for language in languages_of(examples):
        texts = [one.text for one in examples if one.language == language]
        encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
        ids = [piece for one in encoded for piece in one.ids]
        yield Pieces(language, len(ids), sum(piece == unknown for piece in ids))
