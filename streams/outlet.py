"""Ways out: domain values become keyed records with CloudEvents headers, acknowledged together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from aiokafka.errors import (  # type: ignore[import-untyped]
    KafkaError,
    MessageSizeTooLargeError,
)
from faust.exceptions import ProducerSendError

from vigie.domain.action import Action
from vigie.domain.assessment import Assessment
from vigie.domain.canary import Canary
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentEvent
from vigie.domain.observation import Observation
from vigie.errors import Transient, Unprocessable
from vigie.wire import Value, cloud_event, encode

Headers = list[tuple[str, bytes]]
Hand = Callable[[bytes, bytes, Headers], Awaitable[Awaitable[object]]]
"""Give key, value and headers to a producer; what it returns is done when the broker has it."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One topic to write to; `source` is the CloudEvents source: who says so."""

    hand: Hand
    source: str

    async def __call__(self, values: Sequence[Value]) -> None:
        """Send the values in order and wait until the broker has them all.

        Raises:
            Transient: the broker did not take them in time; some may have arrived all the same.
            Unprocessable: a record is larger than the broker accepts.
        """
        try:
            await asyncio.gather(*[await self._hand(value) for value in values])
        except (KafkaError, ProducerSendError) as error:
            raise _meaning(error) from error

    async def _hand(self, value: Value) -> Awaitable[object]:
        payload = encode(value)
        key, id_, time = _envelope(value, payload)
        headers = cloud_event(value, id_=id_, source=self.source, time=time)
        return await self.hand(key.encode(), payload, headers)


def _meaning(error: Exception) -> Transient | Unprocessable:
    cause = error.__cause__ if isinstance(error, ProducerSendError) else error
    if isinstance(cause, MessageSizeTooLargeError):
        return Unprocessable("the record is larger than the broker accepts")
    return Transient(f"Kafka did not take the records: {type(cause).__name__}")


def _envelope(value: Value, payload: bytes) -> tuple[str, str, datetime]:
    """Return key, id and time of the record: repeats of one fact carry one id."""
    match value:
        case Assessment():
            return value.post.conversation, value.post.event_id, value.assessed
        case Observation():
            return value.watch, blake2b(payload, digest_size=16).hexdigest(), value.received
        case IncidentEvent():
            return value.watch, value.id, value.at
        case Action():
            return value.conversation, f"{value.id}.{value.state}", value.at
        case Canary():
            return value.post, value.id, value.sent
        case DeadLetter():
            return value.origin, value.id, value.at
        case _:
            message = f"{type(value).__name__} is written by no role"
            raise Unprocessable(message)
