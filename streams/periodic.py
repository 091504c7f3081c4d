"""Work that is done every so often, on the edge of its role."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from streams.edge import Edge
from streams.failure import Failure

PATIENCE_S = 10.0
"""A round that is under way when the role is told to stop may take this long to end."""


@dataclass(slots=True)
class Periodic:
    """One piece of work, never overlapping itself; what fails is tried again in the next round.

    Stopping a timer cancels it in the middle: an alert half sent is the worst of both, so a round
    runs in its own task and `finish` waits for it.
    """

    edge: Edge
    work: Callable[[], Awaitable[object]]
    due: Callable[[], bool] = lambda: True
    _round: asyncio.Task[Failure | None] | None = field(default=None, init=False)

    async def __call__(self) -> None:
        """Do one round if it is due."""
        self.begin()
        if self._round is not None:
            await asyncio.shield(self._round)

    def begin(self) -> None:
        """Begin a round if it is due and none is under way."""
        if self.due() and (self._round is None or self._round.done()):
            self._round = asyncio.create_task(self.edge.attempt(self.work))

    async def finish(self) -> None:
        """Wait for the round under way."""
        if self._round is not None:
            await asyncio.wait([self._round], timeout=PATIENCE_S)
