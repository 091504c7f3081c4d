"""The examples in the docstrings are true."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import vigie.detection

ROOM = Path(vigie.detection.__file__).parent
MODULES = sorted(
    path.relative_to(ROOM).with_suffix("").as_posix().replace("/", ".")
    for path in ROOM.rglob("*.py")
    if ">>> " in path.read_text("utf-8")
)


def test_every_detector_has_an_example() -> None:
    """One folder, one example each."""
    detectors = {f"detectors.{path.stem}" for path in (ROOM / "detectors").glob("[a-z]*.py")}
    assert detectors
    assert detectors <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name: str) -> None:
    """Every module named here has at least one."""
    failed, tried = doctest.testmod(import_module(f"vigie.detection.{name}"))
    assert tried
    assert not failed
