"""`vigie eval` on labelled texts: every figure printed, pictures and a JSON file written."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from classifiers.evaluation.figures import Report
from tests.models.tiny import write_vigie_model
from vigie.cli import app, main

RUNNER = CliRunner()
KIND = ("Merci à toute l'équipe, vous êtes formidables", "Le rapport annuel est en ligne")
HARSH = ("T'es qu'un gros connard", "Ferme ta gueule espèce d'ordure")


def write(path: Path, *lines: dict[str, Any]) -> Path:
    """Write labelled texts."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Write 40 French texts, half of them abuse, from two sources, and one in Spanish."""
    french = [
        {
            "text": f"{(HARSH if n % 2 else KIND)[n % 4 // 2]} {n}", "lang": "fr",
            "source": f"page {n % 3 // 2}", "sentiment": "negative" if n % 2 else "positive",
            "labels": {"toxic": n % 2, "insult": None}, "function": "insult" if n % 2 else "",
        }
        for n in range(40)
    ]  # fmt: skip
    spanish = {"text": "Gracias por todo", "lang": "es", "labels": ["toxic"]}
    return write(tmp_path / "labelled.jsonl", *french, spanish)


def test_figures_are_printed_and_written(labelled: Path, tmp_path: Path) -> None:
    """With the model that ships; the file of figures is what the tables were made from."""
    out = tmp_path / "new" / "out"
    arguments = ["eval", str(labelled), "--model", "shipped", "--out", str(out)]
    shown = RUNNER.invoke(app, arguments, env={"LC_ALL": "en_GB.UTF-8"})
    assert shown.exit_code == 0, shown.output
    report = msgspec.json.decode((out / "figures.json").read_bytes(), type=Report)
    (toxic,) = (one for one in report.heads if one.slice.language == "fr" and not one.slice.name)
    assert (toxic.positives, toxic.negatives) == (20, 20)
    assert toxic.auc is not None
    assert toxic.auc.value > 0.9
    assert "interval" in shown.stdout
    assert f"{100 * toxic.auc.value:.1f} [" in shown.stdout
    for row in (r"fr +page 0 ", r"fr +page 1 ", r"insult +abuse ", r"es +toxic "):
        assert re.search(rf"^{row}", shown.stdout, re.MULTILINE)
    for name in ("confusion.png", "false-alarms.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")
        assert name in shown.stdout.replace("\n", "")


def test_texts_are_neither_printed_nor_written(labelled: Path, tmp_path: Path) -> None:
    """People's words stay in their file."""
    out = tmp_path / "out"
    shown = RUNNER.invoke(app, ["eval", str(labelled), "--out", str(out)])
    for word in ("connard", "formidables"):
        assert word not in shown.output
        assert word not in (out / "figures.json").read_text("utf-8")


def test_any_model_can_be_measured(labelled: Path, tmp_path: Path) -> None:
    """Here one that answers by rote: it finds nothing, and its target is never measured."""
    model = write_vigie_model(tmp_path / "tiny")
    out = tmp_path / "out"
    RUNNER.invoke(app, ["eval", str(labelled), "--model", str(model), "--out", str(out)])
    report = msgspec.json.decode((out / "figures.json").read_bytes(), type=Report)
    assert (report.model, report.rows) == ("tiny", 41)
    assert report.heads[0].auc is not None
    assert report.heads[0].auc.value == 0.5
    assert {(one.head, one.language) for one in report.silences} >= {("toxic", "es")}


def test_french_figures_are_printed_in_french(labelled: Path, tmp_path: Path) -> None:
    """As everything that a person reads."""
    arguments = ["eval", str(labelled), "--out", str(tmp_path / "out")]
    shown = RUNNER.invoke(app, arguments, env={"LC_ALL": "fr_FR.UTF-8"})
    assert "intervalle à 95\u202f%" in shown.output
    assert "toxique" in shown.output


def sentence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """Run the command as the console does; return what it said of its caller's mistake."""
    monkeypatch.setattr("sys.argv", ["vigie", "eval", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return " ".join(said.split())


def test_a_bad_line_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before any model is loaded."""
    file = write(tmp_path / "bad.jsonl", {"text": "a", "lang": "fr", "sentiment": "sad"})
    assert "bad.jsonl:1: sentiment is one of negative, neutral, positive" in sentence(
        [str(file)], monkeypatch, capsys
    )


def test_a_folder_that_cannot_be_written_is_named(
    labelled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file stands where the folder should be."""
    said = sentence([str(labelled), "--out", str(labelled)], monkeypatch, capsys)
    assert "name a folder with --out" in said


def test_without_the_extra_the_command_says_what_to_install(labelled: Path, tmp_path: Path) -> None:
    """A server that serves posts needs neither scikit-learn nor matplotlib."""
    code = f"""
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sklearn", "scipy", "matplotlib"):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name.partition(".")[0])
sys.meta_path.insert(0, Absent())
sys.argv = ["vigie", "eval", {str(labelled)!r}]
from vigie.cli import main
main()
"""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2, run.stderr
    assert "install Vigie with its extra `eval`" in " ".join(run.stderr.split())
