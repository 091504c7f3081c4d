"""Whether the broker is there with the topics a role needs; waiting for it, one line per try."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import closing

from aiokafka.client import AIOKafkaClient  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from config.settings import Kafka
from streams.backoff import Backoff
from streams.roles import TRAFFIC, Role
from vigie.topics import TALLIES_CHANGELOG, Topics

logger = logging.getLogger(__name__)

PAUSES = Backoff(first=0.5, longest=10.0)
CONNECT_WITHIN_S = 3.0
ANSWER_WITHIN_MS = 10_000


def needed(role: Role, topics: Topics) -> list[str]:
    """Return the full names of the topics without which the role cannot work."""
    traffic = TRAFFIC[role]
    changelog = (TALLIES_CHANGELOG,) if role is Role.DETECT else ()
    return sorted(map(topics.name, {*traffic.reads, *traffic.writes, *changelog}))


async def wait_for_kafka(kafka: Kafka, role: Role, *, backoff: Backoff = PAUSES) -> None:
    """Return once the broker answers and has the role's topics."""
    topics = needed(role, Topics(kafka.topic_prefix, kafka.partitions))
    for pause in backoff:
        lack = await _lack(kafka, topics)
        if lack is None:
            return
        logger.warning("waiting for Kafka at %s: %s; pause=%gs", kafka.bootstrap, lack, pause)
        await asyncio.sleep(pause)


async def _lack(kafka: Kafka, topics: Iterable[str]) -> str | None:
    """Return what is missing, as a sentence; None when nothing is."""
    # aiokafka tells every failed connection at length, so it is asked only when somebody listens.
    if not await _listens(kafka.bootstrap):
        return "nobody listens there"
    client = AIOKafkaClient(bootstrap_servers=kafka.bootstrap, request_timeout_ms=ANSWER_WITHIN_MS)
    try:
        await client.bootstrap()
        cluster = await client.fetch_all_metadata()
    except (KafkaError, OSError) as error:
        return f"it does not answer ({type(error).__name__})"
    finally:
        await client.close()
    found = cluster.topics()
    counts = {t: len(cluster.partitions_for_topic(t) or ()) for t in topics if t in found}
    return _mismatch(topics, counts, kafka.partitions)


def _mismatch(topics: Iterable[str], counts: dict[str, int], partitions: int) -> str | None:
    if missing := [topic for topic in topics if topic not in counts]:
        return f"no topic {', '.join(missing)}: run `vigie topics create`"
    for topic, count in counts.items():
        if count != partitions:
            return f"{topic} has {count} partitions: set kafka.partitions to what the topics have"
    return None


async def _listens(bootstrap: str) -> bool:
    for server in bootstrap.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            connecting = asyncio.open_connection(host.strip("[]"), int(port))
            _, writer = await asyncio.wait_for(connecting, CONNECT_WITHIN_S)
        except (OSError, TimeoutError):
            continue
        with closing(writer):
            return True
    return False
