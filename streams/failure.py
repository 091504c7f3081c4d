"""Exceptions as values: what is to be done, and a reason that may be logged and stored."""

import traceback
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from vigie.errors import Misconfigured, Rejected, Transient, Unprocessable, VigieError


class Kind(StrEnum):
    """What is to be done about a failure: the label of the metric."""

    TRANSIENT = "transient"
    UNPROCESSABLE = "unprocessable"
    REJECTED = "rejected"
    MISCONFIGURED = "misconfigured"
    UNEXPECTED = "unexpected"


_KINDS: tuple[tuple[type[VigieError], Kind], ...] = (
    (Transient, Kind.TRANSIENT),
    (Unprocessable, Kind.UNPROCESSABLE),
    (Rejected, Kind.REJECTED),
    (Misconfigured, Kind.MISCONFIGURED),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try did not succeed; `reason` holds no post text."""

    kind: Kind
    reason: str
    retry_after: timedelta = timedelta()


def failure_of(error: Exception) -> Failure:
    """Return what the exception means to the role."""
    for type_, kind in _KINDS:
        if isinstance(error, type_):
            asked = error.retry_after if isinstance(error, Transient) else None
            return Failure(kind, str(error), asked or timedelta())
    return Failure(Kind.UNEXPECTED, _where(error))


def _where(error: Exception) -> str:
    # A foreign exception's message may quote a post, so only its type and its way here are told.
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    way = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(error).__name__} at {way}"
