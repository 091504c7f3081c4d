"""From the deployment file and the environment to settings, and from settings to domain values.

Bootstrap, the command line and the worker call this; nothing is read unless they do.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError
from pydantic_settings.sources.utils import parse_env_vars

from config import settings as sections
from config.document import Place, read
from config.mistakes import explain, sentence
from config.references import dangling
from config.settings import Settings
from vigie.domain.incident import Level
from vigie.domain.watch import Marker, MatchRule, Threshold, Thresholds, Watch
from vigie.errors import Misconfigured

PREFIX = "VIGIE__"
"""Variables that begin so override the file: VIGIE__KAFKA__BOOTSTRAP is kafka.bootstrap."""


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings of the file, overridden by `environ`.

    Raises:
        Misconfigured: with a sentence per mistake that names file, line, place and what to do.
    """
    document = read(path, environ)
    lines = document.lines | _variables(environ)
    values = _merged(document.values, _overrides(environ))
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise Misconfigured(explain(error, Settings, lines, str(path))) from error
    if loose := list(dangling(settings)):
        said = (sentence(place, advice, lines, str(path)) for place, advice in loose)
        raise Misconfigured("\n".join(said))
    return settings


def redacted(settings: Settings) -> str:
    """Return the effective settings as YAML, secrets as asterisks."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def version_of(watch: sections.Watch) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of the watch's rules."""
    rules = json.dumps(watch.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(rules.encode()).hexdigest()[:12]


def watches(settings: Settings) -> tuple[Watch, ...]:
    """Return the watches as detection knows them."""
    zone = settings.organisation.time_zone
    return tuple(
        Watch(
            id=watch.id,
            name=watch.name,
            match=tuple(
                MatchRule(frozenset(match.sources), match.words, match.without)
                for match in watch.match
            ),
            thresholds=_thresholds(watch),
            recipients=watch.recipients,
            time_zone=watch.time_zone or zone,
            calendar=tuple(_marker(marker, watch.time_zone or zone) for marker in watch.calendar),
            version=version_of(watch),
        )
        for watch in settings.watches
    )


def _marker(marker: sections.Marker, zone: str) -> Marker:
    return Marker(
        name=marker.name,
        begins=marker.begins_in(zone),
        ends=marker.ends_in(zone),
        times=marker.times,
    )


def _thresholds(watch: sections.Watch) -> Thresholds:
    return Thresholds(
        levels=levels_of(watch.levels),
        window=watch.window,
        hold=watch.hold,
        settle=watch.settle,
        silence=Level.VERT if watch.silence == "off" else Level[watch.silence.upper()],
    )


def levels_of(levels: sections.WatchLevels) -> dict[Level, tuple[Threshold, ...]]:
    """Return the conditions of each level as detection knows them."""
    named = {
        Level.JAUNE: levels.jaune,
        Level.ORANGE: levels.orange,
        Level.ROUGE: levels.rouge,
    }
    return {
        level: tuple(Threshold(**_given(condition)) for condition in conditions)
        for level, conditions in named.items()
    }


def _given(condition: sections.Condition) -> dict[str, Any]:
    # Not model_dump(): it would write durations as text.
    return {name: getattr(condition, name) for name in sections.Condition.model_fields}


class _Environment(EnvSettingsSource):
    """Pydantic's reading of nested variables, from a mapping that is handed in."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        super().__init__(
            cast("type[BaseSettings]", Settings),  # only its fields and configuration are read
            env_prefix=PREFIX,
            env_nested_delimiter="__",
            env_ignore_empty=True,
        )

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self._environ, case_sensitive=False, ignore_empty=True)


def _overrides(environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        return _Environment(environ)()
    except SettingsError as error:
        message = f"{PREFIX}…: {error}; lists and sections are written as JSON in variables"
        raise Misconfigured(message) from error


def _variables(environ: Mapping[str, str]) -> dict[Place, str]:
    """Return for each place that a variable sets how to call the variable.

    Raises:
        Misconfigured: a variable names no section.
    """
    named: dict[Place, str] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or not value:
            continue
        section, *keys = name.removeprefix(PREFIX).lower().split("__")
        if section not in Settings.model_fields:
            known = ", ".join(Settings.model_fields)
            message = f"variable {name}: no section `{section}`; the sections are {known}"
            raise Misconfigured(message)
        named[section, *keys] = f"variable {name}"
    return named


def _merged(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(low[key], value)
        for key, value in high.items()
        if isinstance(value, dict) and isinstance(low.get(key), dict)
    }
    return low | high | both
