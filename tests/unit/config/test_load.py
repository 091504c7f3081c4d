"""The deployment file: what loads, what overrides it, and what never shows."""

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.document import parse
from config.load import levels_of, load, redacted, version_of, watches
from config.settings import Settings, shipped_levels
from vigie.domain.action import Mode
from vigie.domain.incident import Level
from vigie.errors import Misconfigured

EXAMPLE = Path(__file__).parents[3] / "config" / "example.yaml"
SECRETS = {
    "VIGIE_AUTHOR_KEY": "secret-author-key",
    "VIGIE_PRACTICE_TOKEN": "secret-practice-token",
    "VIGIE_SMS_TOKEN": "secret-sms-token",
    "VIGIE_LINK_KEY": "secret-link-key-of-32-letters-xx",
}


@pytest.fixture
def settings() -> Settings:
    """Return the example's settings."""
    return load(EXAMPLE, SECRETS)


def written(folder: Path, text: str) -> Path:
    """Write a deployment file with the two required sections and this text."""
    path = folder / "vigie.yaml"
    required = "organisation: {name: Sourcebelle}\nintake: {author_key: a-key-for-tests}\n"
    path.write_text(required + text, encoding="utf-8")
    return path


def test_the_example_loads_and_hides_nothing_by_itself(settings: Settings) -> None:
    """A copy of the example starts in shadow mode, with two people to tell."""
    assert settings.moderation.mode is Mode.SHADOW
    assert [person.id for person in settings.alerting.people] == ["amina", "bastien"]
    assert settings.intake.author_key.get_secret_value() == "secret-author-key"


def test_watches_become_domain_values(settings: Settings) -> None:
    """Levels, match rules, the organisation's time zone and the version reach detection."""
    watch, campaign = watches(settings)
    shipped = watch.thresholds
    assert shipped.levels == levels_of(shipped_levels())
    assert shipped.levels[Level.ORANGE][0].against_once_in == timedelta(days=60)
    assert shipped.windows == (timedelta(minutes=15), timedelta(hours=2))
    own = campaign.thresholds.levels
    assert [len(own[level]) for level in list(Level)[1:]] == [1, 1, 2]
    assert own[Level.ROUGE][1].toxic_share == 0.3
    (marker,) = watch.calendar
    assert (marker.times, marker.begins) == (4.0, datetime(2026, 12, 1, 7, tzinfo=UTC))
    assert campaign.time_zone == "Europe/Paris"
    assert campaign.recipients == ("bastien", "amina")
    assert watch.match[0].matches("practice-page", "any text")
    assert watch.version != campaign.version


def test_the_version_of_a_watch_changes_with_its_rules_only(settings: Settings) -> None:
    """The same rules have the same version, one changed threshold has another."""
    watch = settings.watches[0]
    changed = watch.model_copy(update={"hold": watch.hold * 2})
    assert version_of(watch) == version_of(watch.model_copy())
    assert version_of(changed) != version_of(watch)


def test_no_secret_is_shown(settings: Settings) -> None:
    """The redacted settings are YAML that holds the names of secrets and none of their values."""
    shown = redacted(settings)
    assert "secret-" not in shown
    assert yaml.safe_load(shown)["intake"]["author_key"].strip("*") == ""
    assert yaml.safe_load(shown)["watches"][0]["window"] == "15m"


def test_a_variable_overrides_the_file() -> None:
    """Nested names, numbers and durations are read as in the file."""
    variables = {
        "VIGIE__KAFKA__BOOTSTRAP": "broker:9092",
        "VIGIE__ALERTING__EMAIL__PORT": "25",
        "VIGIE__DETECTION__TICK": "2s",
        "VIGIE__MODERATION__MODE": "review",
        "VIGIE__ALERTING__EMAIL__USERNAME": "",
    }
    settings = load(EXAMPLE, SECRETS | variables)
    assert settings.kafka.bootstrap == "broker:9092"
    assert settings.alerting.email is not None
    assert (settings.alerting.email.port, settings.alerting.email.username) == (25, None)
    assert settings.detection.tick.total_seconds() == 2
    assert settings.moderation.mode is Mode.REVIEW


def test_a_list_is_written_as_json_in_a_variable(tmp_path: Path) -> None:
    """A whole list may come from outside, and its mistakes name the variable."""
    path = written(tmp_path, "")
    sources = {"VIGIE__SOURCES": '[{"id": "page", "platform": "practice"}]'}
    assert load(path, sources).sources[0].id == "page"
    twice = '[{"id": "page", "platform": "practice"}, {"id": "page", "platform": "practice"}]'
    with pytest.raises(Misconfigured, match=r"^variable VIGIE__SOURCES: sources\[1\]\.id: `page`"):
        load(path, {"VIGIE__SOURCES": twice})
    with pytest.raises(Misconfigured, match="written as JSON in variables"):
        load(path, {"VIGIE__SOURCES": "[page"})


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("VIGIE__KAFKA__BOTSTRAP", "kafka.botstrap: unknown key; did you mean `bootstrap`?"),
        ("VIGIE__KAFKA__PARTITIONS", "kafka.partitions: the value should be a valid integer"),
        ("VIGIE__KAFKAA__PARTITIONS", "no section `kafkaa`; the sections are organisation, "),
    ],
)
def test_a_mistaken_variable_is_named(tmp_path: Path, variable: str, sentence: str) -> None:
    """The sentence says which variable to correct, not which line."""
    with pytest.raises(Misconfigured) as caught:
        load(written(tmp_path, ""), {variable: "x"})
    assert str(caught.value).startswith(f"variable {variable}: {sentence}")


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """The file's text without its last line break replaces the reference, also inside a URL."""
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")
    path = written(tmp_path, "database: {url: 'postgresql+psycopg://v:${file:password}@db/v'}")
    url = load(path, {}).database.url.get_secret_value()
    assert url == "postgresql+psycopg://v:hunter2@db/v"


def test_an_empty_variable_is_no_secret(tmp_path: Path) -> None:
    """A compose file hands unset variables on as empty ones; an empty key would hash nothing."""
    path = written(tmp_path, "database: {url: '${VIGIE_DATABASE_URL}'}")
    with pytest.raises(Misconfigured, match="VIGIE_DATABASE_URL is not set"):
        load(path, {"VIGIE_DATABASE_URL": ""})


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Somebody who corrects a file learns everything in one go, one line each."""
    path = written(tmp_path, "kafka:\n  partitions: 0\n  replicas: 1\n")
    with pytest.raises(Misconfigured) as caught:
        load(path, {})
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == [
        f"{path}:4",
        f"{path}:5",
    ]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """The operator is told which file and which option."""
    with pytest.raises(Misconfigured, match=r"vigie\.yaml: cannot be read .* --config"):
        load(tmp_path / "vigie.yaml", {})


@given(st.text(max_size=200))
def test_any_text_is_read_or_is_a_told_mistake(text: str) -> None:
    """Whatever a file holds, the reader sees a sentence, never a traceback."""
    with contextlib.suppress(Misconfigured):
        parse(text, Path("vigie.yaml"), {})
