"""How this room reaches a broker, and what the broker's errors mean to a caller."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any, Final

from kafka.errors import KafkaError  # type: ignore[import-untyped]

from config.settings import Kafka
from vigie.errors import Misconfigured, Transient

CONNECT_TIMEOUT: Final = timedelta(seconds=3)
"""A broker that does not accept a connection within this is away."""

ANSWER_TIMEOUT: Final = timedelta(seconds=10)
"""How long one request, and finding a topic, may take."""

RECONNECT_WITHIN: Final = timedelta(seconds=1)
"""Longest pause between two tries to connect; the client's own 30 s outlast most outages."""

EMBEDDED_VERSION: Final = (2, 3)
"""What the embedded broker speaks; asked for its version it does not answer."""


def client_arguments(kafka: Kafka) -> dict[str, Any]:
    """Return the arguments that every kafka-python client takes."""
    answer_ms = int(ANSWER_TIMEOUT / timedelta(milliseconds=1))
    arguments: dict[str, Any] = {
        "bootstrap_servers": _servers(kafka),
        "bootstrap_timeout_ms": answer_ms,
        "request_timeout_ms": answer_ms,
        "reconnect_backoff_max_ms": int(RECONNECT_WITHIN / timedelta(milliseconds=1)),
        "client_id": "vigie",
    }
    if kafka.embedded:
        arguments["api_version"] = EMBEDDED_VERSION
    return arguments


def require_broker(kafka: Kafka) -> None:
    """Return when one of the bootstrap servers accepts a connection.

    The client itself tries for long, in silence or with many lines; this answers at once.

    Raises:
        Transient: none does; the sentence names them and the setting.
    """
    problems = [problem for server in _servers(kafka) if (problem := _problem(server))]
    if len(problems) == len(_servers(kafka)):
        message = (
            f"no Kafka broker answers at {kafka.bootstrap} ({problems[0]}):"
            " start it, or correct kafka.bootstrap"
        )
        raise Transient(message)


@contextmanager
def translated(kafka: Kafka) -> Iterator[None]:
    """Turn Kafka's errors into ours.

    Raises:
        Transient: the broker may do it when asked again.
        Misconfigured: it will not.
    """
    try:
        yield
    except KafkaError as error:
        if error.retriable:
            message = (
                f"the Kafka broker at {kafka.bootstrap} does not answer in time ({_name(error)})"
            )
            raise Transient(message) from error
        message = f"the Kafka broker at {kafka.bootstrap} refused: {_name(error)}"
        raise Misconfigured(message) from error


def _name(error: KafkaError) -> str:
    """Return kind and description; the error's own text repeats the whole request."""
    description = getattr(error, "description", None)
    kind = type(error).__name__
    return f"{kind}: {description}" if description else kind


def _servers(kafka: Kafka) -> list[str]:
    return [server.strip() for server in kafka.bootstrap.split(",")]


def _problem(server: str) -> str | None:
    host, _, port = server.rpartition(":")
    try:
        address = (host.strip("[]"), int(port))
        with closing(socket.create_connection(address, CONNECT_TIMEOUT.total_seconds())):
            return None
    except ValueError:
        message = f"kafka.bootstrap: {server} is not host:port"
        raise Misconfigured(message) from None
    except OSError as error:
        return error.strerror or str(error)
