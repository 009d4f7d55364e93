"""What triage counts of a case, from closed sets of labels."""

import pytest
from prometheus_client import REGISTRY

from services.triage.figures import count
from services.triage.state import TriageState
from shared.events.triage import CaseClassified, CaseReopened, ClockBreached, ClockWarned
from shared.testing.builders import an_example

STATE = TriageState(
    category="api", language="ja", channel="email", priority="P2", team="trading", classified=True
)
CASE = {"category": "api", "language": "ja", "channel": "email"}


@pytest.mark.parametrize(
    ("model", "name", "more"),
    [
        (CaseClassified, "redress_cases_classified_total", {"priority": "P1"}),
        (CaseReopened, "redress_cases_reopened_total", {}),
        (
            ClockBreached,
            "redress_clocks_breached_total",
            {"clock": "resolution", "team": "trading", "priority": "P2"},
        ),
    ],
)
def test_an_event_counts_for_its_case(model, name, more):
    event = an_example(model)
    if model is ClockBreached:
        event = event.model_copy(update={"clock": "resolution"})
    before = REGISTRY.get_sample_value(name, {**CASE, **more}) or 0

    count(event, STATE)

    assert REGISTRY.get_sample_value(name, {**CASE, **more}) == before + 1


def test_a_warning_counts_for_its_clock_and_the_share_of_time_that_is_gone():
    event = an_example(ClockWarned).model_copy(update={"clock": "resolution", "share": 90})
    name, labels = "redress_clocks_warned_total", {"clock": "resolution", "team": "trading"}
    before = REGISTRY.get_sample_value(name, {**labels, "share": "90"}) or 0

    count(event, STATE)

    assert REGISTRY.get_sample_value(name, {**labels, "share": "90"}) == before + 1


def test_a_channel_that_nobody_knows_makes_no_series_of_its_own():
    count(an_example(CaseReopened), STATE.model_copy(update={"channel": "x" * 30}))

    labels = {**CASE, "channel": "other"}
    assert REGISTRY.get_sample_value("redress_cases_reopened_total", labels) >= 1
