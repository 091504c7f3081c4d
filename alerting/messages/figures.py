"""What the signals of an incident say in numbers, always against what is normal."""

from dataclasses import dataclass
from datetime import timedelta

from alerting.messages.language import Language
from vigie.domain.incident import IncidentEvent, Level, Signal, SignalKind

ENOUGH = 10
"""Below this many posts a share says nothing: its 95 % interval spans half the scale."""

_WEIGHT = (SignalKind.NEGATIVE, SignalKind.TOXIC, SignalKind.VOLUME)
"""What a reader asks first: are they angry, are they abusive, are they many."""


def by_weight(event: IncidentEvent) -> list[Signal]:
    """Return the signals, the one that speaks for the incident first."""
    return sorted(event.signals, key=lambda signal: _WEIGHT.index(signal.kind))


def level_name(language: Language, level: Level) -> str:
    """Return the level in one word."""
    return {
        Level.VERT: language.say("GREEN"),
        Level.JAUNE: language.say("YELLOW"),
        Level.ORANGE: language.say("ORANGE"),
        Level.ROUGE: language.say("RED"),
    }[level]


def figure(language: Language, signal: Signal, window: timedelta) -> str:
    """Return the count against normal in a few words: 128 négatifs/15min (normal 21)."""
    counted = {
        SignalKind.NEGATIVE: language.say_many("{n} negative", "{n} negative", signal.count),
        SignalKind.TOXIC: language.say_many("{n} abusive", "{n} abusive", signal.count),
        SignalKind.VOLUME: language.say_many("{n} post", "{n} posts", signal.count),
    }[signal.kind]
    normal = language.number(signal.expected)
    return language.say(
        "{counted}/{window} (normal {normal})",
        counted=counted,
        window=_short(window),
        normal=normal,
    )


def counted(language: Language, signal: Signal) -> str:
    """Return what was counted, as part of a sentence."""
    return {
        SignalKind.NEGATIVE: language.say_many(
            "{n} negative post", "{n} negative posts", signal.count
        ),
        SignalKind.TOXIC: language.say_many("{n} abusive post", "{n} abusive posts", signal.count),
        SignalKind.VOLUME: language.say_many("{n} post", "{n} posts", signal.count),
    }[signal.kind]


def share(language: Language, signal: Signal) -> str | None:
    """Return the share with its n and interval; None for a volume, which is a share of nothing."""
    if signal.kind is SignalKind.VOLUME or signal.n == 0:
        return None
    if signal.n < ENOUGH:
        return language.say_many(
            "{n} post: too few to tell", "{n} posts: too few to tell", signal.n
        )
    return language.say_many(
        "{share} of {n} post ({low} to {high})",
        "{share} of {n} posts ({low} to {high})",
        signal.n,
        share=language.percent(signal.count / signal.n),
        low=language.percent(signal.low),
        high=language.percent(signal.high),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One signal as a line of the table."""

    kind: str
    count: str
    normal: str
    share: str | None


def rows(language: Language, event: IncidentEvent) -> tuple[Row, ...]:
    """Return a line per signal."""
    names = {
        SignalKind.NEGATIVE: language.say("Negative"),
        SignalKind.TOXIC: language.say("Abusive"),
        SignalKind.VOLUME: language.say("All posts"),
    }
    return tuple(
        Row(
            kind=names[signal.kind],
            count=language.number(signal.count),
            normal=language.number(signal.expected),
            share=share(language, signal),
        )
        for signal in by_weight(event)
    )


def _short(window: timedelta) -> str:
    seconds = round(window.total_seconds())
    if seconds % 3600 == 0:
        return f"{seconds // 3600}h"
    return f"{seconds // 60}min" if seconds % 60 == 0 else f"{seconds}s"
