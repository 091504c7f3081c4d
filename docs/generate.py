"""Write the pages made from code: `python docs/generate.py` from the repository's root."""

# ruff: noqa: INP001 - a script beside what it writes

from collections.abc import Callable
from pathlib import Path
from typing import Final

import yaml

from config.reference import page as configuration
from config.settings import Kafka
from vigie.asyncapi import document
from vigie.telemetry.reference import page as metrics
from vigie.topics import Topics


def asyncapi() -> str:
    """Return docs/asyncapi.yaml for an installation with default settings."""
    kafka = Kafka()
    described = document(Topics(kafka.topic_prefix, kafka.partitions))
    return yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=100)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "metrics.md": metrics,
    "configuration.md": configuration,
    "asyncapi.yaml": asyncapi,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (Path(__file__).parent / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
