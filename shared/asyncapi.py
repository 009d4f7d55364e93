"""The AsyncAPI 3 document of the events: channels, operations, messages, headers.

Generated from the stage table and the models. A message's `data` is the committed schema beside it,
so the document is read together with `shared/events/schemas`.
"""

from __future__ import annotations

import json
from typing import Any

from shared.envelope import Envelope
from shared.events.base import Event, Lane
from shared.pipeline import LANES, ROWS, Stage

VERSION = "3.0.0"
BINDING = "0.5.0"
CONTENT = "application/cloudevents+json; charset=UTF-8"
UNSAID = "Left out where it has no value."
HEADERS = {
    "content-type": {"type": "string", "const": CONTENT},
    "ce_id": {"type": "string", "description": "The event's id."},
    "ce_type": {"type": "string", "description": "The event's type: what readers filter by."},
    "traceparent": {"type": "string", "description": f"W3C trace context. {UNSAID}"},
}
ABOUT = (
    "What Redress decides about complaints. Retention is unlimited. Order holds for one complaint, "
    "stage and lane; the same bytes may come again; fields and code values are added, never taken "
    "away. The guarantees in words: docs/consuming-events.md."
)


def text() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """The document. Events alone: inputs and dead letters are the stages' own affair."""
    places = [(row, lane) for row in ROWS for lane in LANES]
    return {
        "asyncapi": VERSION,
        "id": "urn:redress:events",
        "info": {
            "title": "Redress events",
            "version": "1.0.0",
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT,
        "servers": {"kafka": _server()},
        "channels": {_channel(row, lane): _described(row, lane) for row, lane in places},
        "operations": {
            f"publish.{_channel(row, lane)}": _operation(row, lane) for row, lane in places
        },
        "components": {
            "schemas": {"headers": _headers(), "envelope": _envelope()},
            "messageTraits": {"event": _trait()},
            "messages": {m.event_type: _message(m) for row in ROWS for m in _emitted(row)},
        },
    }


def _server() -> dict[str, Any]:
    return {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "variables": {
            "bootstrap": {"description": "REDRESS_KAFKA", "default": "127.0.0.1:9092"},
        },
    }


def _channel(row: Stage, lane: Lane) -> str:
    return f"{row.name}.events" + (".express" if lane == "express" else "")


def _emitted(row: Stage) -> list[type[Event]]:
    return sorted(row.emits, key=lambda model: model.event_type)


def _described(row: Stage, lane: Lane) -> dict[str, Any]:
    more = " Complaints on the express lane: subscribe to both." if lane == "express" else ""
    messages = {
        m.event_type: {"$ref": f"#/components/messages/{m.event_type}"} for m in _emitted(row)
    }
    return {
        "address": row.topic("events", lane),
        "title": f"{row.name}, {lane} lane",
        "description": f"What the stage that {row.does} decided.{more}",
        "messages": messages,
        "bindings": {"kafka": {"topic": row.topic("events", lane), "bindingVersion": BINDING}},
    }


def _operation(row: Stage, lane: Lane) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{_channel(row, lane)}"},
        "summary": f"The {row.name} stage publishes what it decided.",
    }


def _headers() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "A help for routers; the value counts.",
        "properties": HEADERS,
        "required": ["content-type"],
    }


def _envelope() -> dict[str, Any]:
    found = Envelope.model_json_schema(mode="serialization")
    fields = {
        name: {"const": "1.0"} if name == "specversion" else _written(field)
        for name, field in found["properties"].items()
    }
    present = [name for name in fields if name not in {*OPTIONAL, "data"}]
    return {
        "type": "object",
        "description": "CloudEvents 1.0, structured JSON; the table of docs/consuming-events.md.",
        "properties": fields,
        "required": [*present, "data"],
    }


OPTIONAL = ("causationid", "prevhash", "policyversion", "traceparent")


def _written(field: dict[str, Any]) -> dict[str, Any]:
    """A field as it is written: what has no value is left out, so null never stands there."""
    (kind,) = [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]
    return {name: value for name, value in kind.items() if name not in ("default", "title")}


def _trait() -> dict[str, Any]:
    return {
        "contentType": CONTENT,
        "headers": {"$ref": "#/components/schemas/headers"},
        "correlationId": {
            "description": "The complaint.",
            "location": "$message.payload#/correlationid",
        },
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The complaint's id."},
                "bindingVersion": BINDING,
            }
        },
    }


def _message(model: type[Event]) -> dict[str, Any]:
    name = model.event_type
    own = {
        "type": "object",
        "properties": {
            "type": {"const": name},
            "data": {"$ref": f"./schemas/{name}.json"},
        },
    }
    return {
        "name": name,
        "summary": (model.__doc__ or "").strip().partition("\n")[0],
        "traits": [{"$ref": "#/components/messageTraits/event"}],
        "payload": {"allOf": [{"$ref": "#/components/schemas/envelope"}, own]},
    }
