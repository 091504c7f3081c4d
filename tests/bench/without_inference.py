"""`python -m tests.bench.without_inference FILE`: the role classify with a model of no cost.

Everything else about the role is what runs in production.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from config.load import load
from config.settings import Settings
from streams.roles import Role
from streams.worker import run_role
from vigie.clock import SystemClock
from vigie.pipeline import Classify
from vigie.ports import Clock
from vigie.telemetry.logging import configure_logging
from vigie.telemetry.metrics import Metrics
from vigie.testing.classifier import FakeAsyncClassifier


@asynccontextmanager
async def build(
    _settings: Settings, _role: str, metrics: Metrics
) -> AsyncIterator[tuple[Classify, Clock]]:
    """Open what the role leans on: nothing."""
    clock = SystemClock()
    yield Classify(FakeAsyncClassifier(), clock, metrics), clock


if __name__ == "__main__":
    configure_logging(Role.CLASSIFY)
    sys.exit(run_role(load(Path(sys.argv[1]), {}), Role.CLASSIFY, build))
