"""A complaint is one trace, whose ids follow from those of its events."""

import asyncio
import io
import json
import signal
from contextlib import redirect_stdout
from datetime import UTC, datetime

import orjson
import pytest
import structlog
from prometheus_client import REGISTRY

from shared import log
from shared.traceparent import following, sampled, span_id, traceparent
from shared.tracing.encoding import body, encoded
from shared.tracing.otlp import export
from shared.tracing.spans import Kind, Span
from shared.tracing.waiting import MOST, Spans

COMPLAINT = "0191f8a2-7c3e-7d44-8a51-2f6c9e0b1d23"
EVENT = "5b0c7a3e-1f2d-5e4c-9a8b-7c6d5e4f3a2b"


def span(parent=""):
    of = (COMPLAINT, EVENT, parent, 1, 2)
    return Span("triage decides x", Kind.CONSUMER, *of, (("a", 1), ("b", "c")), (("d", 'e"\\'),))


def test_ids_of_a_trace_are_parts_of_ids_of_the_complaint_and_the_event():
    expected = "00-0191f8a27c3e7d448a512f6c9e0b1d23-9a8b7c6d5e4f3a2b-01"
    assert traceparent(COMPLAINT, EVENT) == expected
    assert len(span_id("no uuid at all")) == 16


def test_an_event_is_traced_where_its_input_is():
    assert following(None, COMPLAINT, EVENT) is None
    assert following(traceparent(COMPLAINT, "x"), COMPLAINT, EVENT) == traceparent(COMPLAINT, EVENT)


def test_a_share_is_the_same_complaints_for_every_process():
    assert sampled(COMPLAINT, 1.0)
    assert not sampled(COMPLAINT, 0.0)
    assert sampled("0191f8a2-7c3e-7d44-8a51-2f6c00000000", 0.001)
    assert not sampled("0191f8a2-7c3e-7d44-8a51-2f6cffffffff", 0.999)


def test_nothing_is_traced_until_a_share_is_set():
    spans = Spans()
    assert spans.traceparent(COMPLAINT, EVENT) is None
    spans.share = 1.0
    assert spans.traceparent(COMPLAINT, EVENT) == traceparent(COMPLAINT, EVENT)


def test_funds_in_danger_are_traced_whatever_the_share():
    spans, last = Spans(), "0191f8a2-7c3e-7d44-8a51-2f6cffffffff"
    assert spans.traceparent(last, EVENT, "express") is None
    spans.share = 0.001
    assert spans.traceparent(last, EVENT, "normal") is None
    assert spans.traceparent(last, EVENT, "express") == traceparent(last, EVENT)


def test_spans_that_nobody_takes_do_not_fill_the_memory():
    spans = Spans()
    for _ in range(MOST + 5):
        spans.note(span())
    assert len(spans.waiting) == MOST
    assert len(spans.take(10)) == 10


def test_a_body_is_otlp_in_json():
    sent = orjson.loads(body([encoded(span(parent="cause")), encoded(span())], "triage"))
    (resource,) = sent["resourceSpans"]
    made, first = resource["scopeSpans"][0]["spans"]

    service = {"key": "service.name", "value": {"stringValue": "triage"}}
    assert service in resource["resource"]["attributes"]
    assert made["traceId"] == COMPLAINT.replace("-", "")
    assert made["parentSpanId"] == span_id("cause")
    assert "parentSpanId" not in first
    assert made["name"] == "triage decides x"
    assert (made["startTimeUnixNano"], made["kind"]) == ("1", 5)
    assert made["attributes"] == [
        {"key": "a", "value": {"intValue": "1"}},
        {"key": "b", "value": {"stringValue": "c"}},
        {"key": "d", "value": {"stringValue": 'e"\\'}},
    ]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[nowhere"])
async def test_without_a_collector_spans_are_dropped_and_counted_and_nothing_fails(url):
    spans, name = Spans(), "redress_spans_dropped_total"
    before = REGISTRY.get_sample_value(name)
    spans.note(span())

    task = asyncio.create_task(export(spans, url, "triage"))
    await asyncio.sleep(0)
    task.cancel()

    assert await asyncio.gather(task, return_exceptions=True)
    assert REGISTRY.get_sample_value(name) == before + 1
    assert task.cancelled()


@pytest.fixture
def configured():
    """Logs as a process has them, then as they were."""
    before, kept = structlog.get_config(), [signal.getsignal(s) for s in (10, 12)]
    log.on_signals("info")
    yield
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
    log.show("info")
    for number, handler in zip((10, 12), kept, strict=True):
        signal.signal(number, handler)


def lines(level):
    with redirect_stdout(io.StringIO()) as out:
        log.configure("info", "triage")
        if level:
            signal.raise_signal(level)
        logger = structlog.get_logger()
        logger.debug("small", complaint_id=COMPLAINT)
        logger.info("usual", complaint_id=COMPLAINT)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(("by", "shown"), [(None, 1), (signal.SIGUSR1, 2), (signal.SIGUSR2, 1)])
def test_a_signal_changes_what_is_logged(by, shown):
    assert len(lines(by)) == shown


@pytest.mark.usefixtures("configured")
def test_a_line_about_a_complaint_names_its_trace():
    (line,) = lines(None)
    assert line["trace_id"] == COMPLAINT.replace("-", "")
    assert datetime.fromisoformat(line["timestamp"]).tzinfo == UTC
