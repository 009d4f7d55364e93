"""OTLP over HTTP in its JSON encoding: what every collector takes at /v1/traces.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hex, integers as strings.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import orjson

from shared.log import get_logger
from shared.metrics import SPANS_DROPPED, SPANS_SENT
from shared.traceparent import span_id, trace_id
from shared.tracing import names
from shared.tracing.spans import Span, Spans, Value

log = get_logger(__name__)
MOST = 1000
EVERY_S = 1.0
CALL_S = 5.0
LAST_CALL_S = 2.0
JSON = {"content-type": "application/json"}


def encoded(spans: Sequence[Span], service: str) -> bytes:
    """The body of one export request."""
    resource: dict[str, Value] = {
        names.SERVICE_NAMESPACE: "redress",
        names.SERVICE_NAME: service,
        names.PROCESS_ID: os.getpid(),
    }
    scope = {"scope": {"name": "redress"}, "spans": [_span(one) for one in spans]}
    of_us = {"resource": {"attributes": _attributes(resource)}, "scopeSpans": [scope]}
    return orjson.dumps({"resourceSpans": [{**of_us, "schemaUrl": names.SCHEMA}]})


def _span(one: Span) -> dict[str, Any]:
    parent = {"parentSpanId": span_id(one.parent)} if one.parent else {}
    return {
        "traceId": trace_id(one.complaint),
        "spanId": span_id(one.id),
        **parent,
        "name": one.name,
        "kind": int(one.kind),
        "startTimeUnixNano": str(one.start),
        "endTimeUnixNano": str(one.end),
        "attributes": _attributes(one.attributes),
        "flags": 1,
    }


def _attributes(found: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": {"intValue": str(v)} if isinstance(v, int) else {"stringValue": v}}
        for key, v in found.items()
    ]


async def export(spans: Spans, url: str, service: str) -> None:
    """Send what is noted until cancelled, then what is left. Where nobody takes it, it is dropped.

    A complaint never waits for its trace.
    """
    async with httpx.AsyncClient(timeout=CALL_S, trust_env=False) as http:
        try:
            while True:
                await asyncio.sleep(EVERY_S)
                while batch := spans.take(MOST):
                    await _send(http, url, encoded(batch, service), len(batch))
        finally:
            if left := spans.take(MOST):
                async with asyncio.timeout(LAST_CALL_S):
                    await _send(http, url, encoded(left, service), len(left))


async def _send(http: httpx.AsyncClient, url: str, body: bytes, count: int) -> None:
    try:
        answer = await http.post(f"{url.rstrip('/')}/v1/traces", content=body, headers=JSON)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        SPANS_DROPPED.inc(count)
        log.warning("traces are dropped", count=count, error_class=type(error).__name__)
    else:
        SPANS_SENT.inc(count)
