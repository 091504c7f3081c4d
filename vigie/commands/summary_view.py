"""What a model says of a file of texts: counts, and no text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from rich.table import Table
from rich.text import Text

from classifiers.compare import reached, tone
from classifiers.thresholds import Thresholds
from vigie.commands.score_view import CATEGORY_WORDS, SENTIMENT_WORDS, TARGET_WORDS, plain
from vigie.commands.wording import Wording
from vigie.domain.assessment import Category, ModelRef, Scores, Target, Unknown

_LANGUAGES_SHOWN: Final = 5

UNKNOWN_WORDS: Final = {
    Unknown.EMPTY: "nothing to read",
    Unknown.LANGUAGE: "language not covered",
    Unknown.MODEL: "model without a number",
}


@dataclass(slots=True)
class Summary:
    """Counts over texts; ``known`` and ``reached`` are by category, ``None`` is no language."""

    texts: int = 0
    tones: Counter[str] = field(default_factory=Counter)
    known: Counter[Category] = field(default_factory=Counter)
    reached: Counter[Category] = field(default_factory=Counter)
    targets: Counter[Target] = field(default_factory=Counter)
    languages: Counter[str | None] = field(default_factory=Counter)
    unknown: Counter[Unknown] = field(default_factory=Counter)

    def add(self, several: Iterable[Scores], thresholds: Thresholds) -> None:
        """Count the scores of texts."""
        for scores in several:
            self.texts += 1
            self.tones.update(filter(None, [tone(scores)]))
            self.known.update(scores.toxicity.known().keys())
            self.reached.update(reached(scores, thresholds))
            self.targets.update([scores.target] if scores.target else [])
            self.languages[scores.language] += 1
            self.unknown.update([scores.unknown] if scores.unknown else [])


def summary_table(summary: Summary, model: ModelRef, wording: Wording) -> Table:
    """Return what is printed of a file."""
    say = wording.say
    title = wording.say_many("{n} text", "{n} texts", summary.texts)
    table = Table(title=Text(plain(f"{title} – {model.id} {model.version}")))
    table.add_column("", overflow="fold")
    table.add_column(say("texts"), justify="right")
    table.add_column(say("share"), justify="right")
    table.add_column(say("at the hide threshold"), justify="right")
    toned = summary.tones.total()
    for name, word in SENTIMENT_WORDS.items():
        count = summary.tones[name]
        table.add_row(say(word), wording.count(count), wording.percent(count, toned), "")
    table.add_section()
    for category, word in CATEGORY_WORDS.items():
        known, hits = summary.known[category], summary.reached[category]
        share = wording.percent(hits, known)
        table.add_row(
            say("{head}: scored", head=say(word)),
            wording.count(known),
            wording.percent(known, summary.texts),
            f"{wording.count(hits)} ({share})",
        )
    _add_counts(table, summary, wording)
    return table


def _add_counts(table: Table, summary: Summary, wording: Wording) -> None:
    say = wording.say
    groups = (
        [
            (say("attacked: {who}", who=say(TARGET_WORDS[t])), n)
            for t, n in summary.targets.most_common()
        ],
        [
            (wording.language_name(code) if code else say("not recognised"), n)
            for code, n in summary.languages.most_common(_LANGUAGES_SHOWN)
        ],
        [(say(UNKNOWN_WORDS[why]), n) for why, n in summary.unknown.most_common()],
    )
    for group in groups:
        table.add_section()
        for name, count in group:
            share = wording.percent(count, summary.texts)
            table.add_row(name, wording.count(count), share, "")
