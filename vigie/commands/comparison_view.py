"""What a switch of models would change, as tables for people and as one object for programs."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from classifiers.compare import Change, Comparison, Reach
from vigie.commands.score_view import CATEGORY_WORDS, HEAD_WORDS, SENTIMENT_WORDS, plain
from vigie.commands.summary_view import UNKNOWN_WORDS
from vigie.commands.wording import Wording
from vigie.domain.assessment import ModelRef


@dataclass(frozen=True, slots=True)
class Side:
    """A model and its pace in texts per second, 0 where there was none to judge."""

    model: ModelRef
    pace: float

    @property
    def name(self) -> str:
        """Return id and version."""
        return f"{self.model.id} {self.model.version}"


@dataclass(frozen=True, slots=True)
class Switch:
    """What changes from one model to the other, and how many lines could not be read."""

    found: Comparison
    before: Side
    after: Side
    unreadable: int


def as_json(switch: Switch, *, show_texts: bool) -> dict[str, Any]:
    """Return everything as one object; texts only where they are asked for."""
    found = switch.found
    sides = {
        name: {
            "model": asdict(side.model),
            "texts_per_second": round(side.pace, 1),
            "sentiments": {tone: found.tones[at][tone] for tone in SENTIMENT_WORDS},
            "unknown": {why: found.unknown[at][why] for why in UNKNOWN_WORDS},
        }
        for at, (name, side) in enumerate((("before", switch.before), ("after", switch.after)))
    }
    return {
        "texts": found.texts,
        "unreadable": switch.unreadable,
        **sides,
        "sentiment": asdict(found.sentiment),
        "target": asdict(found.target),
        "hide_threshold": {
            "any": asdict(found.any_reach),
            **{category: asdict(reach) for category, reach in found.reach.items()},
        },
        "heads_gained": dict(found.heads_gained),
        "heads_lost": dict(found.heads_lost),
        "largest": [_change(change, show_texts=show_texts) for change in found.largest],
    }


def as_tables(switch: Switch, wording: Wording, *, show_texts: bool) -> Iterator[RenderableType]:
    """Yield what is printed: shares, thresholds, largest changes and a sentence."""
    yield _shares(switch, wording)
    yield Text(_agreement(switch.found, wording))
    yield _thresholds(switch.found, wording)
    if switch.found.largest:
        yield _largest(switch.found, wording, show_texts=show_texts)
    yield Text(sentence(switch, wording), style="bold")


def sentence(switch: Switch, wording: Wording) -> str:
    """Return the whole comparison in a line."""
    found, reach = switch.found, switch.found.any_reach
    if not found.texts:
        return wording.say("There was no text to compare.")
    return wording.say(
        "Of {texts} texts, newly at a hide threshold: {newly}; no longer: {no_longer}. "
        "Same sentiment: {same}. B runs {factor} times as fast as A.",
        texts=wording.count(found.texts),
        newly=wording.count(reach.newly),
        no_longer=wording.count(reach.no_longer),
        same=wording.percent(found.sentiment.same, found.sentiment.known),
        factor=wording.number(switch.after.pace / switch.before.pace),
    )


def _shares(switch: Switch, wording: Wording) -> Table:
    found, say = switch.found, wording.say
    table = Table(title=wording.say_many("{n} text", "{n} texts", found.texts))
    table.add_column("")
    table.add_column(Text(plain(f"A – {switch.before.name}")), justify="right", overflow="fold")
    table.add_column(Text(plain(f"B – {switch.after.name}")), justify="right", overflow="fold")
    table.add_column("B − A", justify="right")
    toned = [tones.total() for tones in found.tones]
    for name, word in SENTIMENT_WORDS.items():
        counts = [tones[name] for tones in found.tones]
        table.add_row(say(word), *_cells(counts, toned, wording))
    table.add_section()
    for why, word in UNKNOWN_WORDS.items():
        counts = [unknown[why] for unknown in found.unknown]
        if any(counts):
            table.add_row(say(word), *_cells(counts, [found.texts] * 2, wording))
    paces = [wording.number(side.pace) for side in (switch.before, switch.after)]
    table.add_row(say("texts per second"), *paces, "")
    return table


def _agreement(found: Comparison, wording: Wording) -> str:
    counts = [
        wording.say(
            "{same} of {known} ({share})",
            same=wording.count(agreed.same),
            known=wording.count(agreed.known),
            share=wording.percent(agreed.same, agreed.known),
        )
        for agreed in (found.sentiment, found.target)
    ]
    return wording.say(
        "Same sentiment: {sentiment}; same target: {target}", sentiment=counts[0], target=counts[1]
    )


def _cells(counts: list[int], of: list[int], wording: Wording) -> tuple[str, str, str]:
    """Return count and share of both models, and how many more they are."""
    before, after = (
        f"{wording.count(count)} ({wording.percent(count, whole)})"
        for count, whole in zip(counts, of, strict=True)
    )
    difference = counts[1] - counts[0]
    sign = "−" if difference < 0 else "+"
    return before, after, f"{sign}{wording.count(abs(difference))}" if difference else "="


def _thresholds(found: Comparison, wording: Wording) -> Table:
    say = wording.say
    table = Table(title=say("Texts at the hide threshold, each model by its own"))
    table.add_column("", no_wrap=True)
    for name in ("A", "B"):
        table.add_column(name, justify="right")
    for name in ("newly", "no longer", "head gained", "head lost"):
        table.add_column(say(name), justify="right", overflow="fold")
    for category, word in CATEGORY_WORDS.items():
        moved = found.heads_gained[category], found.heads_lost[category]
        table.add_row(
            say(word), *_reach(found.reach[category], wording), *map(wording.count, moved)
        )
    table.add_section()
    table.add_row(say("any of them"), *_reach(found.any_reach, wording), "", "")
    return table


def _reach(reach: Reach, wording: Wording) -> tuple[str, ...]:
    counts = (reach.before, reach.after, reach.newly, reach.no_longer)
    return tuple(wording.count(count) for count in counts)


def _largest(found: Comparison, wording: Wording, *, show_texts: bool) -> Table:
    say = wording.say
    table = Table(title=say("Largest changes"))
    table.add_column(say("text's id"), overflow="fold")
    table.add_column(say("head"))
    table.add_column(say("change"), justify="right", no_wrap=True)
    if show_texts:
        table.add_column(say("text"), overflow="fold")
    for change in found.largest:
        moved = f"{wording.score(change.before)} → {wording.score(change.after)}"
        row = [Text(plain(change.id)), Text(say(HEAD_WORDS[change.head])), Text(moved)]
        table.add_row(*row, *([Text(plain(change.text))] if show_texts else []))
    return table


def _change(change: Change, *, show_texts: bool) -> dict[str, Any]:
    told = asdict(change)
    return told if show_texts else {key: value for key, value in told.items() if key != "text"}
