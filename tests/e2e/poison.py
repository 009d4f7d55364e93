"""Records that no stage can handle, made by hand, and healthy ones between them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer

TOPIC = "complaints.investigation.inputs"
PROPOSALS = "complaints.investigation.events"
CAUSE = "redress.cause-submitted.v1"
NOW = "2026-11-22T09:00:00.000000Z"
CAUSE_DATA = {"staff": "agent-1", "cause": "platform", "confidence": 0.5}
Headers = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True)
class Made:
    """A record to produce; `reason` is the dead letter's, "" for a healthy one."""

    name: str
    reason: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    id: str = field(default="", compare=False)


def envelope(type_: str, data: Any, complaint: str, **more: Any) -> dict[str, Any]:
    """A CloudEvent by hand."""
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/redress/investigation",
        "type": type_,
        "subject": complaint,
        "time": NOW,
        "dataschema": f"urn:redress:schema:{type_}",
        "data": data,
        **more,
    }


def _bad(name: str, reason: str, value: bytes | None, key: bytes | None = b"k") -> Made:
    return Made(name, reason, key, value)


def _typed(name: str, reason: str, type_: str, data: Any, key: bytes | None = None) -> Made:
    complaint = str(uuid.uuid4())
    value = json.dumps(envelope(type_, data, complaint)).encode()
    return Made(name, reason, complaint.encode() if key is None else key, value)


def _healthy(name: str, headers: Headers) -> Made:
    complaint = str(uuid.uuid4())
    body = envelope(CAUSE, CAUSE_DATA, complaint)
    value = json.dumps(body).encode()
    return Made(name, "", complaint.encode(), value, headers, body["id"])


MIX: Sequence[Made] = (
    _healthy("no header", ()),
    Made("not utf-8", "undecodable", b"k", b"\xff\xfe\x00", (("note", b"\xff"), ("note", b"2"))),
    _bad("tombstone", "undecodable", None),
    _bad("empty", "undecodable", b""),
    _healthy("null header", (("ce_type", None), ("note", None))),
    _bad("no envelope", "undecodable", b'{"a": 1}'),
    _bad("an array", "undecodable", b"[1, 2]"),
    _bad("deep", "undecodable", b"[" * 5000 + b"]" * 5000),
    _bad("cut off", "undecodable", b'{"specversion": "1.0", "id": "'),
    _healthy("header not utf-8", (("ce_type", b"\xff\xfe"), ("\u00fc", b"\xfc"))),
    _typed("unknown type", "unknown_type", "redress.moon-phase-noted.v1", {}),
    _typed("unknown major", "unknown_major", "redress.cause-submitted.v9", CAUSE_DATA),
    _typed("field missing", "schema_invalid", CAUSE, {"staff": "agent-1"}),
    _healthy("lying header", (("ce_type", b"redress.proposal-submitted.v1"),)),
    _typed("other key", "envelope_mismatch", CAUSE, CAUSE_DATA, b"another"),
    _typed("too large", "too_large", CAUSE, {**CAUSE_DATA, "reason": "x" * 300_000}),
    _healthy("last", (("content-type", b"text/plain"),)),
)


def hostile() -> Made:
    """A proposal that reads well, with a number that no BSON integer can hold."""
    complaint = str(uuid.uuid4())
    remedy = {"code": "compensate", "user_id": "u", "asset": "USDT", "amount": "1", "thing": "o|1"}
    data = {
        "proposal_id": str(uuid.uuid4()),
        "level": 1,
        "outcome": "upheld",
        "finding": "overflow",
        "cause": "platform",
        "remedies": [remedy],
        "details": {"blocks": 2**63},
        "proposed_by": "agent-1",
    }
    body = envelope("redress.remedy-proposed.v1", data, complaint, sequence=1, lane="normal")
    return Made("hostile", "OverflowError", complaint.encode(), json.dumps(body).encode())


async def produce(kafka: str, topic: str, made: Sequence[Made]) -> dict[int, Made]:
    """Put them into one partition of a topic, in order; returns them by offset."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        placed = {}
        for one in made:
            sent = await producer.send_and_wait(
                topic, one.value, one.key, partition=0, headers=list(one.headers)
            )
            placed[sent.offset] = one
    finally:
        await producer.stop()
    return placed
