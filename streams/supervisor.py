"""One child process per role, started again when it dies, stopped together.

It knows no Faust, so that the process that watches stays small.
"""

import asyncio
import logging
import signal
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress

from streams.backoff import Backoff
from streams.roles import Role

logger = logging.getLogger(__name__)

HEALTHY_S = 30.0
"""A child that lived so long had no trouble starting: the next pause is the first again."""
GRACE_S = 30.0
"""A child that does not end by itself after SIGTERM is killed then."""
BACKOFF = Backoff(first=0.5, longest=10.0)


def supervise(roles: Sequence[Role], argv_for_role: Callable[[Role], Sequence[str]]) -> int:
    """Run every role in its own process until SIGTERM or SIGINT; return 0 when all have ended."""
    asyncio.run(_supervise(roles, argv_for_role))
    return 0


async def _supervise(roles: Sequence[Role], argv_for_role: Callable[[Role], Sequence[str]]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await asyncio.gather(*(_keep(role, argv_for_role(role), stopping) for role in roles))


async def _keep(role: Role, argv: Sequence[str], stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    pauses = iter(BACKOFF)
    while not stopping.is_set():
        child = await asyncio.create_subprocess_exec(*argv)
        logger.info("started role=%s pid=%d", role, child.pid)
        begun = loop.time()
        if await _ended(child, stopping):
            if loop.time() - begun >= HEALTHY_S:
                pauses = iter(BACKOFF)
            pause = next(pauses)
            logger.error("died role=%s code=%s pause=%gs", role, child.returncode, pause)
            await _sleep(pause, stopping)
        else:
            await _stop(child, role)


async def _ended(child: Process, stopping: asyncio.Event) -> bool:
    """Wait; True when the child ended by itself, False when it is to be stopped."""
    ended = asyncio.ensure_future(child.wait())
    told = asyncio.ensure_future(stopping.wait())
    await asyncio.wait([ended, told], return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    return ended.done() and not stopping.is_set()


async def _stop(child: Process, role: Role) -> None:
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), GRACE_S)
    except TimeoutError:
        logger.error("killed role=%s: it did not end within %gs", role, GRACE_S)  # noqa: TRY400
        child.kill()
        await child.wait()


async def _sleep(pause: float, stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), pause)
    except TimeoutError:
        return
