"""What docs/models.md shows can be copied."""

import re
from pathlib import Path

import pytest
import yaml

from config.settings import Classifier

PAGE = (Path(__file__).parents[3] / "docs" / "models.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_section_that_can_be_loaded(example: str) -> None:
    """With keys that exist and values of their kind."""
    section = Classifier.model_validate(yaml.safe_load(example)["classifier"])
    assert section.model


def test_the_page_has_an_example_of_everything() -> None:
    """One line, a mapping, a second model."""
    sections = [Classifier.model_validate(yaml.safe_load(one)["classifier"]) for one in EXAMPLES]
    assert any(section.labels for section in sections)
    assert any(section.also for section in sections)
    assert any(section == Classifier(model=section.model) for section in sections)
