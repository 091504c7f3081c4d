"""The examples in the docstrings are true."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["baseline", "entry", "interval", "negative", "toxic", "volume"])
def test_the_examples_hold(name: str) -> None:
    """Every module named here has at least one."""
    failed, tried = doctest.testmod(import_module(f"vigie.detection.{name}"))
    assert tried
    assert not failed
