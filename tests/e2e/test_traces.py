"""One trace from submission to letter; ids lead from a line of the log to it, and to the event."""

import json
import os
import signal

import pytest
import pytest_asyncio
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from shared.pipeline import STAGES
from shared.traceparent import span_id, trace_id
from tests.e2e.stories import TRACED
from tests.serving import until

pytestmark = pytest.mark.timeout(120)
OPENMETRICS = {"accept": "application/openmetrics-text; version=1.0.0"}


def lines(running, service):
    text = (running.stack.folder / "logs" / f"{service}.log").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest_asyncio.fixture(scope="module")
async def told(running):
    """A complaint that was decided and closed while triage showed every line of its log."""
    os.kill(running.stack.pids["triage"], signal.SIGUSR1)
    (one,) = await running.submit([TRACED])
    assert await running.closed([one], 100) == {}
    os.kill(running.stack.pids["triage"], signal.SIGUSR2)
    return one


async def test_a_complaint_is_one_trace_through_all_stages_to_its_letter(running, told, collector):
    events = running.watch.tracks[told.id].events
    trace = trace_id(told.id)

    def whole():
        return {span_id(e.id) for e in events} <= {s["spanId"] for s in collector.of(trace)}

    await until(whole, 20)
    spans = {one["spanId"]: one for one in collector.of(trace)}
    stages = {
        a["value"]["stringValue"]
        for s in spans.values()
        for a in s["attributes"]
        if a["key"] == "redress.stage"
    }
    letter = next(e for e in events if e.type.startswith("redress.letter-sent"))
    path = [spans[span_id(letter.id)]]
    while parent := path[-1].get("parentSpanId"):
        path.append(spans[parent])

    assert stages == set(STAGES)
    assert path[-1]["name"] == "intake accepts complaint-submitted"
    assert all(int(s["endTimeUnixNano"]) >= int(s["startTimeUnixNano"]) for s in spans.values())


async def test_every_event_carries_its_place_in_the_trace(running, told):
    for event in running.watch.tracks[told.id].events:
        assert event.traceparent == f"00-{trace_id(told.id)}-{span_id(event.id)}-01"


async def test_a_line_of_the_log_leads_to_its_trace_and_its_event(running, told):
    events = {e.id for e in running.watch.tracks[told.id].events if e.stage == "triage"}
    shown = [x for x in lines(running, "triage") if x.get("complaint_id") == told.id]

    decided = [line for line in shown if line["event"] == "decided"]
    assert {line["event_id"] for line in decided} == events
    assert {line["trace_id"] for line in decided} == {trace_id(told.id)}
    assert [x for x in lines(running, "investigation") if x["level"] == "debug"] == []


@pytest.mark.usefixtures("told")
async def test_a_latency_names_a_trace(running, collector):
    answer = await running.people.http.get(
        f"{running.stack.urls['triage']}/metrics", headers=OPENMETRICS
    )
    named = {
        sample.exemplar.labels["trace_id"]
        for family in text_string_to_metric_families(answer.text)
        if family.name == "redress_end_to_end_duration_seconds"
        for sample in family.samples
        if sample.exemplar
    }

    assert named
    assert named <= {one["traceId"] for one in collector.spans}
