"""From trained weights to the folder that ships: export, describe, calibrate and measure."""

import argparse
import logging
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from classifiers.evaluation.figures import Training
from classifiers.evaluation.release import release
from classifiers.evaluation.yardstick import prepare
from classifiers.manifest import TOKENIZER, WEIGHTS
from classifiers.training.artefact import FAST_ID, MODEL_ID, describe, write_configuration
from classifiers.training.data import OWN
from classifiers.training.export import export, sample_pieces
from classifiers.training.float32 import report_float32
from classifiers.training.sampling import DISTILLING, SHARES, drawn_from
from classifiers.training.train import MAX_PIECES

if TYPE_CHECKING:
    from classifiers.training.recipe import Trained

log = logging.getLogger(__name__)


def finish(options: argparse.Namespace, trained: "Trained") -> None:
    """Write the model folder ``options.out``, its calibration, its figures and its cards."""
    out, deep = options.out, options.layers is None
    log.info("exporting")
    samples = sample_pieces(trained.rows.train, trained.tokenizer, seed=options.seed)
    export(trained.model, trained.words, samples, out / WEIGHTS)
    shutil.copyfile(options.work / TOKENIZER, out / TOKENIZER)
    # A first configuration, no head of which speaks: the engine that serves is what is measured.
    manifest = describe(out, model_id=MODEL_ID if deep else FAST_ID, max_pieces=MAX_PIECES)
    write_configuration(out, trained.model.encoder.config, manifest)
    yardstick = prepare(trained.rows, seed=options.seed)
    training = msgspec.structs.replace(
        _training(options, trained, SHARES if deep else DISTILLING),
        float32=report_float32(trained.model, out, yardstick.texts.labelled, seed=options.seed),
    )
    release(out, yardstick, training, threads=options.threads)


def _training(
    options: argparse.Namespace, trained: "Trained", shares: Mapping[str, float]
) -> Training:
    rows, progressed = drawn_from(trained.rows.train, shares), trained.progressed
    total = sum(shares.values())
    return Training(
        seed=options.seed,
        steps=progressed.step,
        examples=progressed.examples,
        minutes=round(progressed.seconds / 60.0, 1),
        rows=len(rows),
        own_rows=sum(row.source.startswith(OWN) for row in rows),
        layers=trained.model.encoder.config.num_hidden_layers,
        vocabulary=len(trained.words.packed),
        mixture={group: round(share / total, 4) for group, share in shares.items()},
        note=options.note,
        # By the usual rule more counter-speech reached the thresholds of few layers than may.
        cautious=options.layers is not None,
    )
