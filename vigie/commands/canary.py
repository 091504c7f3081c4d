"""`vigie canary`: whether what goes into the flow comes out, until it is interrupted."""

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from rich.console import Console
from rich.table import Table

from streams.roles import Role
from vigie.bootstrap.telling import lookout
from vigie.commands.interrupts import until_told
from vigie.errors import Misconfigured
from vigie.telemetry.logging import configure_logging
from vigie.telemetry.metrics import Metrics
from vigie.telemetry.serving import serving

if TYPE_CHECKING:
    from alerting.direct import Letter
    from config.settings import Settings

_PORT = len(Role) + 1
"""After those of the roles and of `vigie receive`."""


def run(settings: "Settings") -> None:
    """Let canaries go until told to end; its metrics stand on a port of their own.

    Raises:
        Misconfigured: a port is taken.
    """
    configure_logging("canary")
    metrics = Metrics(CollectorRegistry())
    with serving(metrics, settings.worker, _PORT):
        asyncio.run(_run(settings, metrics))


async def _run(settings: "Settings", metrics: Metrics) -> None:
    async with AsyncExitStack() as closing:
        await until_told(lookout(settings, metrics, closing).run())


def test(settings: "Settings", out: Console) -> bool:
    """Tell a test to everybody who would be told, print what became of it, say if all was taken.

    Raises:
        Misconfigured: nobody would be told.
    """
    if not settings.alerting.canary.tells:
        message = "nobody would be told: name people in alerting.canary.tells"
        raise Misconfigured(message)
    letters = asyncio.run(_test(settings))
    table = Table("person", "channel", "outcome")
    for letter in letters:
        person, channel = letter.pair
        table.add_row(person, channel, letter.error or "[green]accepted[/]")
    out.print(table)
    return bool(letters) and not any(letter.error for letter in letters)


async def _test(settings: "Settings") -> "list[Letter]":
    async with AsyncExitStack() as closing:
        return await lookout(settings, Metrics(CollectorRegistry()), closing).test()
