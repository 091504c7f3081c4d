"""MODEL_CARD.md and MODEL_CARD.fr.md, made from an evaluation and a manifest and nothing else.

Every figure is looked up; the sentences around them stand in ``card_en`` and ``card_fr``.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from classifiers.evaluation import card_en, card_fr
from classifiers.evaluation.figures import (
    Evaluation,
    FunctionFigures,
    HeadFigures,
    Part,
    Slice,
)
from classifiers.evaluation.hide_thresholds import FALSE_ALARMS
from classifiers.evaluation.summary import summary
from classifiers.evaluation.tables import (
    Grid,
    abilities,
    alarms,
    classes,
    functions,
    hiding,
    markdown,
    silences,
)
from classifiers.evaluation.wording import FigureWording
from classifiers.manifest import Manifest
from vigie.domain.assessment import Category

CARDS: Final = {"en": "MODEL_CARD.md", "fr": "MODEL_CARD.fr.md"}

#: A head with fewer dev positives of others rests on our own texts.
PUBLIC_ENOUGH: Final = 30
#: Cases that a machine must leave alone, and the share of them that may reach a threshold.
PROTECTED: Final = ("counter_speech", "criticism")
GOAL: Final = 0.01
#: Languages whose every head is shown; of the others the JSON holds the figures.
_SHOWN: Final = ("fr", "en")
#: The beginning of a function's name, where it is a variety of French.
_VARIETY: Final = re.compile(r"verlan|quebec|african_french|arabizi")
_EVERY_DIGIT: Final = 4


def write_cards(folder: Path, evaluation: Evaluation, manifest: Manifest) -> None:
    """Write both cards of the model in *folder*."""
    for language, name in CARDS.items():
        text = Card(evaluation, manifest, language).text()
        (folder / name).write_text(text, encoding="utf-8")


def protected(evaluation: Evaluation) -> list[FunctionFigures]:
    """Return the figures of the files whose cases a machine must leave alone."""
    return [
        one
        for one in evaluation.suite.functions
        if one.source in PROTECTED and not one.function and not one.abusive
    ]


class Card:
    """One card; each method is a section."""

    def __init__(self, evaluation: Evaluation, manifest: Manifest, language: str) -> None:
        self._all = evaluation
        self._manifest = manifest
        self._say = FigureWording(language)
        written = card_fr if language == "fr" else card_en
        self._texts, self._headers = written.TEXTS, written.HEADERS

    def text(self) -> str:
        """Return the whole card."""
        sections: tuple[Callable[[], str], ...] = (
            self._title, self._use, self._reading, self._summary, self._suite, self._varieties,
            self._thresholds, self._hiding, self._sentiment, self._toxicity, self._few_alarms,
            self._sources, self._rare, self._target, self._failures, self._silence, self._pieces,
            self._limits, self._data,
        )  # fmt: skip
        return "\n\n".join(text for section in sections if (text := section())) + "\n"

    def _words(self, key: str, /, **values: object) -> str:
        return self._say.typeset(self._texts[key]).format(**values)

    def _with(self, key: str, grid: Grid, /, **values: object) -> str:
        """Return a section's words and its table; nothing where the table is empty."""
        return f"{self._words(key, **values)}\n\n{markdown(grid)}" if grid.rows else ""

    def _title(self) -> str:
        return self._words(
            "title",
            id=self._manifest.id,
            version=self._manifest.version,
            megabytes=self._say.number(self._all.megabytes, 1),
        )

    def _use(self) -> str:
        return self._words("use")

    def _reading(self) -> str:
        dev, count = self._all.dev, self._say.count
        return self._words(
            "reading", rows=count(dev.rows), resamples=count(dev.resamples), seed=dev.seed
        )

    def _summary(self) -> str:
        of = self._all
        reports = {"baseline": of.baseline, "float32": of.float32, "int8": of.dev}
        columns = {self._texts[f"column_{name}"]: one for name, one in reports.items() if one}
        rows = summary(list(columns.values()), self._say)
        return self._with("summary", Grid("", ["", *columns], rows, left=1))

    def _data(self) -> str:
        return self._words("data", training=self._training())

    def _training(self) -> str:
        run, count = self._all.training, self._say.count
        if run is None:
            return self._words("no_training")
        mixture = ", ".join(
            f"{group} {self._say.percent(share, 0)}" for group, share in run.mixture.items()
        )
        return self._words(
            "training", rows=count(run.rows), own_rows=count(run.own_rows),
            examples=count(run.examples), steps=count(run.steps), minutes=count(round(run.minutes)),
            seed=run.seed, layers=run.layers, vocabulary=count(run.vocabulary), mixture=mixture,
            note=f" {run.note}" if run.note else "",
        )  # fmt: skip

    def _sentiment(self) -> str:
        return self._with("sentiment", classes(self._all.dev, self._say, "sentiment", "Sentiment"))

    def _toxicity(self) -> str:
        return self._with("toxicity", abilities(self._heads(), self._say))

    def _few_alarms(self) -> str:
        return self._with("few_alarms", alarms(self._heads(), self._say))

    def _heads(self) -> list[HeadFigures]:
        """Return the heads of the languages shown that have positives of others to measure on."""
        rare = set(self._rare_heads())
        return [
            one
            for one in self._all.dev.heads
            if one.slice.language in _SHOWN
            and one.slice.part in {Part.ALL, Part.PUBLIC, Part.OWN}
            and (one.category, one.slice.language) not in rare
        ]

    def _rare_heads(self) -> Iterator[tuple[Category, str]]:
        for one in self._all.dev.heads:
            public = one.positives - one.own_positives
            if one.slice == Slice(one.slice.language) and public < PUBLIC_ENOUGH:
                yield one.category, one.slice.language

    def _sources(self) -> str:
        heads = [
            one
            for one in self._all.dev.heads
            if one.category is Category.TOXIC
            and (one.slice.part is Part.SOURCE or one.slice.language not in _SHOWN)
        ]
        return self._with("sources", abilities(heads, self._say))

    def _rare(self) -> str:
        rare = set(self._rare_heads())
        heads = [
            one
            for one in self._all.dev.heads
            if one.slice.part is not Part.SOURCE and (one.category, one.slice.language) in rare
        ]
        if not heads:
            return ""
        second = markdown(alarms(heads, self._say))
        return (
            f"{self._with('rare', abilities(heads, self._say), enough=PUBLIC_ENOUGH)}\n\n{second}"
        )

    def _thresholds(self) -> str:
        run = self._all.training
        rows = [
            [
                head.language,
                self._say.say(head.category),
                self._say.count(head.positives),
                self._say.number(limit.value, _EVERY_DIGIT),
                self._of(limit.false_alarms, limit.negatives),
                self._say.percent(limit.upper_rate, 2),
                self._of(limit.plain_false_alarms, limit.plain_negatives),
                self._texts["measured" if limit.supported else "unmeasured"],
            ]
            for head in self._manifest.heads
            if head.available and (limit := head.threshold)
        ]
        return self._with(
            "thresholds",
            Grid("", self._headers["thresholds"], rows, left=2),
            rate=self._say.percent(FALSE_ALARMS),
            measurable=round(1 / FALSE_ALARMS),
            cautious=self._words("cautious") if run and run.cautious else "",
        )

    def _of(self, part: int, whole: int) -> str:
        return f"{self._say.count(part)} / {self._say.count(whole)}"

    def _hiding(self) -> str:
        whole = hiding(self._all.dev, self._say, keep=lambda part: part.part is not Part.SOURCE)
        return self._with("hiding", whole)

    def _target(self) -> str:
        grid = classes(
            self._all.dev, self._say, "target", "Who is attacked",
            keep=lambda part: part.part is not Part.SOURCE,
        )  # fmt: skip
        return self._with("target", grid)

    def _suite(self) -> str:
        single = [one for one in self._all.suite.functions if not _VARIETY.match(one.function)]
        count = self._say.count
        section = self._with(
            "suite", functions(single, self._say),
            compared=count(self._all.compared), near=count(self._all.near),
        )  # fmt: skip
        return "\n\n".join([section, *map(self._goal, protected(self._all))]) if section else ""

    def _goal(self, one: FunctionFigures) -> str:
        return self._words(
            "goal_met" if one.flagged.value <= GOAL else "goal_missed",
            name=one.source,
            hidden=one.hidden.hits,
            flagged=one.flagged.hits,
            of=one.hidden.of,
        )

    def _varieties(self) -> str:
        varieties = [one for one in self._all.suite.functions if _VARIETY.match(one.function)]
        return self._with("varieties", functions(varieties, self._say))

    def _failures(self) -> str:
        rows = [
            [
                self._texts["missed" if one.abusive else "false_alarm"],
                one.function or one.source,
                one.text.replace("|", "\\|"),
                self._say.number(one.toxic, 2),
                self._texts["hidden_yes" if one.flagged else "hidden_no"],
            ]
            for one in self._all.failures
        ]
        return self._with("failures", Grid("", self._headers["failures"], rows, left=3))

    def _silence(self) -> str:
        return self._with("silence", silences(self._all.dev, self._say))

    def _pieces(self) -> str:
        whole = sum(one.pieces for one in self._all.pieces)
        unknown = sum(one.unknown for one in self._all.pieces)
        by_language = ", ".join(
            f"{one.language} {self._say.percent(one.unknown / max(one.pieces, 1), 3)}"
            for one in self._all.pieces
        )
        overall = self._say.percent(unknown / max(whole, 1), 3)
        return self._words("pieces", overall=overall, by_language=by_language)

    def _limits(self) -> str:
        return self._words("limits")
