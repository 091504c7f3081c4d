"""From what is seen to a level: which conditions hold, and how slowly a level ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from vigie.detection.detectors.against import Against
from vigie.detection.detectors.negative import Negative
from vigie.detection.detectors.raid import Raid
from vigie.detection.detectors.reach import Reach
from vigie.detection.detectors.theme import Theme
from vigie.detection.detectors.thread import Thread
from vigie.detection.detectors.toxic import Toxic
from vigie.detection.detectors.volume import Volume
from vigie.detection.look import Look
from vigie.detection.window import Window
from vigie.domain.incident import Level, Signal
from vigie.domain.watch import Measured, Threshold, Thresholds


class Detector(Protocol):
    """One kind of condition of a Threshold."""

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold has conditions of this kind."""
        ...

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal when those conditions hold, multiplied by `ease`."""
        ...


class Structure(Detector, Protocol):
    """A detector of what most windows have nothing of; how often a day has any is learned."""

    measured: Measured

    def excess(self, window: Window, threshold: Threshold, /) -> float:
        """Return how far what is there lies above the usual."""
        ...


STRUCTURES: Final[tuple[Structure, ...]] = (Reach(), Raid(), Theme())
DETECTORS: Final[tuple[Detector, ...]] = (
    Volume(),
    Negative(),
    Toxic(),
    Against(),
    Thread(),
    *STRUCTURES,
)
"""Cheap ones first: the others are not asked where these do not hold."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The highest level whose conditions hold, the signals that make it so, and where."""

    level: Level
    signals: tuple[Signal, ...] = ()
    window: Window | None = None


def reached(looks: Sequence[Look], thresholds: Thresholds, *, ease: float = 1.0) -> Reached:
    """Return the highest level of which any threshold holds, every number multiplied by `ease`."""
    found = (_reached(look, thresholds, ease) for look in looks)
    return max(found, key=lambda one: one.level, default=Reached(Level.VERT))


def _reached(look: Look, thresholds: Thresholds, ease: float) -> Reached:
    for level in sorted(thresholds.levels, reverse=True):
        signals: dict[str, Signal] = {}
        window = None
        for threshold in thresholds.levels[level]:
            seen = look[threshold.window or thresholds.window]
            held = _signals(seen, threshold, ease)
            if held:
                window = window or seen
                signals |= {one.kind: one for one in held if one.kind not in signals}
        if signals:
            return Reached(level, tuple(signals.values()), window)
    return Reached(Level.VERT)


def _signals(window: Window, threshold: Threshold, ease: float) -> list[Signal] | None:
    if window.counts.posts < threshold.posts * ease:
        return None
    if threshold.first_day and window.expected.familiar:
        return None
    signals = []
    for detector in DETECTORS:
        if detector.asked(threshold):
            signal = detector.detect(window, threshold, ease=ease)
            if signal is None:
                return None
            signals.append(signal)
    return signals


def structures(look: Look, thresholds: Thresholds) -> dict[Measured, float]:
    """Return the excess of each structure that is asked for.

    It counts only where the rest of its entry holds: two accounts that say the same are no news.
    """
    found: dict[Measured, float] = {}
    for threshold in (one for level in thresholds.levels.values() for one in level):
        for structure in STRUCTURES:
            if structure.asked(threshold):
                seen = look[threshold.window or thresholds.window]
                holds = _signals(seen, threshold.however_often, 1.0) is not None
                excess = structure.excess(seen, threshold) if holds else 0.0
                found[structure.measured] = max(excess, found.get(structure.measured, 0.0))
    return found


@dataclass(frozen=True, slots=True)
class Course:
    """Where the level goes, and since when the conditions of each level up to it have lapsed."""

    level: Level
    reached: Reached
    lapsed: dict[Level, datetime]


def course(
    current: Level,
    lapsed: Mapping[Level, datetime],
    looks: Sequence[Look],
    thresholds: Thresholds,
    *,
    now: datetime,
) -> Course:
    """Rise at once; fall to the highest level whose eased conditions held within `hold`."""
    top = reached(looks, thresholds)
    eased = top if current is Level.VERT else reached(looks, thresholds, ease=thresholds.ease)
    level = max(current, top.level)
    since = {
        step: lapsed.get(step, now) for step in Level if max(eased.level, top.level) < step <= level
    }
    while level in since and now - since[level] >= thresholds.hold:
        level = Level(level - 1)
    speaks = next((r for r in (top, eased) if r.level == level), Reached(level))
    return Course(level, speaks, {step: at for step, at in since.items() if step <= level})
