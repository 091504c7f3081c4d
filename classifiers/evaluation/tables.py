"""The figures of a report as tables, in English or French, for terminals, pages and cards.

Knows reports; the renderers know neither. A table says nothing that the report does not hold.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from classifiers.evaluation.figures import FunctionFigures, HeadFigures, Report, Slice
from classifiers.evaluation.wording import NOT_MEASURABLE, FigureWording

Keep = Callable[[Slice], bool]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words: a header and rows of as many cells; ``left`` columns hold names."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int


def everything(_: Slice) -> bool:
    """Keep every part."""
    return True


def grids(report: Report, say: FigureWording) -> list[Grid]:
    """Return every table of *report* that has a row."""
    tables = [
        classes(report, say, "sentiment", "Sentiment"),
        *confusions(report, say),
        abilities(report.heads, say),
        alarms(report.heads, say),
        hiding(report, say),
        classes(report, say, "target", "Who is attacked"),
        functions(report.functions, say),
        silences(report, say),
    ]
    return [table for table in tables if table.rows]


def classes(
    report: Report, say: FigureWording, head: str, title: str, keep: Keep = everything
) -> Grid:
    """Return macro-F1 and calibration error of sentiment or target."""
    rows = [
        [
            one.slice.language,
            say.part(one.slice),
            say.count(one.rows),
            say.points(one.macro_f1),
            say.points(one.calibration_error),
        ]
        for one in report.classes
        if one.head == head and keep(one.slice)
    ]
    header = ("language", "texts", "n", "macro-F1", "calibration error")
    return Grid(say.say(title), [say.say(word) for word in header], rows, left=2)


def confusions(report: Report, say: FigureWording) -> list[Grid]:
    """Return how often each sentiment was taken for each, by language."""
    names = [say.say(word) for word in ("negative", "neutral", "positive")]
    title = say.say("Sentiment: true (line) and said (column)")
    return [
        Grid(
            f"{title}, {one.slice.language}",
            ["", *names],
            [
                [name, *map(say.count, line)]
                for name, line in zip(names, one.confusion, strict=True)
            ],
            left=1,
        )
        for one in report.classes
        if one.head == "sentiment" and one.slice == Slice(one.slice.language)
    ]


def abilities(heads: Iterable[HeadFigures], say: FigureWording) -> Grid:
    """Return how well each category is told from the rest."""
    rows = [
        [
            one.slice.language,
            say.say(one.category),
            say.part(one.slice),
            f"{say.count(one.positives)} / {say.count(one.negatives)}",
            say.points(one.macro_f1),
            _best(one, say),
            say.points(one.auc),
            say.points(one.calibration_error),
        ]
        for one in heads
    ]
    header = ("language", "head", "texts", "yes / no", "macro-F1 at 0.5", "best macro-F1 (at)",
              "AUC", "calibration error")  # fmt: skip
    title = say.say("Toxicity: telling abuse from the rest")
    return Grid(title, [say.say(word) for word in header], rows, left=3)


def _best(one: HeadFigures, say: FigureWording) -> str:
    if one.best_threshold is None:
        return NOT_MEASURABLE
    return f"{say.points(one.best_macro_f1)} ({say.number(one.best_threshold, 2)})"


def alarms(heads: Iterable[HeadFigures], say: FigureWording) -> Grid:
    """Return how much is found at few false alarms, and at the hide threshold."""
    rows = [
        [
            one.slice.language,
            say.say(one.category),
            say.part(one.slice),
            f"{say.count(one.positives)} / {say.count(one.negatives)}",
            *(say.points(recall.found) for recall in one.recalls),
            say.share(one.found),
            say.share(one.alarms),
        ]
        for one in heads
    ]
    header = ("language", "head", "texts", "yes / no", "found at 0.2 % false alarms",
              "found at 1 % false alarms", "found at the threshold",
              "false alarms at the threshold")  # fmt: skip
    title = say.say("Toxicity: few false alarms")
    return Grid(title, [say.say(word) for word in header], rows, left=3)


def hiding(report: Report, say: FigureWording, keep: Keep = everything) -> Grid:
    """Return what reaches the hide threshold of some head and attacks somebody."""
    rows = [
        [one.slice.language, say.part(one.slice), say.share(one.abusive), say.share(one.harmless)]
        for one in report.hiding
        if keep(one.slice)
    ]
    header = ("language", "texts", "abuse reached", "harmless reached")
    return Grid(
        say.say("What a machine might hide"), [say.say(word) for word in header], rows, left=2
    )


def functions(figures: Iterable[FunctionFigures], say: FigureWording) -> Grid:
    """Return the behaviours one by one."""
    rows = [
        [
            say.function(one),
            say.say("abuse" if one.abusive else "harmless"),
            say.share(one.right),
            say.share(one.flagged),
            say.share(one.hidden),
        ]
        for one in figures
    ]
    header = ("function", "expected", "right at 0.5", "at the hide threshold",
              "and somebody attacked")  # fmt: skip
    return Grid(say.say("Behaviours"), [say.say(word) for word in header], rows, left=2)


def silences(report: Report, say: FigureWording) -> Grid:
    """Return on how many labelled texts each head says nothing."""
    rows = [[one.language, say.say(one.head), say.count(one.rows)] for one in report.silences]
    header = ("language", "head", "labelled texts without an answer")
    return Grid(
        say.say("Where the model is silent"), [say.say(word) for word in header], rows, left=2
    )


def markdown(grid: Grid) -> str:
    """Return the rows of *grid* as Markdown, without its title."""
    rule = ["---"] * grid.left + ["---:"] * (len(grid.header) - grid.left)
    return "\n".join("| " + " | ".join(line) + " |" for line in (grid.header, rule, *grid.rows))
