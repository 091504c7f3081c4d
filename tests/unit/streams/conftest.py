"""An edge in fast time, with what it leans on."""

from dataclasses import dataclass

import pytest
from prometheus_client import CollectorRegistry

from streams.backoff import Backoff
from streams.edge import Edge
from vigie.domain.dead_letter import DeadLetter
from vigie.telemetry.metrics import Metrics
from vigie.testing.clock import ManualClock
from vigie.testing.received import Sent


@dataclass
class Stand:
    """An edge, what it buried and what it counted."""

    edge: Edge
    buried: Sent
    metrics: Metrics

    @property
    def letters(self) -> list[DeadLetter]:
        """Return the dead letters."""
        return [value for value in self.buried.values if isinstance(value, DeadLetter)]

    def errors(self, kind: str) -> float:
        """Return how many errors of this kind were counted."""
        labels = {"role": "classify", "kind": kind}
        return self.metrics.registry.get_sample_value("vigie_errors_total", labels) or 0.0


@pytest.fixture
def stand() -> Stand:
    """Return the edge of `classify`, with pauses too short to notice."""
    metrics, buried = Metrics(CollectorRegistry()), Sent()
    edge = Edge(
        role="classify",
        clock=ManualClock(),
        metrics=metrics,
        bury=buried,
        graveyard="vigie.dead-letters",
        backoff=Backoff(first=0.001, longest=0.002),
    )
    return Stand(edge, buried, metrics)
