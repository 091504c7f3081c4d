"""The servers that acceptance tests share."""

from collections.abc import Iterator

import pytest

from vigie.testing.kafka_server import KafkaServer


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Return a real Apache Kafka; a test that stops it starts it again."""
    with KafkaServer(tmp_path_factory.mktemp("kafka")) as server:
        yield server
