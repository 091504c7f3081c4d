"""The examples in the docstrings are true."""

import doctest
from importlib import import_module

import pytest

MODULES = (
    "baseline",
    "entry",
    "interval",
    "negative",
    "rarity",
    "rhythm",
    "series",
    "toxic",
    "volume",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name: str) -> None:
    """Every module named here has at least one."""
    failed, tried = doctest.testmod(import_module(f"vigie.detection.{name}"))
    assert tried
    assert not failed
