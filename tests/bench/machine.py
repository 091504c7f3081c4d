"""On what a bench ran: without it a figure means nothing."""

import os
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from vigie.testing.kafka_server import VERSION as KAFKA

PACKAGES: Final = (
    "vigie", "faust-streaming", "aiokafka", "kafka-python", "onnxruntime", "transformers", "torch",
)  # fmt: skip


def machine() -> str:
    """Return processor, cores and memory in one line; never the machine's name."""
    cores = len(os.sched_getaffinity(0))
    gibibytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{_processor()}, {cores} cores, {gibibytes:.0f} GiB, {platform.system()}"


def software() -> str:
    """Return what takes part, with versions, in one line."""
    return ", ".join(_versions())


def _versions() -> Iterator[str]:
    yield f"Python {platform.python_version()}"
    yield f"Apache Kafka {KAFKA}"
    for package in PACKAGES:
        yield f"{package} {version(package)}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
