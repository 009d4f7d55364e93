"""The Kafka headers of an envelope: what routers filter by, repeated outside the value."""

import re

from shared.envelope import Envelope

CONTENT_TYPE = b"application/cloudevents+json; charset=UTF-8"
_HEAD = re.compile(rb'{"specversion":"1.0","id":"([^"]*)","source":"[^"]*","type":"([^"]*)"')
_TRACE = re.compile(rb'"traceparent":"([^"]*)"')


def headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """The Kafka headers that repeat what routers filter by."""
    pairs = [
        ("content-type", CONTENT_TYPE),
        ("ce_id", envelope.id.encode()),
        ("ce_type", envelope.type.encode()),
    ]
    if envelope.traceparent:
        pairs.append(("traceparent", envelope.traceparent.encode()))
    return pairs


def headers_of(value: bytes) -> list[tuple[str, bytes]]:
    """The headers of an event that is only at hand as the bytes `write` made."""
    head = _HEAD.match(value)
    if head is None:
        return [("content-type", CONTENT_TYPE)]
    trace = _TRACE.search(value, 0, value.find(b'"data":'))
    pairs = [("content-type", CONTENT_TYPE), ("ce_id", head[1]), ("ce_type", head[2])]
    return [*pairs, ("traceparent", trace[1])] if trace else pairs
