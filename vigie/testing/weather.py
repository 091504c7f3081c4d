"""Bad weather between a sender and the practice servers: what goes wrong, and how often, by a seed.

What cannot be told apart by the sender happens both ways: a request whose answer never came was
taken in half of the cases, and was not in the other half.
"""

import asyncio
import random
import socket
import struct
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class Fault(StrEnum):
    """What goes wrong with one request."""

    TIME_OUT = "time-out"
    TOO_MANY = "too many"
    BROKEN = "broken"
    RESET = "reset"


STORM: Final[Mapping[Fault, float]] = {
    Fault.TIME_OUT: 0.10,
    Fault.TOO_MANY: 0.10,
    Fault.BROKEN: 0.05,
    Fault.RESET: 0.05,
}
"""The share of requests that meet each fault."""
_RETRY_AFTER_S: Final = 1


class Weather:
    """Draws the faults; `counted` says how many there were.

    `hang` is how long a request without an answer is held, in seconds: longer than its sender
    waits.
    """

    def __init__(
        self, seed: int, *, shares: Mapping[Fault, float] = STORM, hang: float = 3.0
    ) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable faults
        self._shares = shares
        self.hang = hang
        self.counted: Counter[Fault] = Counter()
        self.taken: Counter[Fault] = Counter()
        """Of those, how many requests were taken all the same."""

    def fault(self) -> tuple[Fault | None, bool]:
        """Return what goes wrong with the next request, and whether it is taken all the same."""
        at, taken = self._chance.random(), self._chance.random() < 0.5  # noqa: PLR2004 - half
        for fault, share in self._shares.items():
            at -= share
            if at < 0:
                taken = taken and fault is not Fault.TOO_MANY
                self.counted[fault] += 1
                self.taken[fault] += taken
                return fault, taken
        return None, True


class Stormy:
    """A web application in bad weather; it must be served through `Resettable`."""

    def __init__(self, app: ASGIApp, weather: Weather) -> None:
        self._app = app
        self._weather = weather

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or fail."""
        fault, taken = self._weather.fault()
        if fault is None:
            await self._app(scope, receive, send)
            return
        if taken:
            with suppress(ClientDisconnect):  # who asked may be gone already
                await self._app(scope, receive, _into_the_void)
        await self._fail(fault, scope, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault:
            case Fault.TOO_MANY:
                later = {"Retry-After": str(_RETRY_AFTER_S)}
                await PlainTextResponse("slow down", 429, headers=later)(scope, receive, send)
            case Fault.BROKEN:
                await PlainTextResponse("broken", 503)(scope, receive, send)
            case Fault.TIME_OUT | Fault.RESET:
                if fault is Fault.TIME_OUT:
                    await asyncio.sleep(self._weather.hang)
                reset(scope["state"]["transport"])
                while (await receive())["type"] != "http.disconnect":
                    pass


async def _into_the_void(message: Message) -> None:
    """Lose an answer."""


class Resettable(H11Protocol):
    """Lets an application break its connection off: `scope["state"]["transport"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Hand the connection to the application."""
        super().connection_made(transport)
        self.app_state = self.app_state | {"transport": transport}


def reset(transport: asyncio.BaseTransport) -> None:
    """End a connection by RST, as a machine that lost its power does once it is back."""
    if transport.is_closing() or not isinstance(transport, asyncio.WriteTransport):
        return
    at_once = struct.pack("ii", 1, 0)
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()
