"""From a window to a level: which conditions hold, and how slowly a level ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from vigie.detection.negative import Negative
from vigie.detection.toxic import Toxic
from vigie.detection.volume import Volume
from vigie.detection.window import Window
from vigie.domain.incident import Level, Signal
from vigie.domain.watch import Threshold, Thresholds


class Detector(Protocol):
    """One kind of condition of a Threshold."""

    def asked(self, threshold: Threshold) -> bool:
        """Say whether the threshold has conditions of this kind."""
        ...

    def detect(self, window: Window, threshold: Threshold, *, ease: float) -> Signal | None:
        """Return the signal when those conditions hold, multiplied by `ease`."""
        ...


DETECTORS: Final[tuple[Detector, ...]] = (Volume(), Negative(), Toxic())


@dataclass(frozen=True, slots=True)
class Reached:
    """The highest level whose conditions hold, and the signals that make it so."""

    level: Level
    signals: tuple[Signal, ...] = ()


def reached(window: Window, thresholds: Thresholds, *, ease: float = 1.0) -> Reached:
    """Return the highest level of which any threshold holds, every number multiplied by `ease`."""
    for level in sorted(thresholds.levels, reverse=True):
        held = [_signals(window, threshold, ease) for threshold in thresholds.levels[level]]
        found = {signal.kind: signal for signals in held for signal in signals or ()}
        if found:
            return Reached(level, tuple(found.values()))
    return Reached(Level.VERT)


def _signals(window: Window, threshold: Threshold, ease: float) -> list[Signal] | None:
    if window.counts.posts < threshold.posts * ease:
        return None
    signals = []
    for detector in DETECTORS:
        if detector.asked(threshold):
            signal = detector.detect(window, threshold, ease=ease)
            if signal is None:
                return None
            signals.append(signal)
    return signals


@dataclass(frozen=True, slots=True)
class Course:
    """Where the level goes, and since when the conditions of each level up to it have lapsed."""

    level: Level
    signals: tuple[Signal, ...]
    lapsed: dict[Level, datetime]


def course(
    current: Level,
    lapsed: Mapping[Level, datetime],
    window: Window,
    thresholds: Thresholds,
    *,
    now: datetime,
) -> Course:
    """Rise at once; fall to the highest level whose eased conditions held within `hold`."""
    top = reached(window, thresholds)
    eased = reached(window, thresholds, ease=thresholds.ease)
    level = max(current, top.level)
    since = {
        step: lapsed.get(step, now) for step in Level if max(eased.level, top.level) < step <= level
    }
    while level in since and now - since[level] >= thresholds.hold:
        level = Level(level - 1)
    signals = next((r.signals for r in (top, eased) if r.level == level), ())
    return Course(level, signals, {step: at for step, at in since.items() if step <= level})
