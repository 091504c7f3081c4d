"""The command line says in one sentence what is wrong and what to do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vigie.cli import app, main

RUNNER = CliRunner()
COMMANDS = [
    ["worker"],
    ["ingest"],
    ["connect"],
    ["undo"],
    ["ack"],
    ["demo"],
    ["classify"],
    ["eval"],
    ["model", "show"],
    ["model", "compare"],
    ["topics", "create"],
    ["db", "upgrade"],
    ["config", "check"],
    ["alert", "test"],
    ["practice", "platform"],
    ["practice", "mail"],
    ["practice", "sms"],
]
SETTINGS = """
organisation: {name: Sourcebelle}
intake: {author_key: a-key-for-tests}
kafka: {bootstrap: "127.0.0.1:1"}
"""


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_comes_with_an_example(command: list[str]) -> None:
    """Nobody has to guess how a command is called."""
    result = RUNNER.invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run the command as the console does; return its exit code."""
    monkeypatch.setattr("sys.argv", ["vigie", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_an_unreachable_broker_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the setting to correct, and no trace."""
    file = tmp_path / "vigie.yaml"
    file.write_text(SETTINGS, encoding="utf-8")
    assert run(["--config", str(file), "topics", "create"], monkeypatch) == 2
    said = capsys.readouterr().err
    assert "127.0.0.1:1" in said
    assert "kafka.bootstrap" in said
    assert "Traceback" not in said


def test_an_unknown_key_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """File and line lead to it."""
    file = tmp_path / "vigie.yaml"
    file.write_text(SETTINGS + "organization: {}\n", encoding="utf-8")
    assert run(["--config", str(file), "config", "check"], monkeypatch) == 2
    assert "vigie.yaml:5" in capsys.readouterr().err.replace("\n", "")


def test_the_effective_configuration_hides_secrets(tmp_path: Path) -> None:
    """It may be pasted into a question."""
    file = tmp_path / "vigie.yaml"
    file.write_text(SETTINGS, encoding="utf-8")
    shown = RUNNER.invoke(app, ["--config", str(file), "config", "check"]).output
    assert "Sourcebelle" in shown
    assert "a-key-for-tests" not in shown


def test_the_version_is_shown_without_a_command() -> None:
    """As everywhere."""
    result = RUNNER.invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.output.startswith("vigie ")


def test_what_a_person_typed_is_no_markup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Brackets in an id are shown as they are."""
    file = tmp_path / "vigie.yaml"
    file.write_text(SETTINGS, encoding="utf-8")
    assert run(["--config", str(file), "alert", "test", "[/x]"], monkeypatch) == 2
    assert "[/x]" in capsys.readouterr().err


def test_a_speed_without_as_live_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be ignored in silence otherwise."""
    file = tmp_path / "vigie.yaml"
    file.write_text(SETTINGS, encoding="utf-8")
    assert run(["--config", str(file), "ingest", "-", "--speed", "5"], monkeypatch) == 2
    assert "--as-live" in capsys.readouterr().err
