"""What a model says of one text on a terminal of any width: bars, thresholds, heavy words.

Colour repeats what the words say and never says anything alone. Texts and ids from outside are
shown as they are: no markup, no control characters.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from classifiers.explain import Explanation, Weight
from classifiers.thresholds import Thresholds
from vigie.commands.wording import Wording
from vigie.domain.action import Decision, Verdict
from vigie.domain.assessment import Category, ModelRef, Scores, Target, Unknown

BAR_CELLS: Final = 16
LABEL_CELLS: Final = 20
"""Width of the first column, the same in every part, so that the bars stand in one line."""
BARS_FROM: Final = 64
"""On a narrower terminal the bars leave their room to the words."""

WORDS_SHOWN: Final = 5
NEGLIGIBLE: Final = 0.02
"""A word that moves the score by less does not weigh: arithmetic in 8 bits moves it as far."""

_SHOWN_CHARACTERS: Final = 300
_WORD_CHARACTERS: Final = 40
_NOTABLE: Final = 0.5
_JOINERS: Final = "\u200c\u200d"
"""Format characters that emoji and Persian words are made of."""

SENTIMENT_WORDS: Final = {"negative": "negative", "neutral": "neutral", "positive": "positive"}
CATEGORY_WORDS: Final = {
    Category.TOXIC: "toxic",
    Category.INSULT: "insult",
    Category.OBSCENE: "obscene",
    Category.THREAT: "threat",
    Category.IDENTITY_ATTACK: "identity attack",
    Category.SEXUAL: "sexual",
}
HEAD_WORDS: Final = SENTIMENT_WORDS | {key.value: word for key, word in CATEGORY_WORDS.items()}
TARGET_WORDS: Final = {
    Target.NOBODY: "nobody",
    Target.PERSON: "a person",
    Target.GROUP: "a group",
}
_COLOURS: Final = {"negative": "red", "neutral": "bright_black", "positive": "green"}
_VERDICTS: Final = {
    Verdict.HIDE: "would be hidden",
    Verdict.PROPOSE: "would be proposed to a person",
    Verdict.LEAVE: "would be left alone",
}
_UNKNOWN: Final = {
    Unknown.EMPTY: "There is nothing to read here: the model was not asked.",
    Unknown.MODEL: "The model gave no usable number for this text.",
}


Row = tuple[str | Text, Bar | Text, str, str | Text]
"""A label, its bar or a word in its place, a score, and what is said of it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A text with everything that is shown of it."""

    text: str
    scores: Scores
    thresholds: Thresholds
    decision: Decision
    explanation: Explanation | None
    model: ModelRef


def view(judged: Judged, wording: Wording, width: int) -> RenderableType:
    """Return what is printed for one text on a terminal of so many columns."""
    parts: list[RenderableType] = [
        Text(wording.say("“{text}”", text=plain(judged.text)), style="bold"),
        _facts(judged, wording),
    ]
    if judged.scores.unknown:
        parts.append(Text(_silence(judged.scores, wording), style="yellow"))
    if judged.scores.unknown not in _UNKNOWN:
        parts += [
            _heading(wording.say("Sentiment")),
            _scored(_sentiment(judged.scores, wording), width),
            _heading(wording.say("Toxicity")),
            _scored(_toxicity(judged, wording), width),
        ]
    if judged.explanation:
        parts += _weights(judged.explanation, wording, width)
    return Padding(Group(*parts), (0, 0, 1, 0))


def plain(text: str, longest: int = _SHOWN_CHARACTERS) -> str:
    """Return the text on one line, cut, without characters that steer a terminal."""
    short = " ".join("".join(map(_visible, text)).split())
    return short if len(short) <= longest else f"{short[: longest - 1]}…"


def _visible(character: str) -> str:
    """Return the character, a space for what steers a terminal, nothing for what turns a line."""
    category = unicodedata.category(character)
    if category == "Cf":
        return character if character in _JOINERS else ""
    return " " if category in {"Cc", "Cs"} else character


def grid(*widths: int | None) -> Table:
    """Return a table without lines; None is a column that takes what is left."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in widths:
        table.add_column(width=width, overflow="fold")
    return table


def _scored(rows: Iterable[Row], width: int) -> Table:
    """Return the rows as a table, with bars where there is room for them."""
    bars = width >= BARS_FROM
    table = grid(LABEL_CELLS, *([BAR_CELLS] if bars else []), 5, None)
    for label, bar, score, note in rows:
        # A word in place of the bar says why there is none.
        said = note if isinstance(bar, Bar) else bar
        table.add_row(label, *([bar, score, note] if bars else [score, said]))
    return table


def _heading(words: str) -> Text:
    return Text(words, style="bold cyan")


def _facts(judged: Judged, wording: Wording) -> Table:
    table = grid(LABEL_CELLS, None)
    decided = _VERDICTS[judged.decision.verdict]
    rows = {
        "Model": f"{judged.model.id} {judged.model.version}",
        "Language": _language(judged.scores, wording),
        "Attacked": _attacked(judged.scores, wording),
        "As a comment": f"{wording.say(decided)} ({judged.decision.reason})",
    }
    for name, value in rows.items():
        table.add_row(Text(wording.say(name), style="bold cyan"), Text(value))
    return table


def _language(scores: Scores, wording: Wording) -> str:
    if scores.language is None:
        return wording.say("not recognised")
    name = wording.language_name(scores.language)
    if scores.confidence is None:
        return wording.say("{name} ({code}), as given", name=name, code=scores.language)
    sure = wording.score(scores.confidence)
    return wording.say(
        "{name} ({code}), confidence {sure}", name=name, code=scores.language, sure=sure
    )


def _attacked(scores: Scores, wording: Wording) -> str:
    return wording.say(TARGET_WORDS[scores.target] if scores.target else "unknown")


def _silence(scores: Scores, wording: Wording) -> str:
    """Return why the heads are silent, and what that means."""
    if scores.unknown in _UNKNOWN:
        why = wording.say(_UNKNOWN[scores.unknown])
    elif scores.language:
        name = wording.language_name(scores.language)
        why = wording.say("The model has no heads of abuse for this language: {name}.", name=name)
    else:
        why = wording.say("The language was not recognised: no head of abuse can be trusted.")
    return f"{why} {wording.say('Nothing would be hidden.')}"


def _sentiment(scores: Scores, wording: Wording) -> Iterator[Row]:
    for name, word in SENTIMENT_WORDS.items():
        value = float(getattr(scores.sentiment, name))
        yield f"  {wording.say(word)}", _bar(value, _COLOURS[name]), wording.score(value), ""


def _toxicity(judged: Judged, wording: Wording) -> Iterator[Row]:
    known = judged.scores.toxicity.known()
    for category, word in CATEGORY_WORDS.items():
        name = f"  {wording.say(word)}"
        value = known.get(category)
        if value is None:
            yield name, Text(wording.say("unknown"), style="bright_black"), "", ""
            continue
        note, reached = _threshold(judged, category, value, wording)
        colour = "red" if reached else "yellow" if value >= _NOTABLE else "blue"
        yield name, _bar(value, colour), wording.score(value, 3), note


def _threshold(
    judged: Judged, category: Category, value: float, wording: Wording
) -> tuple[Text, bool]:
    """Return what is said of the hide threshold, and whether it is reached."""
    threshold = judged.thresholds.get((category, judged.scores.language or ""))
    if threshold is None:
        return Text(wording.say("no threshold"), style="bright_black"), False
    limit = wording.score(threshold.value, 3)
    proof = wording.say("measured" if threshold.proven else "not measured")
    if judged.scores.unknown is None and value >= threshold.value:
        said = wording.say("reaches {limit}, {proof}", limit=limit, proof=proof)
        return Text(said, style="bold red"), True
    said = wording.say("below {limit}, {proof}", limit=limit, proof=proof)
    return Text(said, style="bright_black"), False


def _weights(explanation: Explanation, wording: Wording, width: int) -> list[RenderableType]:
    head = wording.say(HEAD_WORDS[explanation.head])
    heading = _heading(wording.say("Words that weigh on “{head}”", head=head))
    heavy = [
        weight
        for weight in explanation.weights[:WORDS_SHOWN]
        if abs(explanation.effect(weight)) >= NEGLIGIBLE
    ]
    if not heavy:
        said = (
            "No word alone moves the score much."
            if explanation.weights
            else "The text has a single word: nothing can be left out."
        )
        return [heading, Text(f"  {wording.say(said)}")]
    return [heading, _scored((_weight(explanation, one, wording) for one in heavy), width)]


def _weight(explanation: Explanation, weight: Weight, wording: Wording) -> Row:
    effect = explanation.effect(weight)
    said = wording.say(
        "without it {before} → {after}",
        before=wording.score(explanation.score),
        after=wording.score(weight.without),
    )
    words = Text(f"  {plain(weight.words, _WORD_CHARACTERS)}")
    return (
        words,
        _bar(abs(effect), "magenta" if effect > 0 else "cyan"),
        wording.change(effect),
        said,
    )


def _bar(share: float, colour: str) -> Bar:
    return Bar(1.0, 0.0, min(max(share, 0.0), 1.0), width=BAR_CELLS, color=colour)
