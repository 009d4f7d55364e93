"""The same finding gets the same answer, or a reason why not."""

import pytest

from services.investigation.rules.precedents import breaks_with, drafted
from services.investigation.state import InvestigationState
from shared.events.investigation import Precedent, RemedyProposed
from shared.events.personal import Personal
from shared.events.resolution import ApprovalDenied, CaseClosed
from tests.unit.investigation.stage_cases import (
    admitted,
    answered,
    appealed,
    assigned,
    investigation,
    names,
    put,
    settled,
)
from tests.unit.investigation.test_stage_commands import (
    cause,
    proposal,
    refusal,
    with_a_person,
)

NOTED, EXPLAINED = "upheld|product_note", "upheld|explain"


def said(answer, cases=1):
    return Precedent(answer=answer, cases=cases)


def suggested():
    """A playbook's draft, and nobody has looked at the other cases yet."""
    case = investigation()
    case.when(assigned(category="product_suggestion"))
    return case, case.when(admitted())


def written(**more):
    """A person's draft."""
    case = with_a_person()
    case.when(cause())
    return case, case.when(proposal(finding="tariff_unclear", **more))


def test_nothing_is_proposed_before_the_other_cases_were_looked_at():
    case, events = suggested()

    (look,) = case.state.due.values()
    assert names(events)[-2:] == ["CauseDetermined", "ProposalDrafted"]
    assert (look.kind, look.arguments) == (
        "precedent",
        {"about": "product_suggestion|suggestion|product_note"},
    )
    assert case.state.proposal is None


def test_the_first_of_its_kind_and_one_like_the_others_are_proposed():
    for practice in ((), (said(NOTED, 3), said(EXPLAINED, 2)), (said(EXPLAINED), said(NOTED))):
        case, _ = suggested()
        (proposed,) = settled(case, [], *practice)
        assert proposed.proposal_id == case.state.proposal
        assert case.state.stands.answer == NOTED
        assert (case.state.draft, case.state.due) == (None, {})


def test_a_playbooks_decision_that_breaks_with_the_others_is_a_persons_task():
    case, _ = suggested()

    (task,) = settled(case, [], said(EXPLAINED, 2), said(NOTED))

    assert (task.reason, task.article[:3]) == ("precedent-reason-missing", "RTS")
    assert (case.state.draft, case.state.proposal, case.state.stands) == (None, None, None)
    assert [item.kind for item in case.state.due.values()] == ["timer", "timer"]


def test_the_same_outcome_with_another_remedy_is_another_answer():
    case, _ = written()

    (task,) = settled(case, [], said("upheld|fix"))
    acted, proposed, done = put(
        case, proposal(finding="tariff_unclear", precedent_reason="The page was changed in May.")
    )

    assert task.reason == "precedent-reason-missing"
    assert proposed.precedent_reason.text == "The page was changed in May."
    assert done.opened_for == "precedent-reason-missing"
    assert acted.act == "propose"


def test_a_reason_lets_a_decision_differ_and_makes_it_no_precedent():
    case, _ = written(precedent_reason="The page was changed in May.")

    events = settled(case, [], said("upheld|fix", 9))

    assert names(events) == ["RemedyProposed", "WorkItemClosed"]
    assert case.state.stands is None


def test_nobody_says_anything_more_while_the_others_are_looked_at():
    case, _ = written()

    assert refusal(case, proposal()) == ("ProposalRefused", "proposed-already")
    assert refusal(case, cause()) == ("CauseRefused", "proposed-already")


def test_a_draft_of_a_case_that_ends_is_never_proposed():
    case, _ = written()

    case.when(CaseClosed(outcome="withdrawn", level=1))

    assert (case.state.draft, case.state.due) == (None, {})


def test_what_was_denied_is_no_precedent():
    case, _ = written()
    settled(case, [])
    assert case.state.stands
    case.when(ApprovalDenied(proposal_id=case.state.proposal, staff="sup-1", reason="no", level=1))

    assert case.state.stands is None


def test_an_appeal_leaves_the_precedent_until_it_is_decided():
    case, _ = written()
    settled(case, [])
    case.when(appealed())
    case.when(assigned("senior-1", level=2))
    answered(case)

    assert case.state.task == "appeal"
    assert case.state.stands.answer == EXPLAINED


def of(*codes, outcome="upheld", **more):
    proposed = RemedyProposed(
        proposal_id="p-1",
        level=1,
        outcome=outcome,
        finding="late",
        cause="platform",
        remedies=(),
        details={},
        proposed_by="agent-1",
        **more,
    )
    return drafted(InvestigationState(category="api"), proposed, codes, "fix")


def test_a_draft_is_compared_by_category_finding_what_is_advised_outcome_and_remedies():
    draft = of("fix", "explain")

    assert (draft.about, draft.answer) == ("api|late|fix", "upheld|explain,fix")


def test_a_credit_with_its_compensation_is_the_two_payments():
    assert of("credit_and_compensate").answer == of("credit", "compensate").answer
    assert of("credit", "credit").answer == of("credit").answer
    assert of("credit").answer != of("compensate").answer
    assert of("goodwill").answer != of("compensate").answer


@pytest.mark.parametrize(
    ("practice", "breaks"),
    [
        ((), False),
        ((said(EXPLAINED),), False),
        ((said("rejected|explain"),), True),
        ((said("upheld|fix"),), True),
        ((said("upheld|fix", 2), said(EXPLAINED, 2)), False),
        ((said("upheld|fix", 3), said(EXPLAINED, 2)), True),
    ],
)
def test_what_most_of_the_others_got_counts(practice, breaks):
    assert breaks_with(of("explain"), practice) is breaks
    assert not breaks_with(of("explain", precedent_reason=Personal("New tariff.")), practice)


@pytest.mark.parametrize(("finding", "advised"), [("manual_review", "refer_person"), ("else", "")])
def test_what_a_playbook_advised_on_the_facts_goes_with_its_finding_alone(finding, advised):
    case = with_a_person()
    case.when(cause())

    draft = case.when(proposal(finding=finding))[0]

    assert draft.about == f"deposit_withdrawal|{finding}|{advised}"


def test_how_much_is_paid_is_no_other_answer():
    paid = {"code": "compensate", "asset": "BTC", "thing": "order-7"}
    answers = set()
    for amount in ("0.1", "0.2"):
        case = with_a_person()
        case.when(cause())
        put(case, proposal({**paid, "amount": amount}))
        answers.add(case.state.stands.answer)

    assert answers == {"upheld|compensate"}
