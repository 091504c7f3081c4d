"""From trained weights to the folder that ships: export, measure, choose thresholds, describe."""

import argparse
import logging
import shutil
from typing import TYPE_CHECKING

from classifiers.cache import DuplicateCache
from classifiers.classifier import TextClassifier
from classifiers.engines.shipped import open_shipped
from classifiers.language import LanguageIdentifier
from classifiers.manifest import TOKENIZER, WEIGHTS
from classifiers.training.artefact import describe, write_configuration
from classifiers.training.card import Measured, Run, write_card
from classifiers.training.data import CLEAN, Row
from classifiers.training.evaluate import (
    judge_heads,
    measure_heads,
    measure_sentiment,
    measure_steadiness,
    pick_plain,
    score,
)
from classifiers.training.export import export, sample_pieces
from classifiers.training.speed import measure_speed
from classifiers.training.train import MAX_PIECES

if TYPE_CHECKING:
    from classifiers.training.recipe import Trained

log = logging.getLogger(__name__)


def finish(options: argparse.Namespace, trained: "Trained") -> None:
    """Write the model folder ``options.out`` and its card."""
    out, model, rows, progressed = options.out, trained.model, trained.rows, trained.progressed
    log.info("exporting")
    samples = sample_pieces(rows.train, trained.tokenizer, seed=options.seed)
    export(model, trained.words, samples, out / WEIGHTS)
    shutil.copyfile(options.work / TOKENIZER, out / TOKENIZER)
    # A first configuration without heads: the engine that serves is the one that is measured.
    write_configuration(out, model.encoder.config, describe(out, (), max_pieces=MAX_PIECES))
    engine = open_shipped(out, threads=options.threads)
    log.info("measuring on dev")
    toxicity = score(engine, _dev(rows.toxicity))
    sentiment = score(engine, _dev(rows.sentiment))
    plain = score(engine, [*pick_plain(_dev(rows.plain), options.seed), *_clean(rows.sentiment)])
    heads = judge_heads(rows.toxicity, toxicity, plain)
    manifest = describe(out, heads, max_pieces=MAX_PIECES)
    write_configuration(out, model.encoder.config, manifest)
    measured = Measured(
        run=Run(
            seed=options.seed,
            steps=progressed.step,
            examples=progressed.examples,
            minutes=progressed.seconds / 60.0,
            rows=len(rows.train),
            pieces=len(trained.words.packed),
            note=options.note,
        ),
        sentiment=measure_sentiment(sentiment),
        heads=measure_heads(heads, toxicity),
        speed=[measure_speed(engine.network, batch, 24) for batch in (32, 1)],
        steadiness=measure_steadiness(engine, toxicity.where(lambda row: row.language == "fr")),
    )
    calibrated = open_shipped(out, threads=options.threads)
    classifier = TextClassifier(calibrated, LanguageIdentifier().identify, DuplicateCache(0))
    write_card(out, measured, manifest, classifier)
    log.info("wrote %s, version %s", out, manifest.version)


def _dev(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.dev and row.text]


def _clean(rows: list[Row]) -> list[Row]:
    """Return the sentiment rows of dev that serve as everyday sentences."""
    return [row for row in _dev(rows) if row.labels == CLEAN]
