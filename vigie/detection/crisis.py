"""The level of a watch, what it rests on, and the step that follows."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from vigie.detection.cause import describe, evidence, fewest, ranked
from vigie.detection.levels import Reached, course, reached
from vigie.detection.look import Moments
from vigie.detection.memory import Memory
from vigie.detection.prevailing import prevailing
from vigie.detection.standing import Finding
from vigie.domain.incident import IncidentEvent, Level
from vigie.domain.watch import Watch

_MARGIN: Final = 0.9
"""What is normal moves a little meanwhile; without the cause there must yet be no alarm."""


def judge_crisis(
    watch: Watch, memory: Memory, moments: Moments, finding: Finding
) -> list[IncidentEvent]:
    """Take the watch to the level that its windows ask for."""
    standing, thresholds, line = memory.standing, watch.thresholds, memory.standing.crisis
    if line.muted and not _lapsed(memory, moments):
        return []
    way = course(line.level, standing.lapsed, moments.looks, thresholds, now=finding.at)
    standing.lapsed = way.lapsed
    if max(way.level, line.level) is Level.VERT:
        return []
    _extend_cause(memory, moments, way.reached)
    if way.level < line.level:
        finding = replace(finding, crossed=None)
    lasting = way.level is line.level and finding.at - standing.since >= thresholds.settle
    settled = lasting and line.level is Level.JAUNE  # of the others a person says that it is over
    if way.level is line.level and not settled:
        return []
    told = _told(memory, way.reached, finding)
    steps = line.close(watch, told) if settled else standing.move(line, watch, way.level, told)
    if line.level is Level.VERT:
        memory.view.tally.mark(frozenset())
    return steps


def _lapsed(memory: Memory, moments: Moments) -> bool:
    """Say whether a level beyond the one a person has closed is reached."""
    line, thresholds = memory.standing.crisis, moments.thresholds
    eased = reached(moments.looks, thresholds, ease=thresholds.ease).level
    line.muted = min(line.muted, eased)
    if reached(moments.looks, thresholds).level <= line.muted:
        return False
    line.muted = Level.VERT
    return True


def _extend_cause(memory: Memory, moments: Moments, found: Reached) -> None:
    """Keep the posts of the cause such that there is no alarm without them, nor nearly one."""

    def alarm(without: AbstractSet[int]) -> bool:
        left = reached(moments.rest(without), moments.thresholds, ease=_MARGIN)
        return left.level is not Level.VERT

    if alarm(frozenset()):
        by_rank = [
            key
            for minutes in moments.minutes(max(moments.thresholds.windows))
            for key in ranked(memory.view, minutes, found)
        ]
        more = fewest(list(dict.fromkeys(by_rank)), alarm)
        memory.view.tally.mark(memory.view.tally.cause | more)


def _told(memory: Memory, found: Reached, finding: Finding) -> Finding:
    """Return the finding with all that is known of it."""
    nature = finding.nature if found.window is None else prevailing(found.window, found.signals)
    return replace(
        finding,
        signals=found.signals,
        nature=nature,
        cause=describe(memory.view, now=finding.at.timestamp()),
        evidence=evidence(memory.view),
    )
