"""A Kafka broker inside this process, for the demo and for quick tests of clients.

librdkafka, which the confluent-kafka wheel carries, has a small broker that speaks Kafka over
real TCP; its Python API has no call to make topics in it, so it is reached through ctypes. It
keeps nothing over a restart, drops what exceeds about 5 MB per partition without a word, and
always picks a free port itself: whoever connects must be told `bootstrap`.
Its constants and calls: librdkafka, src/rdkafka_mock.h.
"""

import ctypes
import signal
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import confluent_kafka

from vigie.errors import Misconfigured

_PRODUCER: Final = 0
"""RD_KAFKA_PRODUCER: the kind of client handle that carries the broker."""

REBALANCE_DELAY_MS: Final = 100
"""How long a new consumer group waits for further members; the broker's own default is 3 s."""


class EmbeddedBroker:
    """One broker with these topics (name, partitions); the context manager runs it.

    Raises:
        Misconfigured: the confluent-kafka wheel of this machine does not carry the broker.
    """

    def __init__(self, topics: Iterable[tuple[str, int]]) -> None:
        self._topics = tuple(topics)
        self._library = _load()
        self._client: int | None = None
        self._cluster: int | None = None
        self.bootstrap = ""

    def __enter__(self) -> Self:
        library = self._library
        configuration = library.rd_kafka_conf_new()
        # Its log would be written over the demo's screen.
        library.rd_kafka_conf_set_log_cb(configuration, None)
        reason = ctypes.create_string_buffer(512)
        self._client = library.rd_kafka_new(_PRODUCER, configuration, reason, len(reason))
        if not self._client:
            message = f"the embedded broker did not start: {reason.value.decode()}"
            raise Misconfigured(message)
        self._cluster = library.rd_kafka_mock_cluster_new(self._client, 1)
        library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, REBALANCE_DELAY_MS)
        for name, partitions in self._topics:
            self._create(name, partitions)
        self.bootstrap = library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._client)
        self._client = self._cluster = None

    def _create(self, name: str, partitions: int) -> None:
        error = self._library.rd_kafka_mock_topic_create(
            self._cluster, name.encode(), partitions, 1
        )
        if error:
            message = f"the embedded broker refused the topic {name} (librdkafka error {error})"
            raise Misconfigured(message)


def serve(topics: Iterable[tuple[str, int]]) -> None:
    """Run the broker until SIGINT or SIGTERM; print its bootstrap string once it is up."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with EmbeddedBroker(topics) as broker:
        print(broker.bootstrap, flush=True)  # noqa: T201 - the caller reads it
        ended.wait()


def _load() -> ctypes.CDLL:
    package = Path(confluent_kafka.__file__).parent
    places = (package.parent / "confluent_kafka.libs", package / ".dylibs")
    found = [path for place in places for path in sorted(place.glob("librdkafka*"))]
    if not found:
        message = (
            "the installed confluent-kafka does not carry librdkafka: install it as a wheel"
            " (Linux or macOS), or set kafka.bootstrap to a real broker"
        )
        raise Misconfigured(message)
    return _declared(ctypes.CDLL(str(found[0])))


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """Declare the calls: without that ctypes would cut pointers to 32 bits."""
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    calls: dict[str, tuple[type | None, list[type]]] = {
        "rd_kafka_conf_new": (pointer, []),
        "rd_kafka_conf_set_log_cb": (None, [pointer, pointer]),
        "rd_kafka_new": (pointer, [number, pointer, text, ctypes.c_size_t]),
        "rd_kafka_destroy": (None, [pointer]),
        "rd_kafka_mock_cluster_new": (pointer, [pointer, number]),
        "rd_kafka_mock_cluster_destroy": (None, [pointer]),
        "rd_kafka_mock_cluster_bootstraps": (text, [pointer]),
        "rd_kafka_mock_topic_create": (number, [pointer, text, number, number]),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [pointer, ctypes.c_int32]),
    }
    for name, (result, arguments) in calls.items():
        call = getattr(library, name)
        call.restype, call.argtypes = result, arguments
    return library
