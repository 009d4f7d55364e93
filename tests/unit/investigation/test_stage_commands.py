from decimal import Decimal

import pytest
from pydantic import ValidationError

from services.investigation.api import COMMANDS
from services.investigation.rules.commands import MOST_PIECES
from shared.events.base import Remedy
from shared.events.investigation import CauseSubmitted, ProposalSubmitted
from shared.events.personal import Personal
from shared.events.resolution import CaseClosed
from shared.http.tokens import Principal
from shared.testing.scenario import START
from tests.unit.investigation.stage_cases import (
    answered,
    assigned,
    given_up,
    investigation,
    names,
    proposed,
    put,
    running,
    silence,
)

AGENT = Principal("agent-1", frozenset({"agent"}))


def asked(command, staff=AGENT, expected=0, **body):
    spec = COMMANDS[command]
    data = spec.build(spec.body(**body), staff, START)
    seen = {"expected_sequence": expected, "roles": tuple(sorted(staff.roles))}
    return data.model_copy(update=seen)


def note(summary="A call to the bank.", **more):
    return asked("add-evidence", type="call", source="bank", summary=summary, **more)


def cause(**more):
    return asked("record-cause", cause="platform", confidence=0.8, **more)


def proposal(*remedies, **more):
    body = {"outcome": "upheld", "finding": "manual_review", "explanation": "Our mistake."}
    body["language"] = "en"
    chosen = list(remedies) or [{"code": "explain"}]
    return asked("propose", remedies=chosen, **{**body, **more})


def with_a_person():
    case = running()
    answered(given_up(case), chain={"responses": {}})
    return case


def refusal(case, command):
    (event,) = case.when(command)
    assert event.input_id
    assert event.staff == command.staff
    return type(event).__name__, event.rule


def test_a_person_adds_evidence_beside_the_sources():
    case = with_a_person()
    added, acted = case.when(note())
    assert (acted.staff, acted.act) == ("agent-1", "add-evidence")
    assert added.evidence.collector == "staff:agent-1"
    assert added.evidence.content.text == '{"summary":"A call to the bank."}'
    assert added.key is None
    assert "chain" in case.state.evidence
    assert case.state.evidence[added.evidence.evidence_id] == added.evidence


def test_the_same_evidence_is_not_filed_twice():
    case = with_a_person()
    case.when(note())
    assert refusal(case, note()) == ("EvidenceRefused", "on-file-already")


def test_evidence_has_an_end():
    case = with_a_person()
    for number in range(MOST_PIECES - 3):
        case.when(note(f"Note {number}"))
    assert refusal(case, note("One more")) == ("EvidenceRefused", "too-much-evidence")


def test_a_person_records_the_cause_and_then_proposes():
    case = with_a_person()
    (determined,) = case.when(cause(contradicting=["bank-says-otherwise"]))
    assert (determined.cause, determined.confidence) == ("platform", 0.8)
    assert determined.contradicting == ("bank-says-otherwise",)
    assert determined.decided_by == "agent-1"
    acted, proposed_, done = put(case, proposal())
    assert (acted.staff, acted.act) == ("agent-1", "propose")
    assert (proposed_.cause, proposed_.level, proposed_.proposed_by) == ("platform", 1, "agent-1")
    assert proposed_.explanation.text == "Our mistake."
    assert (done.opened_for, done.done, done.done_by) == ("manual-review", "proposed", "agent-1")
    assert case.state.task is None


def test_a_proposal_for_the_finding_on_record_carries_its_numbers():
    case = with_a_person()
    case.when(cause())
    _, kept, *_ = put(case, proposal(finding="manual_review"))
    assert kept.details["indeterminate"] is True
    other = with_a_person()
    other.when(cause())
    _, bare, *_ = put(other, proposal(finding="something_else"))
    assert bare.details == {}


def test_a_payment_goes_to_the_customer_unless_another_account_is_named():
    paid = {"code": "goodwill", "asset": "BTC", "amount": "0.1", "thing": "order-7"}
    case = with_a_person()
    case.when(cause())
    _, event, *_ = put(case, proposal(paid))
    assert event.remedies == (
        Remedy(code="goodwill", user_id="u1", asset="BTC", amount=Decimal("0.1"), thing="order-7"),
    )
    other = with_a_person()
    other.when(cause())
    _, event, *_ = put(other, proposal({**paid, "user_id": "u9"}))
    assert event.remedies[0].user_id == "u9"


@pytest.mark.parametrize("missing", ["asset", "amount", "thing"])
def test_a_payment_that_does_not_name_what_it_pays_is_refused(missing):
    paid = {"code": "credit", "asset": "BTC", "amount": "0.1", "thing": "bitcoin|t|0"}
    del paid[missing]
    case = with_a_person()
    case.when(cause())
    assert refusal(case, proposal(paid)) == ("ProposalRefused", "payment-incomplete")


def with_a_cause():
    case = with_a_person()
    case.when(cause())
    return case


def test_goodwill_in_money_is_a_payment_and_goodwill_in_words_is_not():
    case = with_a_person()
    case.when(cause())
    paid = {"code": "goodwill", "amount": "0.1"}
    assert refusal(case, proposal(paid)) == ("ProposalRefused", "payment-incomplete")
    assert "RemedyProposed" in names(put(with_a_cause(), proposal(paid | {"asset": "BTC"})))
    assert names(put(case, proposal({"code": "goodwill"}))) == [
        "StaffActed",
        "RemedyProposed",
        "WorkItemClosed",
    ]


def test_a_payment_to_nobody_is_refused():
    case = running(user_id=None)
    answered(case)
    case.when(cause())
    paid = {"code": "credit", "asset": "BTC", "amount": "0.1", "thing": "bitcoin|t|0"}
    assert refusal(case, proposal(paid)) == ("ProposalRefused", "payment-incomplete")


def test_a_proposal_without_a_cause_is_refused():
    assert refusal(with_a_person(), proposal()) == ("ProposalRefused", "cause-first")


def test_a_proposal_without_a_remedy_is_refused():
    case = with_a_person()
    case.when(cause())
    empty = ProposalSubmitted(
        staff="agent-1", outcome="upheld", finding="x", remedies=(), explanation=Personal("x")
    )
    assert refusal(case, empty) == ("ProposalRefused", "remedy-missing")


@pytest.mark.parametrize("command", [cause, proposal])
def test_a_case_of_somebody_else_is_left_alone_but_for_supervisors(command):
    stranger = Principal("agent-2", frozenset({"agent"}))
    supervisor = Principal("agent-3", frozenset({"supervisor"}))
    case = with_a_person()
    case.when(cause())
    assert refusal(case, command(staff=stranger))[1] == "not-your-case"
    assert "Refused" not in names(case.when(command(staff=supervisor)))[0]


def test_a_case_handed_over_belongs_to_its_new_owner():
    case = with_a_person()
    case.when(assigned("agent-2"))
    assert refusal(case, cause()) == ("CauseRefused", "not-your-case")


def test_nothing_is_said_of_a_case_while_a_proposal_stands():
    assert refusal(proposed(), cause()) == ("CauseRefused", "proposed-already")
    assert refusal(proposed(), proposal()) == ("ProposalRefused", "proposed-already")


@pytest.mark.parametrize(
    ("command", "name"),
    [(note, "EvidenceRefused"), (cause, "CauseRefused"), (proposal, "ProposalRefused")],
)
def test_a_case_that_has_not_started_or_is_settled_takes_no_commands(command, name):
    assert refusal(investigation(), command()) == (name, "not-started")
    case = with_a_person()
    case.when(CaseClosed(outcome="withdrawn", level=1))
    assert refusal(case, command()) == (name, "case-settled")


def test_a_person_who_has_not_seen_the_latest_change_is_told_so():
    case = with_a_person()
    seen = case.state.sequence
    case.when(note())
    assert refusal(case, cause(expected=seen)) == ("CauseRefused", "case-moved-on")
    assert names(case.when(cause(expected=case.state.sequence))) == ["CauseDetermined"]


def test_changes_that_nobody_needs_to_see_do_not_stand_in_the_way():
    case = running()
    seen = case.state.sequence
    silence(case, "chain")
    assert names(case.when(cause(expected=seen))) == ["CauseDetermined"]


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("add-evidence", {"type": "call", "source": "bank", "summary": "x" * 4001}),
        ("add-evidence", {"type": "Call me", "source": "bank", "summary": "x"}),
        ("record-cause", {"cause": "weather", "confidence": 0.5}),
        ("record-cause", {"cause": "user", "confidence": 2}),
        ("record-cause", {"cause": "user", "confidence": 0.5, "note": "x"}),
        ("propose", {"outcome": "upheld", "finding": "f", "remedies": [], "explanation": "x"}),
    ],
)
def test_a_body_out_of_bounds_never_becomes_a_command(command, body):
    with pytest.raises(ValidationError):
        COMMANDS[command].body(**body)


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e400", "1e999999999999999999"])
def test_an_amount_that_no_ledger_holds_never_becomes_a_command(amount):
    with pytest.raises(ValidationError):
        proposal({"code": "credit_and_compensate", "amount": amount})


def test_a_cause_by_a_playbook_needs_no_person():
    assert isinstance(cause(), CauseSubmitted)
    assert proposed().state.cause == "platform"
