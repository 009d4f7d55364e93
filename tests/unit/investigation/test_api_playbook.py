"""API complaints: from the log of the keys to what follows."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.testing.scenario import START
from tests.unit.investigation.odd_values import JSON, TIMES, bent
from tests.unit.investigation.stage_cases import answered, running


def stamp(minutes):
    return (START - timedelta(hours=2) + timedelta(minutes=minutes)).isoformat()


def call(error=None, status=None, minute=0, **more):
    fields = {"id": f"c{minute}", "user_id": "u1", "at": stamp(minute), "key": "key-abcd"}
    where = {"method": "POST", "path": "/v5/order"}
    return {**fields, **where, "status": status or (401 if error else 200), "error": error, **more}


def incident(start, end, component="rest_api"):
    ended = None if end is None else stamp(end)
    return {
        "id": "i-1",
        "component": component,
        "title": "down",
        "started_at": stamp(start),
        "ended_at": ended,
    }


def judged(*calls, incidents=()):
    case = running(category="api", txid=None)
    incident_rows, call_rows = {"rows": incidents}, {"rows": calls}
    return answered(case, incidents=incident_rows, api_calls=call_rows)[1:]


@pytest.mark.parametrize(
    ("calls", "finding", "cause", "shown"),
    [
        ([call("50113"), call()], "signature_wrong", "user", {"failed": 1, "calls": 2}),
        ([call("50111", key="k")], "signature_wrong", "user", {"key_ends": "k"}),
        ([call("50113", skew_ms=-30001)], "clock_skew", "user", {"skew_ms": -30001}),
        ([call("50113", skew_ms=30000)], "signature_wrong", "user", {"code": "50113"}),
        ([call("50102", skew_ms=45000)], "clock_skew", "user", {"allowed_ms": 30000}),
        ([call("50110")], "ip_not_allowed", "user", {"key_ends": "abcd"}),
        ([call("50120", permission="p1")], "permission_missing", "user", {"permission": "p1"}),
        ([call("50011", 429, limit=60)], "rate_limited", "rules_applied", {"limit": 60}),
        ([call(None, 429)], "rate_limited", "rules_applied", {"limit": None}),
        ([call(), call(minute=1)], "api_no_fault", "rules_applied", {"calls": 2, "failed": 0}),
        (
            [call("50113"), call("50011", minute=1), call("50011", minute=2)],
            "rate_limited", "rules_applied", {"failed": 2},
        ),
        ([call("50011"), call("50110", minute=1)], "ip_not_allowed", "user", {"failed": 1}),
    ],
)  # fmt: skip
def test_what_most_failed_calls_show_is_told_with_what_to_change(calls, finding, cause, shown):
    recorded, determined, proposal = judged(*calls)

    assert (recorded.finding, determined.cause) == (finding, cause)
    assert (proposal.outcome, proposal.remedies[0].code) == ("rejected", "explain")
    assert shown.items() <= recorded.details.items()


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (0, None), (-5, 0)])
def test_calls_that_failed_in_an_incident_are_our_fault(start, end):
    failed = [call("50001", 503), call("50011", 429)]
    recorded, cause, proposal = judged(*failed, incidents=[incident(start, end)])

    assert (recorded.finding, cause.cause) == ("incident_overlap", "platform")
    assert (proposal.outcome, proposal.remedies[0].code) == ("upheld", "fix")


@pytest.mark.parametrize("other", [incident(1, 2), incident(-5, -1), incident(-1, 1, "spot")])
def test_an_incident_elsewhere_or_at_another_time_excuses_nothing(other):
    assert judged(call("50011", 429), incidents=[other])[0].finding == "rate_limited"


def test_no_address_of_the_net_stands_in_the_finding():
    finding = judged(call("50110", ip="192.0.2.77"))[0]

    assert "192.0.2.77" not in finding.model_dump_json()


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ([], "no-calls"),
        ([call("50001", 500)], "api-error-unknown"),
        ([call("50001", 500), call("50113", minute=1)], "api-error-unknown"),
        ([call(at="2001-01-01T00:00:00Z")], "facts-unclear"),
        ([call(status=999)], "facts-missing"),
        ([call(limit=-1)], "facts-missing"),
        ([{"id": "c"}], "facts-missing"),
    ],
)
def test_what_the_log_does_not_decide_goes_to_a_person_without_a_finding(calls, reason):
    (task,) = judged(*calls)

    assert task.reason == reason


CALL = bent(
    call("50113", skew_ms=1, limit=1, permission="p"), at=TIMES,
    error=st.sampled_from(["50011", "50120", "50102", "?"]),
    status=st.sampled_from([200, 429, 503]),
)  # fmt: skip
OUTAGE = bent(incident(0, 1), started_at=TIMES, ended_at=TIMES)


@settings(max_examples=400, deadline=None)
@given(calls=st.lists(CALL, max_size=4) | JSON, incidents=st.lists(OUTAGE, max_size=2) | JSON)
def test_whatever_the_log_holds_a_finding_or_a_person_follows(calls, incidents):
    case = running(category="api", txid=None)
    last = answered(case, incidents={"rows": incidents}, api_calls={"rows": calls})[-1]

    assert type(last).__name__ in {"RemedyProposed", "WorkItemOpened"}
