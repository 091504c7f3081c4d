"""The topics and what travels on them, as an AsyncAPI 3.0 document made from the wire types.

https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from typing import Any, Final

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
from vigie.topics import (
    ACTIONS,
    ASSESSMENTS,
    CANARIES,
    COMMENTS,
    DEAD_LETTERS,
    INCIDENTS,
    MENTIONS,
    OBSERVATIONS,
    RECEIPTS,
    REVIEWS,
    Topic,
    Topics,
)
from vigie.wire import EVENT_TYPES

PAYLOADS: Final[dict[str, type]] = {
    MENTIONS: Post,
    COMMENTS: Post,
    ASSESSMENTS: Assessment,
    OBSERVATIONS: Observation,
    INCIDENTS: IncidentEvent,
    ACTIONS: Action,
    REVIEWS: Review,
    RECEIPTS: DeliveryReceipt,
    CANARIES: Canary,
    DEAD_LETTERS: DeadLetter,
}
"""What travels on each topic; a table's changelog is Faust's own affair and not described."""


def document(topics: Topics) -> dict[str, Any]:
    """Return the document for an installation's topics."""
    _, schemas = msgspec.json.schema_components(
        set(PAYLOADS.values()), ref_template="#/components/schemas/{name}"
    )
    described = [(name, topic) for name, topic in topics if topic.name in PAYLOADS]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vigie",
            "version": "1",
            "description": "Kafka topics of one installation. Values are JSON; headers carry "
            "CloudEvents 1.0 in binary mode. Delivery is at least once.",
        },
        "defaultContentType": "application/json",
        "channels": {
            topic.name: _channel(name, topic, topics.partitions) for name, topic in described
        },
        "components": {
            "messages": {type_.__name__: _message(type_) for type_ in EVENT_TYPES},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _channel(name: str, topic: Topic, partitions: int) -> dict[str, Any]:
    message = PAYLOADS[topic.name].__name__
    config = topic.config()
    return {
        "address": name,
        "description": f"Keyed by {topic.key}.",
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
        "bindings": {
            "kafka": {
                "partitions": partitions,
                "topicConfiguration": {
                    "cleanup.policy": [config["cleanup.policy"]],
                    "retention.ms": int(config["retention.ms"]),
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(type_: type) -> dict[str, Any]:
    return {
        "name": EVENT_TYPES[type_],
        "summary": (type_.__doc__ or "").partition("\n")[0],
        "headers": _headers(EVENT_TYPES[type_]),
        "payload": {"$ref": f"#/components/schemas/{type_.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }


def _headers(event_type: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "minLength": 1},
        "ce_source": {"type": "string", "minLength": 1},
        "ce_type": {"type": "string", "const": event_type},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"type": "string", "const": "application/json"},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}
