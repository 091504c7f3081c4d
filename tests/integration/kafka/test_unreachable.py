"""A broker that is not there is a clear sentence, soon."""

import socket
import time

import pytest

from config.settings import Kafka
from vigie.errors import Misconfigured, Transient, VigieError
from vigie.kafka.connection import require_broker
from vigie.kafka.producer import PostWriter
from vigie.kafka.topics import create


def test_nobody_listens() -> None:
    """Both commands name the address and the setting at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = f"127.0.0.1:{taken.getsockname()[1]}"
    for attempt in (lambda: create(Kafka(bootstrap=free)), lambda: _write(free)):
        began = time.monotonic()
        with pytest.raises(Transient) as refusal:
            attempt()
        assert time.monotonic() - began < 5
        assert str(refusal.value) == (
            f"no Kafka broker answers at {free} (Connection refused):"
            " start it, or correct kafka.bootstrap"
        )


def test_one_of_several_servers_is_enough() -> None:
    """A cluster of which a node is down is reachable; here the second is not Kafka, but there."""
    with socket.create_server(("127.0.0.1", 0)) as dead:
        gone = dead.getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as there:
        both = f"127.0.0.1:{gone}, 127.0.0.1:{there.getsockname()[1]}"
        require_broker(Kafka(bootstrap=both))


@pytest.mark.parametrize("bootstrap", ["kafka", "kafka:port", ""])
def test_an_address_that_is_none_is_a_mistake_in_the_settings(bootstrap: str) -> None:
    """Waiting would not help."""
    with pytest.raises(Misconfigured, match="is not host:port"):
        _write(bootstrap)


def test_the_embedded_broker_makes_its_topics_itself() -> None:
    """It has no call for it; the sentence says so instead of a protocol error."""
    with pytest.raises(VigieError, match=r"kafka\.embedded"):
        create(Kafka(embedded=True))


def _write(bootstrap: str) -> None:
    PostWriter(Kafka(bootstrap=bootstrap), source="/test").close()
