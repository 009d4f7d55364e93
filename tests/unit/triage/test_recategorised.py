"""A person corrects the category: the team follows, and who has the case where they can."""

import pytest
from pydantic import ValidationError

from services.triage.labels.api import SetCategory
from services.triage.rules import classify
from services.triage.rules.assign import PEOPLE, ROSTER
from services.triage.taking.state import OFFERED
from shared.events.triage import (
    AssigneeFound,
    CaseClassified,
    CaseRecategorised,
    CategoryRefused,
    CategorySubmitted,
)
from tests.unit.triage.stage_cases import admitted, classified, decision, found, running, triage

NOT_OF_ACCOUNTS = next(
    p.id
    for p in PEOPLE
    if ROSTER.teams["deposit_withdrawal"] in p.teams and ROSTER.teams["kyc"] not in p.teams
)


def corrected(case, category, **told):
    return case.when(
        CategorySubmitted(staff="agent-y", category=category, reason="read-again", **told)
    )


def the_one(events, model):
    return next(e for e in events if isinstance(e, model))


def test_a_corrected_category_brings_the_team_whose_matter_it_is():
    case = running(assignee=NOT_OF_ACCOUNTS)
    event = the_one(corrected(case, "kyc"), CaseRecategorised)
    assert (event.before, event.category) == ("deposit_withdrawal", "kyc")
    assert (event.team, event.assignee) == (ROSTER.teams["kyc"], None)
    assert (case.state.category, case.state.team) == ("kyc", ROSTER.teams["kyc"])


def test_another_team_looks_for_somebody_of_its_own():
    case = running(assignee=NOT_OF_ACCOUNTS)
    corrected(case, "kyc")
    assert (case.state.assignee, case.state.open) == (None, False)
    assert case.state.due["assign:1"].kind == "find_assignee"


def test_whoever_belongs_to_the_new_team_keeps_the_case():
    keeps = next(
        p.id for p in PEOPLE if {ROSTER.teams["deposit_withdrawal"], ROSTER.teams["api"]} <= p.teams
    )
    case = running(assignee=keeps)
    assert the_one(corrected(case, "api"), CaseRecategorised).assignee == keeps
    assert (case.state.assignee, case.state.category) == (keeps, "api")


def test_a_case_that_waits_is_looked_after_by_the_new_team():
    case = classified()
    found(case, None)
    assert case.state.queue
    corrected(case, "kyc")
    assert case.state.queue == OFFERED
    assert case.state.team == ROSTER.teams["kyc"]


def test_who_was_found_for_the_old_team_does_not_get_the_case():
    case = classified()
    late = AssigneeFound(
        key="assign:1", put_by=case.state.due["assign:1"].event, assignee="agent-x", open_cases=0
    )
    corrected(case, "kyc")
    case.when(late)
    assert case.state.assignee is None


@pytest.mark.parametrize(
    ("case", "category", "told", "rule"),
    [
        (triage(), "kyc", {}, "not-classified"),
        (running(), "deposit_withdrawal", {}, "same-category"),
        (running(), "kyc", {"expected_sequence": 1}, "case-moved-on"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(case, category, told, rule):
    (refusal,) = corrected(case, category, **told)
    assert isinstance(refusal, CategoryRefused)
    assert refusal.rule == rule


def test_a_decided_case_keeps_its_category():
    case = running()
    case.when(decision())
    (refusal,) = corrected(case, "kyc")
    assert refusal.rule == "case-settled"


@pytest.mark.parametrize("body", [{"category": "none", "reason": "x-y"}, {"category": "kyc"}])
def test_a_body_that_says_no_category_or_no_reason_is_refused(body):
    with pytest.raises(ValidationError):
        SetCategory.model_validate(body)


TWO = "My withdrawal has been stuck for two days. You also rejected my passport in KYC twice."


def test_a_complaint_of_two_matters_has_two_points():
    assert {point.category for point in classify(TWO).points} == {"kyc", "deposit_withdrawal"}


def test_the_main_matter_is_the_first_point():
    assert classify(TWO).points[0].category == classify(TWO).category


def test_a_wish_has_no_second_matter():
    text = "It would be great to add a warning before a liquidation, and a dark mode."
    assert [point.category for point in classify(text).points] == ["product_suggestion"]


def test_the_points_stand_in_the_event_as_codes():
    case = triage()
    events = case.when(admitted(TWO))
    points = the_one(events, CaseClassified).points
    assert len(points) == 2
    assert all(" " not in point.rule for point in points)
