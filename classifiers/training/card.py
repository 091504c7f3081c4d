"""MODEL_CARD.md, written from what was measured and from nothing else."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from classifiers.classifier import TextClassifier
from classifiers.manifest import WEIGHTS, Head, Manifest
from classifiers.training.calibrate import CAUTION, FALSE_ALARMS, MIN_NEGATIVES, wilson
from classifiers.training.card_text import INTENDED, LIMITS, TITLE, TRAINED_ON
from classifiers.training.evaluate import HeadFigure, SentimentFigure, SteadinessFigure
from classifiers.training.probes import PROBES, Probe
from classifiers.training.sampling import SHARES
from classifiers.training.speed import SpeedFigure

_HALF: Final = 0.5


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What the training run was and reached."""

    seed: int
    steps: int
    examples: int
    minutes: float
    rows: int
    pieces: int
    note: str


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the card states."""

    run: Run
    sentiment: list[SentimentFigure]
    heads: list[HeadFigure]
    speed: list[SpeedFigure]
    steadiness: SteadinessFigure


def write_card(
    folder: Path,
    measured: Measured,
    manifest: Manifest,
    classifier: TextClassifier,
) -> None:
    """Write the card of the model in *folder*."""
    size = (folder / WEIGHTS).stat().st_size / 1e6
    parts = [
        TITLE.format(id=manifest.id, version=manifest.version, size=f"{size:.1f}"),
        INTENDED,
        _training(measured.run),
        _sentiment(measured.sentiment),
        _availability(manifest.heads),
        _heads(measured.heads),
        _thresholds(manifest.heads),
        _speed(measured.speed),
        _steadiness(measured.steadiness),
        _probes(classifier, manifest),
        LIMITS,
    ]
    (folder / "MODEL_CARD.md").write_text("\n\n".join(parts).rstrip() + "\n", "utf-8")


def _training(run: Run) -> str:
    mixture = ", ".join(f"{name} {share:.0%}" for name, share in SHARES.items())
    return TRAINED_ON.format(
        note=f" {run.note}" if run.note else "",
        rows=f"{run.rows:,}",
        pieces=f"{run.pieces:,}",
        examples=f"{run.examples:,}",
        steps=f"{run.steps:,}",
        plain_steps=run.steps,
        minutes=f"{run.minutes:.0f}",
        seed=run.seed,
        mixture=mixture,
    )


def _sentiment(figures: Iterable[SentimentFigure]) -> str:
    rows = [
        [one.language, one.source or "**all**", str(one.rows), f"{100 * one.macro_f1:.1f}"]
        for one in figures
    ]
    return (
        "## Sentiment on dev\n\nMacro-F1 x 100 over the classes that occur: `xed`, film subtitles "
        "with projected labels, has no neutral rows.\n\n"
        + _table(["language", "source", "rows", "macro-F1"], rows)
    )


def _availability(heads: Sequence[Head]) -> str:
    rows = [
        [one.language, one.category.value, f"{one.positives:,}", "yes" if one.available else "no"]
        for one in heads
        if one.positives
    ]
    return (
        "## Which heads speak\n\nA head ships in a language with at least 100 labelled positives "
        "(train and dev). Everywhere else, and in every language not listed, its value is unknown "
        "and no rule may use it.\n\n"
        + _table(["language", "head", "labelled positives", "ships"], rows)
    )


def _heads(figures: Iterable[HeadFigure]) -> str:
    rows = [
        [
            one.language,
            one.category.value,
            one.source or "**all**",
            f"{one.positives} / {one.negatives}",
            "–" if one.auc is None else f"{100 * one.auc:.1f}",
            _share(one.found, one.positives),
        ]
        for one in figures
    ]
    return (
        "## Toxicity on dev\n\nArea under the curve x 100, and the share of positives at or above "
        "the hide threshold with its 95 % interval. – = cannot be measured.\n\n"
        + _table(["language", "head", "source", "positives / negatives", "AUC", "found"], rows)
    )


def _share(found: int | None, of: int) -> str:
    if found is None or not of:
        return "–"
    low, high = wilson(found, of)
    return f"{found / of:.0%} ({low:.0%} to {high:.0%})"


def _thresholds(heads: Iterable[Head]) -> str:
    rows = []
    for one in heads:
        limit = one.threshold
        if limit is None:
            continue
        rows.append([
            one.language,
            one.category.value,
            f"{limit.value:.4f}",
            f"{limit.false_alarms} of {limit.negatives}",
            f"{limit.upper_rate:.2%}",
            f"{limit.plain_false_alarms} of {limit.plain_negatives}",
            "0.2 % measured" if limit.supported else "above the highest negative",
        ])  # fmt: skip
    return (
        f"## Hide thresholds\n\nChosen on dev for at most {FALSE_ALARMS:.1%} false alarms among "
        "the labelled negatives, and among everyday sentences that nobody labelled. Where dev has "
        "fewer than 500 labelled negatives it cannot show that rate: the threshold then lies above "
        f"the highest negative, by {CAUTION:.0%} of what is left up to 1. With fewer than "
        f"{MIN_NEGATIVES} a head gets no threshold and may hide nothing. Chosen and measured on "
        "the same rows, so a little too good; the upper end is that of the 95 % interval.\n\n"
        + _table(
            ["language", "head", "threshold", "false alarms", "upper end", "everyday", "basis"],
            rows,
        )
    )


def _speed(figures: Iterable[SpeedFigure]) -> str:
    rows = [[str(one.batch), str(one.pieces), f"{one.texts_per_second:.0f}"] for one in figures]
    return (
        "## Speed\n\nTexts a second of the bare model on 2 threads of a processor with AVX-512, "
        "tokenising not included; best of seven runs. A machine with other work to do gives less, "
        "so these are lower bounds.\n\n" + _table(["batch", "pieces per text", "texts/s"], rows)
    )


def _steadiness(figure: SteadinessFigure) -> str:
    return (
        "## Steadiness\n\nActivations are quantised by the range of the whole batch, so a score "
        f"depends a little on its neighbours. {figure.rows} French dev rows, alone and in full "
        f"batches: the likeliest sentiment is the same for {figure.same_sentiment:.1%}; the toxic "
        f"score differs by {figure.mean_difference:.3f} on average and by "
        f"{figure.largest_difference:.2f} at most. Figures on few rows wobble accordingly: a "
        "score is recorded once, with its model version, and not computed again."
    )


def _probes(classifier: TextClassifier, manifest: Manifest) -> str:
    scores = classifier.classify([p.text for p in PROBES], [p.language for p in PROBES])
    limits = {
        (head.category, head.language): head.threshold.value
        for head in manifest.heads
        if head.threshold is not None
    }
    rows = []
    for probe, said in zip(PROBES, scores, strict=True):
        known = said.toxicity.known()
        over = [c.value for c, v in known.items() if v >= limits.get((c, probe.language), 2.0)]
        tone, toxic = said.sentiment, said.toxicity.toxic
        rows.append(
            [
                probe.kind,
                probe.text,
                f"{tone.negative:.2f} / {tone.neutral:.2f} / {tone.positive:.2f}",
                "unknown" if toxic is None else f"{toxic:.2f}",
                ", ".join(over) or "–",
                _verdict(probe, toxic, hidden=bool(over)),
            ]
        )
    return (
        "## Examples, right and wrong\n\nWritten for this card by the hand that wrote the training "
        "templates, not trained or tuned on, far too few for a rate. “toxic? wrong” stands where "
        "the toxic score is on the wrong side of one half; “hidden” names the heads at or above "
        "their threshold.\n\n"
        + _table(["kind", "text", "neg / neu / pos", "toxic", "hidden", "verdict"], rows)
    )


def _verdict(probe: Probe, toxic: float | None, *, hidden: bool) -> str:
    if hidden and not probe.abusive:
        return "**wrongly hidden**"
    if toxic is not None and (toxic >= _HALF) is not probe.abusive:
        return "toxic? wrong"
    return "missed by hiding" if probe.abusive and not hidden else "right"


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
