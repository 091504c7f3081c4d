"""One role in this process: its metrics, its broker, its app, its end.

The app is started without Faust's own worker, which would take over logging and the event loop.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from threading import Timer
from typing import Any

import faust
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]
from prometheus_client import CollectorRegistry

from config.settings import Settings
from streams.app import build_app
from streams.broker import wait_for_kafka
from streams.roles import Role
from vigie.pipeline import Pipeline
from vigie.ports import Clock
from vigie.telemetry.metrics import Metrics
from vigie.telemetry.serving import serving

logger = logging.getLogger(__name__)

STOP_WITHIN_S = 15.0
"""Half a second is usual; a round under way may take `streams.periodic.PATIENCE_S` of it."""

CHATTY = ("faust", "mode", "aiokafka")
"""Libraries that tell of every partition and every heartbeat at level INFO."""


Build = Callable[[Settings, str, Metrics], AbstractAsyncContextManager[tuple[Pipeline, Clock]]]
"""Open what a role leans on, for as long as it runs: `vigie.bootstrap` does."""


def run_role(settings: Settings, role: Role, build: Build) -> int:
    """Run the role until a signal ends it; return the exit code, 1 after a crash.

    Raises:
        Misconfigured: the metrics port is taken, or `build` refuses the settings.
    """
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Faust makes its folder, but not the one above.
    settings.worker.data_dir.mkdir(parents=True, exist_ok=True)
    metrics = Metrics(CollectorRegistry())
    force = Timer(STOP_WITHIN_S, _end_by_force)
    force.daemon = True
    try:
        with serving(metrics, settings.worker, list(Role).index(role)):
            return asyncio.run(_run(settings, role, build, metrics, force))
    finally:
        force.cancel()


def _end_by_force() -> None:
    """End although the broker is away: Faust would wait for it, and what is undone is repeated."""
    logger.error("ended by force: stopping took more than %gs", STOP_WITHIN_S)
    os._exit(1)


async def _run(settings: Settings, role: Role, build: Build, metrics: Metrics, force: Timer) -> int:
    told = _told_to_stop()
    async with build(settings, role, metrics) as (pipeline, clock):
        if not await _done_before(told, wait_for_kafka(settings.kafka, role)):
            return 0
        app = build_app(settings, pipeline, role, clock=clock, metrics=metrics)
        return await _until_stopped(app, told, force)


async def _until_stopped(app: faust.App, told: asyncio.Event, force: Timer) -> int:
    group = app.conf.id
    logger.info("starting group=%s", group)
    try:
        if await _done_before(told, app.start()):
            logger.info("ready group=%s", group)
            await _done_before(told, app.wait_until_stopped())
    except KafkaError as error:
        logger.error("ended group=%s error=%s", group, type(error).__name__)  # noqa: TRY400
        return 1
    finally:
        force.start()
        await app.stop()
    if app.crash_reason is not None:
        logger.error("crashed group=%s error=%s", group, type(app.crash_reason).__name__)
        return 1
    logger.info("ended group=%s", group)
    return 0


def _told_to_stop() -> asyncio.Event:
    """Return what SIGTERM and SIGINT set."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    return told


async def _done_before(told: asyncio.Event, work: Coroutine[Any, Any, object]) -> bool:
    """Do the work unless told to stop meanwhile; say whether it was done."""
    doing, stopping = asyncio.create_task(work), asyncio.create_task(told.wait())
    await asyncio.wait([doing, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not doing.done():
        doing.cancel()
        return False
    doing.result()
    return True
