"""The README says what is true: its table, its example, its commands and its links."""

import re
from pathlib import Path

import pytest
import yaml

from config.load import load
from streams.roles import TRAFFIC
from vigie.topics import DEAD_LETTERS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
VARIABLES = {"VIGIE_AUTHOR_KEY": "a-key-for-tests", "VIGIE_PRACTICE_TOKEN": "token"}


def section(title: str) -> str:
    """Return the text below a heading of the README."""
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_table_of_roles_is_what_the_roles_read_and_write() -> None:
    """Dead letters, which every role may write, are left out of the table."""
    rows = re.findall(r"^\| (\w+) \| ([^|]*) \| ([^|]*) \|$", section("How it works"), re.MULTILINE)
    table = {role: (reads, writes) for role, reads, writes in rows if role != "role"}
    expected = {
        role.value: (
            ", ".join(traffic.reads),
            ", ".join(topic for topic in traffic.writes if topic != DEAD_LETTERS) or "–",
        )
        for role, traffic in TRAFFIC.items()
    }
    assert table == expected


def test_the_example_configuration_loads(tmp_path: Path) -> None:
    """A newcomer may copy it as it stands."""
    (example,) = re.findall(r"```yaml\n(.*?)```", section("Configure"), re.DOTALL)
    file = tmp_path / "vigie.yaml"
    file.write_text(example, encoding="utf-8")
    settings = load(file, VARIABLES)
    assert settings.organisation.name == yaml.safe_load(example)["organisation"]["name"]


def test_every_make_target_that_is_named_exists() -> None:
    """`make x` in the text is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets


def test_the_sections_come_in_the_promised_order() -> None:
    """From the flow to the licence."""
    assert re.findall(r"^## (.+)$", README, re.MULTILINE) == [
        "The flow",
        "Try it",
        "What you see",
        "Configure",
        "How it works",
        "Safety and privacy",
        "Measured quality, and its limits",
        "Develop",
        "Licence",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links between files of the project are not broken."""
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_left_to_be_filled_in(page: Path) -> None:
    """No placeholder, and no generated block that was never generated."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"@[A-Z]+@", text) == []
    assert not re.search(r"<!-- begin: [^>]*-->\s*<!-- end:", text)
