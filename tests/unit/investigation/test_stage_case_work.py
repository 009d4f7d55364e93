"""Case work: tasks have an end, findings a reason, evidence a successor, causes a detail."""

import pytest

from services.investigation.rules.causes import TAXONOMY
from services.investigation.rules.marks import MOST_MARKS, kind_of, marks_of
from shared.events.personal import Personal
from shared.events.resolution import ApprovalDenied, CaseClosed
from shared.events.triage import ProblemFixed
from tests.unit.investigation.stage_cases import answered, names, put, running
from tests.unit.investigation.test_stage_commands import (
    asked,
    cause,
    note,
    proposal,
    refusal,
    with_a_person,
)

KEY = b"k" * 32


def of_type(events, name):
    return next(event for event in events if type(event).__name__ == name)


def on_file(case):
    return [evidence.evidence_id for evidence in case.state.evidence.values()]


def found(*against, **more):
    body = {"finding": "wrong_tier", "confidence": 0.7, "reason": "The tier of May was used."}
    return asked("record-finding", **{**body, "contradicting": against, **more})


def superseding(old, new, **more):
    return asked("supersede-evidence", evidence_id=old, by=new, **more)


def test_a_task_is_open_until_a_proposal_ends_it():
    case = with_a_person()
    opened = case.state.task
    case.when(cause())
    assert case.state.task == opened
    done = of_type(put(case, proposal()), "WorkItemClosed")
    assert (done.level, done.opened_for, done.done_by) == (1, opened, "agent-1")


def test_a_denied_proposal_opens_the_task_again():
    case = with_a_person()
    case.when(cause())
    put(case, proposal())
    denied = ApprovalDenied(
        proposal_id=case.state.proposal, staff="supervisor-1", reason="no", level=1
    )
    assert names(case.when(denied)) == ["WorkItemOpened"]
    assert case.state.task == "approval-denied"


def test_a_settled_case_leaves_no_task_open():
    case = with_a_person()
    closed = case.when(CaseClosed(outcome="withdrawn", level=1))
    done = of_type(closed, "WorkItemClosed")
    assert (done.done, done.done_by) == ("settled", None)
    assert case.state.task is None


def test_sources_that_are_asked_anew_end_the_task_they_may_answer():
    case = with_a_person()
    events = case.when(ProblemFixed(problem_id="p-1", reason="node-back", staff="supervisor-1"))
    assert of_type(events, "WorkItemClosed").done == "asked-anew"
    assert names(events).index("WorkItemClosed") < names(events).index("InvestigationStarted")


def test_a_playbooks_proposal_closes_no_task_since_none_was_open():
    case = running()
    assert "WorkItemClosed" not in names(case.when(CaseClosed(outcome="upheld", level=1)))


def test_an_open_case_always_waits_for_somebody_or_something():
    case = running()
    denied = ApprovalDenied(proposal_id="", staff="supervisor-1", reason="no", level=1)
    answered(case, chain={"responses": {}})
    steps = (note(), found(), cause(), proposal(), denied, cause(), proposal())
    fixed = ProblemFixed(problem_id="p-1", reason="node-back", staff="supervisor-1")
    for step in (*steps, denied, fixed):
        if step is denied:
            step = denied.model_copy(update={"proposal_id": case.state.proposal})  # noqa: PLW2901 - the one that stands
        case.when(step)
        assert case.state.task or case.state.proposal or case.state.due


def test_a_finding_is_noted_with_its_reason_and_what_speaks_against_it():
    case = with_a_person()
    against = on_file(case)[0]
    noted, acted = case.when(found(against))
    assert (noted.finding, noted.confidence, noted.contradicting) == ("wrong_tier", 0.7, (against,))
    assert noted.reason == Personal("The tier of May was used.")
    assert (noted.found_by, acted.act) == ("agent-1", "record-finding")


def test_a_finding_names_evidence_that_is_on_file_and_a_point_there_is():
    case = with_a_person()
    assert refusal(case, found("ev-0")) == ("FindingRefused", "no-such-evidence")
    case.state = case.state.model_copy(update={"points": ("amount",)})
    assert refusal(case, found(point="fee")) == ("FindingRefused", "no-such-point")
    assert names(case.when(found(point="amount")))[0] == "FindingNoted"


def test_evidence_is_superseded_and_stays_in_the_log():
    case = with_a_person()
    added, _ = case.when(note())
    old, new = case.state.evidence["chain"].evidence_id, added.evidence.evidence_id
    over, acted = case.when(superseding(old, new))
    assert (over.evidence_id, over.by, over.staff) == (old, new, "agent-1")
    assert acted.act == "supersede-evidence"
    assert old not in on_file(case)
    assert new in on_file(case)
    assert refusal(case, superseding(old, new)) == ("EvidenceRefused", "no-such-evidence")
    assert refusal(case, superseding(new, new)) == ("EvidenceRefused", "same-evidence")


def test_a_cause_has_a_detail_of_its_own_list_only():
    case = with_a_person()
    assert refusal(case, cause(detail="wrong_memo")) == ("CauseRefused", "unknown-detail")
    (determined,) = case.when(cause(detail="price_feed"))
    assert (determined.cause, determined.detail) == ("platform", "price_feed")


@pytest.mark.parametrize(
    ("known", "detail"), [(c, d) for c, details in TAXONOMY.causes.items() for d in details]
)
def test_each_detail_of_the_taxonomy_can_be_recorded(known, detail):
    case = with_a_person()
    command = asked("record-cause", cause=known, confidence=0.6, detail=detail)
    assert names(case.when(command)) == ["CauseDetermined"]


def test_undetermined_is_allowed_with_a_reason_and_not_without():
    case = with_a_person()
    open_ = asked("record-cause", cause="undetermined", confidence=0.3)
    assert refusal(case, open_) == ("CauseRefused", "reason-missing")
    said = asked("record-cause", cause="undetermined", confidence=0.3, reason="logs-gone")
    (determined,) = case.when(said)
    assert (determined.cause, determined.reason) == ("undetermined", "logs-gone")


def test_a_mark_is_the_same_for_one_device_however_it_is_written_and_tells_nobody_which():
    one = marks_of({"rows": [{"ip": "192.0.2.7", "device": "Pixel 9"}]}, KEY)
    other = marks_of({"rows": [{"device": " pixel 9 "}]}, KEY)
    assert sorted(map(kind_of, one)) == ["device", "ip"]
    assert set(other) <= set(one)
    assert "192.0.2.7" not in str(one)
    assert "pixel" not in str(one).lower()
    assert set(one).isdisjoint(marks_of({"rows": [{"ip": "192.0.2.7"}]}, b"x" * 32))


@pytest.mark.parametrize("answer", [{}, {"rows": None}, {"rows": ["x", {"ip": 7, "device": " "}]}])
def test_rows_without_a_device_leave_no_mark(answer):
    assert marks_of(answer, KEY) == ()


def test_marks_have_an_end():
    rows = [{"ip": f"192.0.2.{n}", "device": f"d{n}"} for n in range(200)]
    assert len(marks_of({"rows": rows}, KEY)) == MOST_MARKS
