"""Runs a web application on a free port of this machine, so that tests speak real HTTP."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

START_WITHIN_S = 10.0
"""A server that is not up by then will not come."""


@contextmanager
def running(app: ASGIApp, *, protocol: type[asyncio.Protocol] | None = None) -> Iterator[str]:
    """Serve the application from a thread and yield its base URL; `protocol` speaks HTTP."""
    config = uvicorn.Config(app, http=protocol or "auto", log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    # The protocol is named because asyncio sets TCP_NODELAY only where it is: 40 ms per answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        _wait(server)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _wait(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while not server.started:
        if time.monotonic() > deadline:
            message = f"the server did not start within {START_WITHIN_S:.0f} s"
            raise TimeoutError(message)
        time.sleep(0.005)
