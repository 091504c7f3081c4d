"""`vigie model`: what a model is, and what a switch would change, before anybody switches."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import classifiers
from classifiers.manifest import stamped
from vigie import wire
from vigie.cli import app
from vigie.errors import Misconfigured
from vigie.testing.builders import a_post, an_assessment

SHIPPED = Path(classifiers.__file__).parent / "model"
RUNNER = CliRunner(env={"LC_ALL": "fr_FR.UTF-8", "COLUMNS": "80"})
ABUSE = "T'es qu'un gros connard"
POSTS = {"insulte": ABUSE, "merci": "Merci beaucoup, vous êtes formidables", "vide": ""}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where no deployment file lies."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the shipped model, with hide thresholds that anything reaches."""
    folder = shutil.copytree(SHIPPED, tmp_path_factory.mktemp("models") / "lenient")
    configuration = json.loads((folder / "config.json").read_text("utf-8"))
    said = configuration["vigie"]
    said |= {"id": "lenient", "version": "2"}
    said["calibration"] = [{"head": "toxic", "language": "fr", "scale": 1.4, "offset": -0.3}]
    for head in said["heads"]:
        if head["threshold"]:
            head["threshold"]["value"] = 0.000001
    (folder / "config.json").write_text(json.dumps(stamped(configuration)), "utf-8")
    return folder


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an export of the assessments topic."""
    file = tmp_path_factory.mktemp("recorded") / "assessments.jsonl"
    posts = [a_post(id=f"practice:{id_}", text=text) for id_, text in POSTS.items()]
    lines = [wire.encode(an_assessment(post)) for post in posts]
    file.write_bytes(b"\n".join([*lines, b"not json"]))
    return file


def run(*arguments: str | Path) -> Result:
    """Run the command within this process."""
    return RUNNER.invoke(app, ["model", *map(str, arguments)])


@pytest.fixture(scope="module")
def compared(lenient: Path, recorded: Path) -> Result:
    """Compare the shipped model with the lenient one, for programs."""
    return run("compare", "shipped", lenient, "--file", recorded, "--json")


def test_a_comparison_counts_who_newly_reaches_the_hide_threshold(compared: Result) -> None:
    """Each model by its own thresholds; an empty text is counted as unknown."""
    told: dict[str, Any] = json.loads(compared.stdout)
    assert told["texts"] == 3
    assert told["before"]["model"]["id"] == "vigie-e5-small"
    assert told["after"]["model"]["id"] == "lenient"
    assert told["after"]["model"]["version"].startswith("2+")
    assert told["hide_threshold"]["any"] == {"before": 1, "after": 2, "newly": 1, "no_longer": 0}
    assert told["sentiment"] == {"known": 2, "same": 2}
    assert told["after"]["unknown"] == {"empty": 1, "language": 0, "model": 0}
    assert told["after"]["texts_per_second"] > 0


def test_texts_are_listed_only_where_they_are_asked_for(
    compared: Result, lenient: Path, recorded: Path
) -> None:
    """They are people's own words; ids are enough to find them."""
    ids = {change["id"] for change in json.loads(compared.stdout)["largest"]}
    assert "practice:insulte" in ids
    assert "connard" not in compared.output
    shown = run("compare", "shipped", lenient, "--file", recorded, "--show-texts")
    assert "connard" in shown.stdout


def test_a_line_that_cannot_be_read_is_named_and_the_rest_compared(compared: Result) -> None:
    """The exit status tells that something is missing."""
    assert json.loads(compared.stdout)["unreadable"] == 1
    assert "vigie: line 4 is not JSON" in compared.stderr
    assert compared.exit_code == 1


def test_a_comparison_ends_with_a_sentence(lenient: Path, recorded: Path) -> None:
    """The verdict in a line, after the tables."""
    shown = run("compare", "shipped", lenient, "--file", recorded).stdout
    assert "connard" not in shown
    last = " ".join(shown.split("changements")[-1].split())
    assert "Textes : 3 ; atteindraient un seuil de masquage : 1" in last
    assert "Même ton : 100,0 %. B va " in last
    assert max(map(len, shown.splitlines())) <= 80


def test_of_no_text_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """An empty file is no error."""
    (tmp_path / "empty.jsonl").touch()
    result = run("compare", "shipped", "shipped", "--file", "empty.jsonl")
    assert result.exit_code == 0
    assert "Il n’y avait aucun texte à comparer." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a file with --file"),
        (["--file", "x", "--from-kafka"], "not both"),
        (["--file", "x", "--since", "24h"], "give --from-kafka with it"),
        (["--from-kafka", "--since", "soon"], "--since: write a duration such as 90s"),
        (["--from-kafka"], "name its deployment file with --config"),
        (["--file", "absent"], "cannot read absent"),
    ],
)
def test_a_mistake_is_said_before_a_model_is_loaded(arguments: list[str], said: str) -> None:
    """With what to do."""
    result = run("compare", "shipped", "shipped", *arguments)
    assert isinstance(result.exception, Misconfigured)
    assert said in str(result.exception)


def test_a_model_shows_its_heads_thresholds_and_files() -> None:
    """What was measured, what was not, what is unknown."""
    shown = run("show").stdout
    assert "vigie-e5-small" in shown
    thresholds, calibration = (line for line in shown.splitlines() if "injure" in line)
    assert "✓" in thresholds
    assert "–" in thresholds
    assert "+" in calibration
    assert shown.count("intact") == 2
    assert max(map(len, shown.splitlines())) <= 80


def test_a_narrow_terminal_shows_every_head_and_language() -> None:
    """In as many tables as that takes, each with the names of the heads."""
    shown = RUNNER.invoke(app, ["model", "show"], env={"COLUMNS": "40"}).stdout
    assert max(map(len, shown.splitlines())) <= 40
    for word in ("obscénité", "identitaire", "✓", "pt"):
        assert word in shown


def test_a_changed_model_is_seen_without_loading_it(lenient: Path, tmp_path: Path) -> None:
    """Before a worker refuses to start with it."""
    folder = shutil.copytree(lenient, tmp_path / "changed")
    with (folder / "tokenizer.json").open("ab") as file:
        file.write(b" ")
    (folder / "model.onnx").unlink()
    shown = run("show", folder).stdout
    assert "modifié" in shown
    assert "absent" in shown
    assert "Calibration" in shown
    assert "1,40 −0,30" in shown


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Write the configuration of somebody else's model."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    labels = {"0": "negative", "1": "LABEL_1", "2": "[b]"}
    (folder / "config.json").write_text(json.dumps({"id2label": labels}), "utf-8")
    return folder


def test_somebody_else_s_model_shows_its_labels_and_that_it_hides_nothing(foreign: Path) -> None:
    """And what each of them means to us."""
    shown = run("show", foreign).stdout
    assert "négatif" in shown
    assert "LABEL_1" in shown
    assert "[b]" in shown
    assert "rien n’est masqué sur sa parole" in shown


def test_the_deployment_file_says_what_labels_mean(foreign: Path, tmp_path: Path) -> None:
    """Its mapping holds for the model that it names."""
    (tmp_path / "vigie.yaml").write_text(
        "organisation: {name: Sourcebelle}\n"
        "intake: {author_key: a-key-for-tests}\n"
        f"classifier: {{model: {foreign}, labels: {{LABEL_1: toxic}}}}\n",
        "utf-8",
    )
    assert "toxique" in run("show").stdout
    assert "toxique" in run("show", foreign).stdout
    assert "intact" in run("show", "shipped").stdout


def test_of_a_hugging_face_id_nothing_is_fetched() -> None:
    """Showing a model loads none."""
    shown = run("show", "owner/name")
    assert shown.exit_code == 0
    assert "Hugging Face" in shown.stdout
