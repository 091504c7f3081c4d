"""docs/classifier.md: the models that ship beside the baseline, with the pictures.

Made from evaluations and nothing else; the model cards hold the rest of the figures.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from classifiers.evaluation.card import GOAL, protected
from classifiers.evaluation.figures import Evaluation, Part
from classifiers.evaluation.pictures import draw
from classifiers.evaluation.summary import summary
from classifiers.evaluation.tables import Grid, functions, hiding, markdown
from classifiers.evaluation.wording import FigureWording

_ENGLISH: Final = FigureWording("en")

_INTRODUCTION: Final = """# How well the classifier judges

Written by `{command}`, which measures the models, fits the baseline on the same training texts
(TF-IDF of words, pairs of words and letter sequences, with logistic regression) and measures it on
the same dev texts. Do not edit it by hand.

Dev: {rows} texts kept from training, none of which has a near duplicate there. In brackets the 95%
interval ({resamples} resamples, seed {seed}); “–”: too few texts to measure. “Public” texts
were published by others; “our own” were written for this project as part of the training texts
were, so figures on them say less of other people's texts. Macro-F1, area under the curve and
recall are × 100. Public test sets are measured elsewhere and were not looked at. How each figure
is made is told in the model cards: {cards}."""

_PICTURES: Final = {
    "false-alarms.png": "Recall against false alarms, in French and in English",
    "reliability.png": "Reliability diagrams, in French and in English",
    "confusion.png": "Confusion of sentiments, in French and in English",
}


def write_page(
    path: Path, evaluations: Sequence[Evaluation], folders: Sequence[Path], *, command: str
) -> None:
    """Write the page, with its pictures in a folder beside it that has its name.

    *folders* are those of the models, in the order of *evaluations*; the first is shown whole.
    """
    pictures = path.with_suffix("")
    reports = [*(one.dev for one in evaluations), evaluations[0].baseline]
    drawn = draw(reports, pictures)
    sections = [
        _introduction(evaluations[0], folders, command),
        _side_by_side(evaluations),
        *(f"![{_PICTURES[one.name]}]({pictures.name}/{one.name})" for one in drawn),
        _protected(evaluations),
        _whole(evaluations[0]),
    ]
    path.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _introduction(first: Evaluation, folders: Sequence[Path], command: str) -> str:
    cards = ", ".join(f"`{folder.as_posix()}/MODEL_CARD.md`" for folder in folders)
    return _INTRODUCTION.format(
        command=command,
        rows=_ENGLISH.count(first.dev.rows),
        resamples=_ENGLISH.count(first.dev.resamples),
        seed=first.dev.seed,
        cards=cards,
    )


def _side_by_side(evaluations: Sequence[Evaluation]) -> str:
    columns = {"TF-IDF": evaluations[0].baseline}
    for one in evaluations:
        if one.float32:
            columns[f"{one.dev.model} in float32"] = one.float32
        columns[f"{one.dev.model} {one.dev.version}"] = one.dev
    rows = summary(list(columns.values()), _ENGLISH)
    return (
        "## Side by side\n\nIn float32: the trained network before its layers were put in 8 bits;"
        " measured by the run that trained it.\n\n"
        + markdown(Grid("", ["", *columns], rows, left=1))
    )


def _protected(evaluations: Sequence[Evaluation]) -> str:
    rows = [
        [one.dev.model, case.source, *map(_ENGLISH.share, (case.right, case.flagged, case.hidden))]
        for one in evaluations
        for case in protected(one)
    ]
    header = ("model", "cases", "right at 0.5", "at the hide threshold", "and somebody attacked")
    return (
        f"## Counter-speech and criticism\n\nGoal: at most {_ENGLISH.percent(GOAL, 0)} of these"
        " harmless cases reach a hide threshold, whoever is attacked.\n\n"
        + markdown(Grid("", header, rows, left=2))
    )


def _whole(first: Evaluation) -> str:
    hidden = hiding(first.dev, _ENGLISH, keep=lambda part: part.part is not Part.SOURCE)
    return (
        f"## {first.dev.model}: what reaches a hide threshold\n\n{markdown(hidden)}\n\n"
        f"## {first.dev.model}: behaviours\n\n"
        + markdown(functions(first.suite.functions, _ENGLISH))
    )
