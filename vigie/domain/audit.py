"""The hash-chained ledger: ids, decisions and hashes, never text."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""

MACHINE = "machine"
"""Who acted where nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the ledger; `hash` covers every other field and so the whole past."""

    sequence: int
    at: datetime
    subject: str
    event: str
    actor: str
    reason: str
    previous: str
    hash: str


def seal(  # noqa: PLR0913 - the fields of one entry
    *, sequence: int, at: datetime, subject: str, event: str, actor: str, reason: str, previous: str
) -> AuditEntry:
    """Return the entry with its SHA-256 over a canonical JSON list of its fields."""
    fields = [sequence, at.isoformat(), subject, event, actor, reason, previous]
    digest = hashlib.sha256(json.dumps(fields, ensure_ascii=True).encode()).hexdigest()
    return AuditEntry(
        sequence=sequence,
        at=at,
        subject=subject,
        event=event,
        actor=actor,
        reason=reason,
        previous=previous,
        hash=digest,
    )


def first_broken(entries: list[AuditEntry]) -> AuditEntry | None:
    """Return the first entry that does not follow from the one before it, None when all do."""
    previous = GENESIS
    for sequence, entry in enumerate(entries, start=1):
        expected = seal(
            sequence=sequence,
            at=entry.at,
            subject=entry.subject,
            event=entry.event,
            actor=entry.actor,
            reason=entry.reason,
            previous=previous,
        )
        if entry != expected:
            return entry
        previous = entry.hash
    return None
