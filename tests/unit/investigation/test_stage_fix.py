"""The problem behind a case was mended: what was asked before may be answered otherwise now."""

import pytest

from shared.events.investigation import FixNoted
from shared.events.resolution import CaseClosed
from shared.events.triage import ProblemFixed
from tests.unit.investigation.stage_cases import (
    admitted,
    answer,
    answered,
    assigned,
    chain,
    investigation,
    names,
    proposed,
    running,
)

FIXED = ProblemFixed(problem_id="p1", reason="patched", staff="boss")
NOTED = FixNoted(problem_id="p1", reason="patched")


def asked(case):
    return sorted(key for key, item in case.state.due.items() if item.kind == "collect")


def told(case):
    """Let every source answer, with nothing in it; returns what followed from the last answer."""
    *_, last = [answer(case, key.split(":")[1], {}) for key in asked(case)]
    return last


@pytest.mark.parametrize("noticed", [True, False])
def test_a_case_that_waits_for_a_person_is_looked_at_again(noticed):
    case = running(category="trade_execution")
    told(case)
    assert case.state.task
    events = case.when(FIXED.model_copy(update={"noticed": noticed}))
    assert events[0] == NOTED
    assert names(events) == ["FixNoted", "WorkItemClosed", "InvestigationStarted"]
    assert asked(case)
    assert case.state.task is None
    assert names(told(case)) == ["EvidenceAdded", "WorkItemOpened"]


def test_a_deposit_is_judged_by_what_the_sources_say_after_the_fix():
    case = running()
    answered(case, chain=chain())
    assert case.state.proposal is None
    case.when(FIXED)
    assert names(answered(case)) == [
        "EvidenceAdded",
        "FindingRecorded",
        "CauseDetermined",
        "RemedyProposed",
    ]


def test_a_fix_is_noted_once():
    case = running()
    case.when(FIXED)
    assert case.when(FIXED) == []


def test_what_was_found_out_before_the_fix_stands():
    case = proposed()
    assert case.when(FIXED) == [NOTED]
    assert case.state.proposal


def test_a_case_that_has_not_started_is_looked_at_with_the_fix_in_place():
    case = investigation()
    case.when(admitted())
    assert case.when(FIXED) == [NOTED]
    assert names(case.when(assigned())) == ["InvestigationStarted"]


def test_nothing_is_looked_for_in_a_case_that_is_over():
    case = running()
    case.when(CaseClosed(outcome="withdrawn", level=1))
    assert case.when(FIXED) == []
