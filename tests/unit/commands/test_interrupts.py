"""Ctrl-C falls between lines."""

import signal
from collections.abc import Iterator

import pytest

from vigie.commands.interrupts import interrupts_held


@pytest.fixture(autouse=True)
def _from_a_terminal() -> Iterator[None]:
    """Take Ctrl-C as Python does at a terminal: a shell's background jobs are deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_within_the_block_comes_after_it() -> None:
    """What was begun is done."""
    done: list[str] = []

    def press_while_writing() -> None:
        with interrupts_held():
            signal.raise_signal(signal.SIGINT)
            done.append("written")

    with pytest.raises(KeyboardInterrupt):
        press_while_writing()
    assert done == ["written"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_without_ctrl_c_nothing_is_different() -> None:
    """The handler is the one that was there before."""
    before = signal.getsignal(signal.SIGINT)
    with interrupts_held():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_within_the_block_passes() -> None:
    """And the handler is given back then, too."""
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(BrokenPipeError), interrupts_held():
        raise BrokenPipeError
    assert signal.getsignal(signal.SIGINT) is before
