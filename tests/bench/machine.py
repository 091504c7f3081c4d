"""On what a bench ran: without it a figure means nothing."""

import os
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from vigie.testing.kafka_server import VERSION as KAFKA

PACKAGES: Final = (
    "vigie", "faust-streaming", "aiokafka", "kafka-python", "onnxruntime", "transformers", "torch",
)  # fmt: skip
SHORT_NUMBERS: Final = frozenset({"avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16"})
"""What speeds up 8-bit integers and bfloat16, as /proc/cpuinfo spells it."""


def machine() -> str:
    """Return processor, cores and memory in one line; never the machine's name."""
    cores = len(os.sched_getaffinity(0))
    gibibytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{_processor()}, {cores} cores, {gibibytes:.0f} GiB, {platform.system()}"


def software() -> str:
    """Return what takes part, with versions, in one line."""
    return ", ".join((python(), f"Apache Kafka {KAFKA}", *versions(PACKAGES)))


def python() -> str:
    """Return Python with its version."""
    return f"Python {platform.python_version()}"


def versions(packages: Iterable[str]) -> Iterator[str]:
    """Yield each of the packages with its version."""
    return (f"{package} {version(package)}" for package in packages)


def instructions() -> str:
    """Return which instructions for short numbers the processor has, of those that matter."""
    found = set(_said_of_processor("flags").split())
    return " ".join(sorted(SHORT_NUMBERS & found)) or "no instructions for short numbers"


def _processor() -> str:
    return _said_of_processor("model name") or platform.machine()


def _said_of_processor(what: str) -> str:
    """Return the first line of that name in /proc/cpuinfo, or nothing."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == what:
            return value.strip()
    return ""
