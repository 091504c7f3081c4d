"""`vigie receive`: the port that faces outside, until it is interrupted."""

import asyncio
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from streams.roles import Role
from vigie.bootstrap import Bootstrap
from vigie.errors import Misconfigured
from vigie.receive.app import build_app, serve
from vigie.telemetry.logging import configure_logging
from vigie.telemetry.metrics import Metrics
from vigie.telemetry.serving import serving

if TYPE_CHECKING:
    from config.settings import Settings


def receive(settings: "Settings", host: str, port: int) -> None:
    """Serve until interrupted; its metrics stand on the port after those of the roles.

    Raises:
        Misconfigured: it is not configured, or a port is taken.
        Transient: the database or the broker does not answer.
    """
    section = settings.alerting.receive
    if section is None:
        message = "set alerting.receive: the address people reach it at, and a key for its links"
        raise Misconfigured(message)
    configure_logging("receive")
    metrics = Metrics(CollectorRegistry())
    bootstrap = Bootstrap(settings, metrics)
    try:
        with serving(metrics, settings.worker, len(Role)):
            serve(build_app(bootstrap.receiver(section)), host, port)
    finally:
        asyncio.run(bootstrap.close())
