"""Where Prometheus asks a process for its metrics."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from config.settings import Worker
from vigie.errors import Misconfigured
from vigie.telemetry.metrics import Metrics


@contextmanager
def serving(metrics: Metrics, worker: Worker, number: int) -> Iterator[None]:
    """Serve the metrics of process `number` on its port; port 0 in the settings means nowhere.

    Raises:
        Misconfigured: the port is taken.
    """
    if worker.metrics_port == 0:
        yield
        return
    port = worker.metrics_port + number
    try:
        server, thread = start_http_server(port, worker.metrics_host, metrics.registry)
    except OSError as error:
        message = f"port {port} for metrics is taken ({error.strerror}): set worker.metrics_port"
        raise Misconfigured(message) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
