"""What could not be read, kept so that nothing is lost."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """The raw bytes (base64 on the wire), where they came from and why they could not be read.

    `origin` is a topic or a file, `position` the offset (partition:offset) or the line.
    """

    id: str
    origin: str
    position: str
    reason: str
    payload: bytes
    at: datetime
