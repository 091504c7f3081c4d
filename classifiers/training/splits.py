"""What is trained on stays apart from what is measured on: dev rows and the functional suite."""

import json
import logging
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from classifiers.text import normalise
from classifiers.training.data import Row
from classifiers.training.near_duplicates import near_duplicates

log = logging.getLogger(__name__)

#: The suite of behaviours, written and committed before a model first saw our own texts.
SUITE: Final = Path(__file__).parents[2] / "tests" / "functional"


def suite_texts(folder: Path = SUITE) -> list[str]:
    """Return the normalised texts of every ``.jsonl`` file of the suite."""
    lines = (
        line
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    )
    return [normalise(json.loads(line)["text"]) for line in lines]


def apart(rows: Sequence[Row], work: Path) -> list[Row]:
    """Return the train *rows* without near duplicates of dev rows and of the suite.

    The comparison takes minutes, so its result is kept in *work* for the same texts.
    """
    train = [row for row in rows if not row.dev]
    measured = [row.text for row in rows if row.dev] + suite_texts()
    texts = [row.text for row in train]
    digest = sha256("\n".join([*texts, "", *measured]).encode("utf-8", "replace")).hexdigest()
    known = work / f"near-duplicates-{digest[:16]}.json"
    if not known.exists():
        log.info("comparing %d texts with %d that are measured on", len(texts), len(measured))
        known.write_text(json.dumps(sorted(near_duplicates(texts, measured))), "utf-8")
    dropped = set(json.loads(known.read_text("utf-8")))
    log.info("%d rows dropped as near duplicates of what is measured on", len(dropped))
    return [row for at, row in enumerate(train) if at not in dropped]
