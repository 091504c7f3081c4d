"""The figures one looks at first: several models and the baseline side by side.

Knows reports. Every cell is a figure of one of them, found by head, language and part.
"""

from collections.abc import Sequence

from classifiers.evaluation.figures import HeadFigures, Part, Report, Slice
from classifiers.evaluation.intervals import Estimate
from classifiers.evaluation.wording import NOT_MEASURABLE, FigureWording
from vigie.domain.assessment import Category

#: Sentiment of tweets is what published figures are about.
_TWEETS = ("umsab", "semeval2013_2016")
_LANGUAGES = ("fr", "en")


def summary(reports: Sequence[Report], say: FigureWording) -> list[list[str]]:
    """Return a row per figure: its name, then one cell per report; rows of nothing left out."""
    rows = []
    for language in _LANGUAGES:
        rows += _sentiment(reports, language, say)
        rows += _toxicity(reports, language, say)
    return [row for row in rows if set(row[1:]) != {NOT_MEASURABLE}]


def _sentiment(reports: Sequence[Report], language: str, say: FigureWording) -> list[list[str]]:
    tweets = [Slice(language, Part.SOURCE, source) for source in _TWEETS]
    rows = []
    for part in (*tweets, *_parts(language)):
        name = f"{language}, {say.say('sentiment')}, {say.part(part)}"
        found = [_class_figures(report, part) for report in reports]
        for at, figure in enumerate(("macro-F1", "calibration error")):
            cells = [say.points(one[at]) for one in found]
            rows.append([say.about(name, say.say(figure)), *cells])
    return rows


def _toxicity(reports: Sequence[Report], language: str, say: FigureWording) -> list[list[str]]:
    rows = []
    for part in _parts(language):
        name = f"{language}, {say.say('toxic')}, {say.part(part)}"
        found = [_toxic(report, part) for report in reports]
        cells: dict[str, list[Estimate | None]] = {
            "macro-F1 at 0.5": [one.macro_f1 if one else None for one in found],
            "best macro-F1 (at)": [one.best_macro_f1 if one else None for one in found],
            "AUC": [one.auc if one else None for one in found],
            "found at 0.2 % false alarms": [one.recalls[0].found if one else None for one in found],
            "found at 1 % false alarms": [one.recalls[1].found if one else None for one in found],
            "calibration error": [one.calibration_error if one else None for one in found],
        }
        rows += [
            [say.about(name, say.say(figure)), *map(say.points, values)]
            for figure, values in cells.items()
        ]
    return rows


def _parts(language: str) -> list[Slice]:
    return [Slice(language, part) for part in (Part.PUBLIC, Part.OWN, Part.ALL)]


def _class_figures(report: Report, part: Slice) -> tuple[Estimate | None, Estimate | None]:
    for one in report.classes:
        if (one.head, one.slice) == ("sentiment", part):
            return one.macro_f1, one.calibration_error
    return None, None


def _toxic(report: Report, part: Slice) -> HeadFigures | None:
    for one in report.heads:
        if (one.category, one.slice) == (Category.TOXIC, part):
            return one
    return None
