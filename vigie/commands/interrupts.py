"""Ctrl-C between lines, never within one."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block; call it from the main thread.

    Raises:
        KeyboardInterrupt: somebody pressed it meanwhile.
    """
    pressed: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        del frame
        pressed.append(number)

    previous = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if pressed:
        raise KeyboardInterrupt
