"""Domain values to bytes and back, and the CloudEvents headers they travel with."""

import re
from datetime import datetime
from typing import Final, Generic, TypeVar

import msgspec

from vigie.domain.action import Action
from vigie.domain.assessment import Assessment
from vigie.domain.canary import Canary
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import DeliveryReceipt
from vigie.domain.observation import Observation
from vigie.domain.post import Post
from vigie.domain.review import Review
from vigie.errors import Unprocessable

Value = (
    Post
    | Assessment
    | Observation
    | IncidentEvent
    | Action
    | Review
    | DeliveryReceipt
    | Canary
    | DeadLetter
)

EVENT_TYPES: Final[dict[type, str]] = {
    Post: "org.vigie.post",
    Assessment: "org.vigie.assessment",
    Observation: "org.vigie.observation",
    IncidentEvent: "org.vigie.incident",
    Action: "org.vigie.action",
    Review: "org.vigie.review",
    DeliveryReceipt: "org.vigie.receipt",
    Canary: "org.vigie.canary",
    DeadLetter: "org.vigie.dead_letter",
}

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode


def encode(value: Value) -> bytes:
    """Return the value as JSON."""
    return _encode(value)


class Decoder(Generic[T]):
    """Reads one type of value; built once per topic, since building is what costs."""

    def __init__(self, type_: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(type_)

    def __call__(self, payload: bytes) -> T:
        """Return the value.

        Raises:
            Unprocessable: not JSON or not of this type; the sentence names the place, not the text.
        """
        try:
            return self._decoder.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unprocessable(without_values(str(error))) from None


def cloud_event(value: Value, *, id_: str, source: str, time: datetime) -> list[tuple[str, bytes]]:
    """Return the Kafka headers of the value: CloudEvents Kafka protocol binding, binary mode."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_source", source.encode()),
        ("ce_type", EVENT_TYPES[type(value)].encode()),
        ("ce_time", time.isoformat().encode()),
        ("content-type", b"application/json"),
    ]


def without_values(problem: str) -> str:
    """Return msgspec's sentence with the field in front and without anything that was sent."""
    what, _, path = problem.partition(" - at `")
    field = path.removeprefix("$.").rstrip("`")
    if what.startswith("Invalid enum value"):
        # The value may hold " - at `" itself: the field is what follows the last one.
        field = problem.rpartition(" - at `$.")[2].rstrip("`")
        what = "is not one of the allowed values"
    if what.startswith("Object contains unknown field"):
        named = re.search(r"`([a-z_]{1,40})`", what)
        return f"unknown field {named[1]}" if named else "a field with an unknown name"
    return f"{field}: {what}" if field else what
