"""Spans in OTLP's JSON encoding, written once, as bytes: what waits is no work for the collector.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hex, integers as strings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from shared.traceparent import span_id, trace_id
from shared.tracing import names
from shared.tracing.spans import Attributes, Span, Value

FAILED = 2  # STATUS_CODE_ERROR


def encoded(one: Span) -> bytes:
    """One span. What many have alike is encoded once; ids come from outside, so all are escaped."""
    parent = f'"parentSpanId":"{span_id(one.parent)}",' if one.parent else ""
    status = f'"status":{{"code":{FAILED},"message":"{one.error}"}},' if one.error else ""
    own = "".join([_attribute(*pair) for pair in one.own])
    return (
        f'{{"traceId":"{trace_id(one.complaint)}","spanId":"{span_id(one.id)}",{parent}'
        f'"startTimeUnixNano":"{one.start}","endTimeUnixNano":"{one.end}","flags":1,{status}'
        f"{_alike(one.name, one.kind, one.alike)}{own}]}}"
    ).encode()


def _attribute(key: str, value: Value) -> str:
    if isinstance(value, int):
        return f',{{"key":"{key}","value":{{"intValue":"{value}"}}}}'
    return f',{{"key":"{key}","value":{{"stringValue":{orjson.dumps(value).decode()}}}}}'


@lru_cache(maxsize=4096)
def _alike(name: str, kind: int, alike: Attributes) -> str:
    told = {"name": name, "kind": int(kind), "attributes": [_shown(*pair) for pair in alike]}
    return orjson.dumps(told).decode()[1:-2]


def _shown(key: str, value: Value) -> dict[str, Any]:
    said = {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
    return {"key": key, "value": said}


def body(spans: Sequence[bytes], service: str) -> bytes:
    """One export request."""
    resource: Mapping[str, Value] = {
        names.SERVICE_NAMESPACE: "redress",
        names.SERVICE_NAME: service,
        names.PROCESS_ID: os.getpid(),
    }
    one = orjson.Fragment(b"[" + b",".join(spans) + b"]")
    of_us = {"resource": {"attributes": [_shown(*pair) for pair in resource.items()]}}
    scope = {"scope": {"name": "redress"}, "spans": one}
    resources = [{**of_us, "scopeSpans": [scope], "schemaUrl": names.SCHEMA}]
    return orjson.dumps({"resourceSpans": resources})
