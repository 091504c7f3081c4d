"""What the signals of an incident say in numbers, always against what is normal."""

from dataclasses import dataclass
from datetime import timedelta

from alerting.messages.language import Language
from vigie.domain.incident import IncidentEvent, Level, Signal, SignalKind

ENOUGH = 10
"""Below this many posts a share says nothing: its 95 % interval spans half the scale."""

_WEIGHT = (
    SignalKind.AGAINST,
    SignalKind.NEGATIVE,
    SignalKind.TOXIC,
    SignalKind.RAID,
    SignalKind.THREAD,
    SignalKind.REACH,
    SignalKind.THEME,
    SignalKind.VOLUME,
    SignalKind.SILENCE,
)
"""What a reader asks first: is it against us, are they angry or abusive, how does it spread."""

_COMPARED = (
    SignalKind.AGAINST,
    SignalKind.NEGATIVE,
    SignalKind.TOXIC,
    SignalKind.VOLUME,
)
"""Kinds whose count means little without the normal."""


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


def is_silence(event: IncidentEvent) -> bool:
    """Say whether the incident is that a source is no longer heard."""
    return any(signal.kind is SignalKind.SILENCE for signal in event.signals)


def heading(language: Language, event: IncidentEvent) -> str:
    """Return what a message begins with: the level, or that listening is cut."""
    if is_silence(event):
        return language.say("LISTENING CUT")
    return level_name(language, event.level)


def figure(language: Language, signal: Signal, window: timedelta) -> str:
    """Return the count against normal in a few words: 128 négatifs/15min (normal 21)."""
    if signal.kind is SignalKind.SILENCE:
        return _silence(language, signal, _short(length_of(signal, window)))
    words = {
        SignalKind.AGAINST: language.say_many("{n} critical", "{n} critical", signal.count),
        SignalKind.NEGATIVE: language.say_many("{n} negative", "{n} negative", signal.count),
        SignalKind.TOXIC: language.say_many("{n} abusive", "{n} abusive", signal.count),
        SignalKind.RAID: language.say_many("{n} copy", "{n} copies", signal.count),
        SignalKind.THREAD: language.say_many("{n} in a thread", "{n} in a thread", signal.count),
        SignalKind.REACH: language.say_many(
            "{n} by a big account", "{n} by a big account", signal.count
        ),
        SignalKind.THEME: language.say_many(
            "{n} with a new word", "{n} with a new word", signal.count
        ),
        SignalKind.VOLUME: language.say_many("{n} post", "{n} posts", signal.count),
    }[signal.kind]
    length = _short(length_of(signal, window))
    if signal.kind not in _COMPARED:
        return language.say("{counted}/{window}", counted=words, window=length)
    normal = language.number(signal.expected)
    return language.say(
        "{counted}/{window} (normal {normal})", counted=words, window=length, normal=normal
    )


def _silence(language: Language, signal: Signal, window: str) -> str:
    source, normal = _source(language, signal), language.number(signal.expected)
    if signal.count == 0:
        return language.say(
            "nothing from {source} for {window} (normal {normal})",
            source=source,
            window=window,
            normal=normal,
        )
    return language.say_many(
        "only {n} post from {source} in {window} (normal {normal})",
        "only {n} posts from {source} in {window} (normal {normal})",
        signal.count,
        source=source,
        window=window,
        normal=normal,
    )


def _source(language: Language, signal: Signal) -> str:
    """Return what is silent: a source, or all of them where none is named."""
    return signal.subject or language.say("any source")


def counted(language: Language, signal: Signal) -> str:
    """Return what was counted, as part of a sentence."""
    return {
        SignalKind.AGAINST: language.say_many(
            "{n} critical or hostile post", "{n} critical or hostile posts", signal.count
        ),
        SignalKind.NEGATIVE: language.say_many(
            "{n} negative post", "{n} negative posts", signal.count
        ),
        SignalKind.TOXIC: language.say_many("{n} abusive post", "{n} abusive posts", signal.count),
        SignalKind.RAID: language.say_many(
            "{n} near copy of one text", "{n} near copies of one text", signal.count
        ),
        SignalKind.THREAD: language.say_many(
            "{n} post in one conversation", "{n} posts in one conversation", signal.count
        ),
        SignalKind.REACH: language.say_many(
            "{n} post by an account that very many follow",
            "{n} posts by an account that very many follow",
            signal.count,
        ),
        SignalKind.THEME: language.say_many(
            "{n} post with a word that is new", "{n} posts with a word that is new", signal.count
        ),
        SignalKind.VOLUME: language.say_many("{n} post", "{n} posts", signal.count),
        SignalKind.SILENCE: _heard(language, signal),
    }[signal.kind]


def _heard(language: Language, signal: Signal) -> str:
    source = _source(language, signal)
    if signal.count == 0:
        return language.say("nothing from {source}", source=source)
    return language.say_many(
        "only {n} post from {source}", "only {n} posts from {source}", signal.count, source=source
    )


def length_of(signal: Signal, window: timedelta) -> timedelta:
    """Return how long the signal's window was; that of the watch where it does not say."""
    return timedelta(seconds=signal.window_s) if signal.window_s else window


def share(language: Language, signal: Signal) -> str | None:
    """Return the share with its n and interval; None for what is a share of nothing."""
    if signal.kind in (SignalKind.VOLUME, SignalKind.SILENCE) or signal.n == 0:
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
        SignalKind.AGAINST: language.say("Critical or hostile"),
        SignalKind.RAID: language.say("Near copies"),
        SignalKind.THREAD: language.say("One conversation"),
        SignalKind.REACH: language.say("Very large account"),
        SignalKind.THEME: language.say("New word"),
        SignalKind.SILENCE: language.say("Silent source"),
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
    hours, rest = divmod(seconds, 3600)
    if hours:
        return f"{hours}h{rest // 60:02}" if rest else f"{hours}h"
    return f"{seconds // 60}min" if seconds % 60 == 0 else f"{seconds}s"
