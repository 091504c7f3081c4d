"""Scores as one JSON line per text: the public output of `vigie classify --json`.

Every line has the same keys. What is unknown is null; a line that could not be read has nothing but
nulls, `unknown` says so, and `error` says why. ASCII only, so that any terminal and pipe takes it.
"""

import json
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from vigie.commands.texts import Text, Unreadable
from vigie.domain.assessment import Category, ModelRef, Scores

UNREADABLE: Final = "unreadable"
"""What `unknown` says of a line that holds no text."""


def answer(text: Text, scores: Scores, model: ModelRef) -> bytes:
    """Return the line of a text, its end included."""
    toxicity = {category.value: getattr(scores.toxicity, category.value) for category in Category}
    return _line(
        {
            "id": text.id,
            "sentiment": {name: _exact(value) for name, value in asdict(scores.sentiment).items()},
            "toxicity": {name: _exact(value) for name, value in toxicity.items()},
            "target": scores.target,
            "language": scores.language,
            "confidence": None if scores.confidence is None else round(scores.confidence, 4),
            "unknown": scores.unknown,
            "model": asdict(model),
        }
    )


def refusal(line: Unreadable, model: ModelRef) -> bytes:
    """Return the line that stands in the place of one that could not be read."""
    return _line(
        {
            "id": line.id,
            "sentiment": None,
            "toxicity": dict.fromkeys(Category),
            "target": None,
            "language": None,
            "confidence": None,
            "unknown": UNREADABLE,
            "model": asdict(model),
            "error": f"line {line.after.line} {line.reason}",
        }
    )


def _exact(value: float | None) -> float | None:
    """Return the shortest number that is the model's own: it counts in 32 bits."""
    return None if value is None else float(str(np.float32(value)))


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, allow_nan=False).encode() + b"\n"
