"""The pictures of a report: calibration, confusion of sentiment, recall against false alarms.

Colours are those of Okabe and Ito, which all eyes can tell apart, and never say anything alone:
lines differ in their marks and dashes too. Titles are French with English below.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

from classifiers.evaluation.figures import ClassFigures, Curve, Reliability, Report, Slice

#: Blue, vermilion, green, orange.
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#E69F00")
_MARKS: Final = ("o", "s", "^", "D")
_DASHES: Final = ("-", "--", "-.", ":")
_LANGUAGES: Final = {"fr": "français / French", "en": "anglais / English"}
_HEADS: Final = {
    "sentiment": "ton / sentiment",
    "toxic": "toxicité / toxicity",
    "target": "cible / target",
}
_TONES: Final = ("négatif\nnegative", "neutre\nneutral", "positif\npositive")
#: Languages that a picture holds side by side.
_SIDE_BY_SIDE: Final = 2
_PANEL_INCHES: Final = 4.8
_TITLE_INCHES: Final = 6.2
#: Share of the height that is left to the panels.
_UNDER_TITLES: Final = 0.89
_DOTS_PER_INCH: Final = 110
#: The rates that are told in figures, and how much of the axis below them is shown.
_RATES: Final = (0.002, 0.01)
_LOWEST_RATE: Final = 1e-3
_DARK_CELL: Final = 0.5


def draw(reports: Sequence[Report], folder: Path) -> list[Path]:
    """Write the pictures of the first report to *folder*; the curves hold all of them.

    Returns the files, those left out for which there is nothing to draw.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = reports[0]
    drawn = {
        "reliability.png": reliability(first.reliability),
        "confusion.png": confusion(first.classes),
        "false-alarms.png": false_alarms([(one.model, one.curves) for one in reports]),
    }
    written = []
    for name, picture in drawn.items():
        if picture is not None:
            picture.savefig(folder / name, metadata={"Software": None})
            written.append(folder / name)
    return written


def _panels(count: int, title: str, subtitle: str) -> tuple[Figure, list[Axes]]:
    layout = ConstrainedLayoutEngine(rect=(0.0, 0.0, 1.0, _UNDER_TITLES))
    width = max(_PANEL_INCHES * count, _TITLE_INCHES)
    picture = Figure(figsize=(width, _PANEL_INCHES), dpi=_DOTS_PER_INCH, layout=layout)
    picture.text(0.5, 0.955, title, ha="center", fontsize=12, fontweight="bold")
    picture.text(0.5, 0.905, subtitle, ha="center", fontsize=9, color="0.35")
    return picture, list(picture.subplots(1, count, squeeze=False)[0])


def _shown(languages: Sequence[str]) -> list[str]:
    """Return the languages that get a panel: each once, in their order."""
    return list(dict.fromkeys(languages))[:_SIDE_BY_SIDE]


def _named(language: str) -> str:
    return _LANGUAGES.get(language, language)


def _counted(rows: int) -> str:
    """Return a number of texts as French writes it, which English readers understand too."""
    return f"n = {rows:,}".replace(",", "\u202f")


def reliability(lines: Sequence[Reliability]) -> Figure | None:
    """Return how often the model is right against how sure it is."""
    languages = _shown([line.language for line in lines])
    if not languages:
        return None
    picture, axes = _panels(
        len(languages), "Le modèle est-il aussi sûr qu'il a raison ?",
        "Reliability: share that is right, by confidence; the diagonal is perfect",
    )  # fmt: skip
    for panel, language in zip(axes, languages, strict=True):
        panel.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for at, head in enumerate(_HEADS):
            for line in lines:
                if (line.language, line.head) == (language, head):
                    _calibration_line(panel, line, at)
        panel.set(
            title=_named(language), xlim=(0, 1), ylim=(0, 1), aspect="equal",
            xlabel="confiance / confidence", ylabel="part de vrais / share that is true",
        )  # fmt: skip
        panel.grid(color="0.92")
        panel.legend(loc="upper left", fontsize=8)
    return picture


def _calibration_line(panel: Axes, line: Reliability, at: int) -> None:
    rows = sum(one.rows for one in line.bins)
    panel.plot(
        [one.confidence for one in line.bins],
        [one.right for one in line.bins],
        color=_COLOURS[at], marker=_MARKS[at], linestyle=_DASHES[at], markersize=5, linewidth=1.2,
        label=f"{_HEADS[line.head]} ({_counted(rows)})",
    )  # fmt: skip


def confusion(figures: Sequence[ClassFigures]) -> Figure | None:
    """Return which sentiment is taken for which: counts, shaded by the share of the true class."""
    whole = {
        one.slice.language: one
        for one in figures
        if one.head == "sentiment" and one.slice == Slice(one.slice.language)
    }
    languages = _shown(list(whole))
    if not languages:
        return None
    picture, axes = _panels(
        len(languages), "Quel ton est pris pour quel autre ?",
        "Sentiment: number of texts, shaded by the share of the true class",
    )  # fmt: skip
    for panel, language in zip(axes, languages, strict=True):
        counts = np.array(whole[language].confusion)
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        panel.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row, column in np.ndindex(*counts.shape):
            dark = shares[row, column] > _DARK_CELL
            panel.text(
                column, row, f"{counts[row, column]}\n{shares[row, column]:.0%}",
                ha="center", va="center", color="white" if dark else "black",
            )  # fmt: skip
        panel.set(
            title=f"{_named(language)} ({_counted(counts.sum())})", xlabel="dit / said",
            ylabel="vrai / true", xticks=range(3), yticks=range(3), xticklabels=_TONES,
            yticklabels=_TONES,
        )  # fmt: skip
    return picture


def false_alarms(models: Sequence[tuple[str, Sequence[Curve]]]) -> Figure | None:
    """Return how much abuse is found at how many false alarms, one line per model."""
    languages = _shown([curve.language for _, curves in models for curve in curves])
    if not languages:
        return None
    picture, axes = _panels(
        len(languages), "Combien d'abus trouvés, pour combien de fausses alertes ?",
        "Toxicity: recall against false alarms; grey: too few negatives to measure",
    )  # fmt: skip
    for panel, language in zip(axes, languages, strict=True):
        for at, (name, curves) in enumerate(models):
            for curve in curves:
                if curve.language == language:
                    _alarm_line(panel, name, curve, at)
        for rate in _RATES:
            panel.axvline(rate, color="0.5", linewidth=0.8, linestyle=":")
        panel.set(
            title=_named(language), xscale="log", xlim=(_LOWEST_RATE, 1), ylim=(0, 1),
            xlabel="fausses alertes / false alarms", ylabel="abus trouvés / recall",
        )  # fmt: skip
        panel.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{100 * rate:g} %"))
        panel.grid(color="0.92")
        panel.legend(loc="upper left", fontsize=8)
    return picture


def _alarm_line(panel: Axes, name: str, curve: Curve, at: int) -> None:
    panel.step(
        curve.alarms, curve.found, where="post", color=_COLOURS[at % len(_COLOURS)],
        linestyle=_DASHES[at % len(_DASHES)], linewidth=1.6, label=name,
    )  # fmt: skip
    if at == 0:
        panel.axvspan(_LOWEST_RATE, max(_LOWEST_RATE, 1 / curve.negatives), color="0.9")
