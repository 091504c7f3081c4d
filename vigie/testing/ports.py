"""Ports that a server can come back to after it was killed."""

import secrets
import socket
from contextlib import ExitStack

LOWEST, EPHEMERAL = 10_000, 32_000
"""The system gives outgoing connections ports of its ephemeral range (Linux: 32768 and above), and
one of those could take the place of a server that restarts: so ours lie below it."""


def free_ports(count: int) -> int:
    """Return the first of `count` ports in a row that are free now."""
    while True:
        first = LOWEST + secrets.randbelow(EPHEMERAL - LOWEST - count)
        with ExitStack() as held:
            try:
                for port in range(first, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
