"""The board and the alert rules name only what exists, and say it in proper French."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.grafana.build import PATH, built
from vigie.telemetry.reference import catalogue

ROOT = Path(__file__).parents[2]
BOARD: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
SERIES = {series: metric for metric in catalogue() for series in metric.series}
NAME = re.compile(r"\bvigie_[a-z_]+\b")
ADDED_BY_PROMETHEUS = {"job", "instance", "role", "le"}
"""Labels that stand in no catalogue: `role` is given to each target of prometheus.yml."""


def expressions(panel: dict[str, Any]) -> list[str]:
    """Return the PromQL of a panel."""
    return [target["expr"] for target in panel["targets"] if "expr" in target]


def title_of(panel: dict[str, Any]) -> str:
    """Return what a test is called after."""
    return str(panel["title"])


def test_the_committed_board_is_the_built_one() -> None:
    """If this fails, run `python config/grafana/build.py` and commit what it wrote."""
    assert PATH.read_text(encoding="utf-8") == built()


@pytest.mark.parametrize("panel", PANELS, ids=title_of)
def test_a_panel_says_what_it_shows_in_which_unit_from_where(panel: dict[str, Any]) -> None:
    """Title, description, unit, and a data source that is a variable of the board."""
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    variables = {f"${{{entry['name']}}}" for entry in BOARD["templating"]["list"]}
    assert panel["datasource"]["uid"] in variables
    assert panel["targets"]


@pytest.mark.parametrize("panel", PANELS, ids=title_of)
def test_a_panel_asks_only_for_metrics_and_labels_of_the_catalogue(panel: dict[str, Any]) -> None:
    """A renamed metric breaks this test before it empties a panel."""
    for target in panel["targets"]:
        names = NAME.findall(target.get("expr", ""))
        assert set(names) <= set(SERIES)
        labels = {label for name in names for label in SERIES[name].labels} | ADDED_BY_PROMETHEUS
        shown = re.findall(r"{{(\w+)}}", target.get("legendFormat", ""))
        grouped = re.findall(r"by \(([^)]*)\)", target.get("expr", ""))
        asked = {label.strip() for group in grouped for label in group.split(",")}
        assert set(shown) | asked <= labels


def test_panels_lie_side_by_side_and_have_their_own_ids() -> None:
    """Nothing covers anything, nothing is wider than the board."""
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(set(ids)) == len(ids)
    covered: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        x, y, w, h = (panel["gridPos"][side] for side in "xywh")
        cells = {(column, line) for column in range(x, x + w) for line in range(y, y + h)}
        assert x + w <= 24
        assert not cells & covered, panel["title"]
        covered |= cells


def test_every_metric_is_on_the_board() -> None:
    """What is measured is shown: a metric nobody sees should not exist."""
    text = " ".join(expression for panel in PANELS for expression in expressions(panel))
    shown = {SERIES[name].name for name in NAME.findall(text)}
    assert shown == {metric.name for metric in catalogue()}


def test_rules_ask_only_for_metrics_of_the_catalogue() -> None:
    """An alert on a metric that does not exist would never fire."""
    rules = yaml.safe_load((ROOT / "config/prometheus/rules.yml").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    assert {name for expr in asked for name in NAME.findall(expr)} <= set(SERIES)


def test_pages_name_only_metrics_of_the_catalogue() -> None:
    """README and docs speak of series as Prometheus shows them, or of a histogram by its name."""
    known = set(SERIES) | {metric.name for metric in catalogue() if metric.type == "histogram"}
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        assert set(NAME.findall(page.read_text(encoding="utf-8"))) <= known, page.name


def texts() -> list[str]:
    """Return everything that is written on the board."""
    rows = [panel["title"] for panel in BOARD["panels"]]
    says = [panel["description"] for panel in PANELS]
    labels = [entry["label"] for entry in BOARD["templating"]["list"]]
    return [BOARD["title"], BOARD["description"], *rows, *says, *labels]


@pytest.mark.parametrize("text", texts())
def test_french_is_set_as_it_should_be(text: str) -> None:
    """Narrow no-break spaces before high punctuation and inside guillemets; curly apostrophes."""
    assert not re.search(r"[^\u202f][:;!?%»]", text)
    assert not re.search(r"«[^\u202f]", text)
    assert "'" not in text
    assert "..." not in text


def test_a_level_is_never_shown_by_colour_alone() -> None:
    """Each level and each role's state has its word."""
    for title in ("Niveau", "Rôles"):
        (panel,) = (panel for panel in PANELS if panel["title"] == title)
        (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
        assert all(result["text"].strip() for result in mapping["options"].values())
    levels = [result["text"] for result in _levels().values()]
    assert levels == ["VERT", "JAUNE", "ORANGE", "ROUGE"]


def _levels() -> dict[str, dict[str, str]]:
    (panel,) = (panel for panel in PANELS if panel["title"] == "Niveau")
    options: dict[str, dict[str, str]] = panel["fieldConfig"]["defaults"]["mappings"][0]["options"]
    return options


def test_provisioning_matches_the_board() -> None:
    """Grafana is given a data source of each kind that the board asks for."""
    folder = ROOT / "config" / "grafana" / "provisioning" / "datasources"
    given = yaml.safe_load((folder / "vigie.yml").read_text(encoding="utf-8"))["datasources"]
    asked = {e["query"] for e in BOARD["templating"]["list"] if e["type"] == "datasource"}
    assert {source["type"] for source in given} == asked
