"""Every mistake in a deployment file has its sentence."""

import re
from pathlib import Path
from typing import Any

import pytest

from config.load import load
from config.settings import Settings
from config.values import HOW_TO_WRITE
from vigie.errors import Misconfigured

FOLDER = Path(__file__).parents[2] / "data" / "config"
BAD = sorted(FOLDER.glob("bad-*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_a_mistake_is_told_with_file_line_place_and_advice(path: Path) -> None:
    """The first line of each file is a comment that holds the sentence it must cause."""
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(Misconfigured) as caught:
        load(path, {"VIGIE_AUTHOR_KEY": "a-key-for-tests"})
    assert str(caught.value).replace(str(FOLDER), "FOLDER") == f"FOLDER/{path.name}:{expected}"


def test_every_pattern_has_its_sentence() -> None:
    """Nobody is shown a regular expression."""
    patterns = set(_patterns(Settings.model_json_schema())) - {r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"}
    assert patterns
    assert patterns <= set(HOW_TO_WRITE)


def test_every_example_in_a_sentence_is_right() -> None:
    """What the sentence proposes would be accepted."""
    for pattern, advice in HOW_TO_WRITE.items():
        example = advice.removeprefix("write hours ").rsplit("such as ", 1)[1]
        assert re.search(pattern, example)


def _patterns(schema: Any) -> list[str]:  # noqa: ANN401 - a JSON schema
    if isinstance(schema, dict):
        own = [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
        return own + [found for value in schema.values() for found in _patterns(value)]
    if isinstance(schema, list):
        return [found for value in schema for found in _patterns(value)]
    return []
