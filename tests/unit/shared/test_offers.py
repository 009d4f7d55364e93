"""What pages offer of each stage's commands: no form that would only be refused."""

import pytest

from services.investigation.offers import OFFERS as INVESTIGATION
from services.investigation.rules.commands import on_file
from services.resolution.offers import OFFERS as RESOLUTION
from services.resolution.state import ResolutionState
from services.resolution.state.case import Approval
from services.triage.offers import OFFERS as TRIAGE
from shared.http.tokens import Principal
from tests.unit.investigation.stage_cases import proposed
from tests.unit.investigation.test_stage_commands import cause, note, with_a_person
from tests.unit.triage.stage_cases import MISSING, running

AGENT = Principal("agent-1", frozenset({"agent"}))
OTHER = Principal("agent-2", frozenset({"agent"}))
BOSS = Principal("supervisor-1", frozenset({"supervisor"}))


def names(offers, state, who):
    return {name for name, offered in offers.items() if offered(state, who)}


def waiting(**more):
    approval = Approval(proposal_id="p-1", needed=2, proposed_by="supervisor-2", **more)
    return ResolutionState(approvals=(approval,))


@pytest.mark.parametrize(
    ("who", "given", "offered"),
    [
        ("supervisor-1", (), {"approve", "deny"}),
        ("supervisor-2", (), set()),
        ("supervisor-1", ("supervisor-1",), {"deny"}),
    ],
)
def test_who_proposed_or_approved_is_offered_no_approval(who, given, offered):
    person = Principal(who, frozenset({"supervisor"}))
    found = names(RESOLUTION, waiting(given=given), person)
    assert found & {"approve", "deny"} == offered


@pytest.mark.parametrize(
    ("role", "given", "offered"),
    [
        ("supervisor", (), True),
        ("supervisor", ("supervisor-3",), False),
        ("director", ("supervisor-3",), True),
    ],
)
def test_the_last_approval_is_offered_in_the_role_that_is_still_needed(role, given, offered):
    person = Principal("somebody", frozenset({role}))
    state = waiting(given=given, role="director")
    assert bool(RESOLUTION["approve"](state, person)) is offered


def test_an_approval_is_offered_for_the_proposal_that_waits():
    (offer,) = RESOLUTION["approve"](waiting(), BOSS)
    assert offer.preset == {"proposal_id": "p-1"}
    assert RESOLUTION["approve"](ResolutionState(), BOSS) == []


def test_who_has_the_case_and_supervisors_are_offered_to_investigate_it():
    case = with_a_person()
    theirs = {"add-evidence", "supersede-evidence", "record-finding", "record-cause"}
    assert names(INVESTIGATION, case.state, AGENT) == theirs
    assert names(INVESTIGATION, case.state, BOSS) == theirs
    assert names(INVESTIGATION, case.state, OTHER) == {"add-evidence"}
    case.when(cause())
    assert "propose" in names(INVESTIGATION, case.state, AGENT)
    assert "propose" not in names(INVESTIGATION, proposed().state, AGENT)


def test_the_evidence_to_choose_from_is_what_is_on_file():
    case = with_a_person()
    case.when(note())
    (offer,) = INVESTIGATION["supersede-evidence"](case.state, AGENT)
    assert {value for value, _ in offer.choices["by"]} == on_file(case.state)


def test_a_case_is_handed_only_to_who_may_have_it():
    state = running(MISSING, assignee="agent-zh-1").state
    (offer,) = TRIAGE["assign"](state, BOSS)
    chosen = {value for value, _ in offer.choices["assignee"]}
    assert "agent-zh-1" not in chosen
    assert "agent-en-2" not in chosen  # of other teams
    assert "senior-1" in chosen
    conflicted = state.model_copy(update={"conflicted": ("senior-1",)})
    (less,) = TRIAGE["assign"](conflicted, BOSS)
    assert chosen - {value for value, _ in less.choices["assignee"]} == {"senior-1"}


def test_a_settled_case_offers_nothing_of_triage():
    state = running(MISSING).state.model_copy(update={"settled": 1})
    assert names(TRIAGE, state, BOSS) == set()
