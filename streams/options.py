"""How Faust is set up, each with its reason; numbers were measured on a real broker."""

from typing import Any

from config.settings import Settings
from streams.roles import Role

PRODUCE_WITHIN_S = 30.0
"""A record the broker has not taken by then is sent again by us, which is counted and logged."""
PRODUCE_BYTES = 256 * 1024
"""All that one batch of a stage has for one partition goes in one request; 16 KB are 12 posts."""
BUFFER_RECORDS = 4096
"""Records of one agent that wait in memory; beyond, its partitions are not fetched."""
IDLE_S = 24 * 3600.0
"""A role that waits for a lost database or model is not thrown out of its group meanwhile."""


def options(settings: Settings, role: Role) -> dict[str, Any]:
    """Return the arguments of `faust.App` for this role."""
    kafka = settings.kafka
    session = kafka.session_timeout.total_seconds()
    return {
        # Also the consumer group, and the first part of the changelog's name.
        "id": f"{kafka.topic_prefix}{role}",
        "broker": [f"kafka://{server.strip()}" for server in kafka.bootstrap.split(",")],
        "datadir": str(settings.worker.data_dir / role),
        "store": "memory://",
        "processing_guarantee": "at_least_once",
        "web_enabled": False,
        "autodiscover": False,
        # Topics are made beforehand from one catalogue; the leader would need one of its own.
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "topic_partitions": kafka.partitions,
        "topic_replication_factor": kafka.replication,
        # After a crash the partitions come free when the session ends: the default is a minute.
        "broker_session_timeout": session,
        "broker_heartbeat_interval": session / 4,
        "broker_max_poll_interval": IDLE_S,
        "broker_commit_interval": kafka.commit_interval.total_seconds(),
        "consumer_auto_offset_reset": "earliest",
        "producer_acks": -1,
        "producer_request_timeout": PRODUCE_WITHIN_S,
        # Batches are handed over whole, so there is nothing to linger for.
        "producer_linger": 0.0,
        "producer_max_batch_size": PRODUCE_BYTES,
        "stream_buffer_maxsize": BUFFER_RECORDS,
        "stream_wait_empty": False,
    }
