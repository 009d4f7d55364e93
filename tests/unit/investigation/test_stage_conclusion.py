from datetime import timedelta
from decimal import Context, Decimal

import pytest

from shared.events.base import Remedy
from shared.events.resolution import ApprovalDenied, CaseClosed, EffectFailed
from shared.testing.scenario import START
from tests.unit.investigation.stage_cases import (
    ELSEWHERE,
    OURS,
    TXID,
    admitted,
    answer,
    answered,
    answers,
    appealed,
    assigned,
    chain,
    investigation,
    names,
    proposed,
    put,
    running,
)

ABSENT = {"responses": {"GET /tx/{txid}": {"status": 404, "text": "no"}}}


def ledger(**changed):
    return {**answers()["ledger"], **changed}


def credited(user="u1"):
    row = {"txid": TXID, "vout": 0, "user_id": user, "amount": "0.5", "state": "credited"}
    return ledger(rows=[row])


def test_an_output_of_any_size_is_proposed_to_its_last_digit():
    *_, proposal = answered(running(), chain=chain((OURS, 10**40 + 1)))

    assert [(r.code, r.amount) for r in proposal.remedies] == [
        ("credit", Decimal(10**40 + 1).scaleb(-8, Context(prec=99))),
        ("compensate", Decimal(10**29)),
    ]


def test_a_late_credit_is_proposed_with_its_compensation():
    _, finding, cause, proposal = answered(running())
    assert (finding.finding, finding.remedy) == ("credited_internal_delay", "credit_and_compensate")
    assert finding.details["amount_onchain"] == "0.5"
    assert (cause.cause, cause.decided_by, cause.contradicting) == (
        "platform",
        "playbook:deposit",
        (),
    )
    assert (proposal.outcome, proposal.cause) == ("upheld", "platform")
    thing = f"bitcoin|{TXID}|0"
    whose = {"user_id": "u1", "asset": "BTC"}
    assert proposal.remedies == (
        Remedy(code="credit", amount=Decimal("0.5"), thing=thing, **whose),
        Remedy(code="compensate", amount=Decimal("0.0005"), thing=f"{thing}|delay", **whose),
    )
    assert proposal.explanation.text == finding.explanation
    assert proposal.details == finding.details


def test_each_output_that_arrived_is_a_thing_of_its_own():
    paid = chain((OURS, 10_000_000), (ELSEWHERE, 5), (OURS, 20_000_000))
    *_, proposal = answered(running(amount=None), chain=paid)
    paid_out = [(r.thing[-1], r.amount) for r in proposal.remedies if r.code == "credit"]
    assert paid_out == [("0", Decimal("0.1")), ("2", Decimal("0.2"))]
    assert proposal.details["vouts"] == "0,2"


def test_a_compensation_below_the_smallest_unit_is_left_out():
    few = ledger(asset={"required_confirmations": 2, "min_deposit": "0"})
    *_, proposal = answered(running(), chain=chain((OURS, 900)), ledger=few)
    assert [r.code for r in proposal.remedies] == ["credit"]


def test_an_amount_that_differs_from_the_claim_speaks_against_the_cause():
    _, _, cause, proposal = answered(running(amount="0.7"))
    assert cause.contradicting == ("amount_mismatch",)
    assert proposal.remedies[0].amount == Decimal("0.5")


def test_the_same_input_gives_the_same_proposal_id():
    assert answered(running())[-1].proposal_id == answered(running())[-1].proposal_id


def test_too_few_confirmations_are_looked_at_again_until_there_are_enough():
    case = running()
    _, recheck = answered(case, chain=chain((OURS, 50_000_000), confirmations=1))
    assert recheck.at == START + timedelta(minutes=10)
    assert (recheck.finding, recheck.details["confirmations"]) == ("confirmed_wait", 1)
    assert sorted(case.state.due) == [
        "evidence:account:2",
        "evidence:chain:2",
        "evidence:ledger:2",
        "evidence:payout:2",
    ]
    assert case.due("evidence:chain:2").at == recheck.at
    assert answered(case)[-1].outcome == "upheld"


@pytest.mark.parametrize(
    ("changed", "finding", "cause", "remedy"),
    [
        ({"chain": chain((ELSEWHERE, 5))}, "wrong_address", "user", "explain"),
        ({"ledger": credited()}, "double_claim", "rules_applied", "refuse_double"),
        ({"chain": chain((OURS, 5))}, "under_min_deposit", "rules_applied", "explain"),
        (
            {"chain": {"sources": [ABSENT, ABSENT]}},
            "not_found",
            "undetermined",
            "ask_customer",
        ),
        (
            {"ledger": ledger(earlier_claims=[TXID])},
            "double_claim",
            "rules_applied",
            "refuse_double",
        ),
    ],
)
def test_what_is_not_our_delay_is_rejected_with_its_default_remedy(changed, finding, cause, remedy):
    *_, recorded, determined, proposal = answered(running(), **changed)
    assert recorded.finding == finding
    assert determined.cause == cause
    assert (proposal.outcome, proposal.remedies) == ("rejected", (Remedy(code=remedy),))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"chain": chain((ELSEWHERE, 5), others=[ELSEWHERE])}, "wrong-address"),
        ({"ledger": credited(user="u2")}, "double-claim"),
    ],
)
def test_what_no_rule_may_decide_alone_goes_to_a_person_with_the_finding(changed, reason):
    case = running()
    *_, recorded, task = answered(case, **changed)
    assert recorded.finding == reason.replace("-", "_")
    assert (task.reason, task.assignee) == (reason, "agent-1")
    assert case.state.proposal is None


def test_a_wrongly_written_address_that_was_paid_all_the_same_goes_to_a_person():
    legacy = {"account": {"user_id": "u1", "deposit_addresses": {"bitcoin": ELSEWHERE}}}
    case = running(address=ELSEWHERE.lower())
    *_, recorded, task = answered(case, account=legacy, chain=chain((ELSEWHERE, 50_000_000)))
    assert (recorded.finding, task.reason) == ("wrong_case_address", "wrong-case-address")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"account": {"account": None}}, "facts-missing"),
        (
            {"account": {"account": {"user_id": "u1", "deposit_addresses": {}}}},
            "facts-missing",
        ),
        ({"ledger": ledger(asset=None)}, "facts-missing"),
        ({"chain": chain((ELSEWHERE, 5), withdrawal=True)}, "withdrawal"),
    ],
)
def test_a_case_that_is_no_deposit_we_can_judge_goes_to_a_person(changed, reason):
    assert answered(running(), **changed)[-1].reason == reason


def test_a_row_of_the_ledger_that_is_not_credited_credits_nobody():
    row = {"txid": TXID, "vout": 0, "user_id": "u1", "amount": "0.5", "state": "pending"}
    assert answered(running(), ledger=ledger(rows=[row]))[-1].outcome == "upheld"


def test_a_malformed_transaction_id_is_answered_without_asking_the_chain():
    case = running(txid="not a transaction")
    assert sorted(case.state.due) == [f"evidence:{s}:1" for s in ("account", "ledger", "payout")]
    *_, recorded, _, proposal = answered(case)
    assert recorded.details["malformed"] is True
    assert proposal.outcome == "rejected"


@pytest.mark.parametrize("told", [{"txid": None}, {"network": "base"}, {"network": "nonsense"}])
def test_a_deposit_without_a_transaction_we_can_look_up_goes_to_a_person(told):
    case = running(**told)
    assert "evidence:chain:1" not in case.state.due
    assert answered(case)[-1].reason == "no-playbook"


@pytest.mark.parametrize(
    ("told", "playbook"),
    [
        ({"network": None, "asset": "xbt"}, "deposit"),
        ({"network": None, "asset": "ETH"}, "withdrawal"),
        ({"network": None, "asset": None}, "withdrawal"),
        ({"network": " BTC ", "asset": None}, "deposit"),
        ({"user_id": None}, None),
    ],
)
def test_the_network_is_the_one_named_else_the_assets_own(told, playbook):
    assert running(**told).state.playbook == playbook


@pytest.mark.parametrize(
    ("category", "reason", "sources"),
    [
        ("contract_liquidation", "facts-missing", ("account", "positions", "prices", "tiers")),
        ("kyc", "facts-missing", ("account", "identity")),
    ],
)
def test_other_categories_go_to_a_person_with_their_evidence(category, reason, sources):
    case = running(category)
    assert case.state.sources == sources
    for source in sources:
        last = answer(case, source, {"rows": []})
    assert names(last) == ["EvidenceAdded", "WorkItemOpened"]
    assert (last[-1].reason, case.state.task) == (reason, reason)


def test_a_category_without_sources_goes_to_a_person_at_once():
    case = investigation()
    case.when(admitted())
    assert names(case.when(assigned(category="other"))) == [
        "InvestigationStarted",
        "WorkItemOpened",
    ]


def test_a_suggestion_is_noted_for_the_product_at_once():
    case = investigation()
    case.when(assigned(category="product_suggestion"))
    _, start, finding, cause, proposal = put(case, admitted())
    assert (finding.finding, finding.details) == ("suggestion", {})
    assert (start.level, cause.cause, cause.level) == (1, "rules_applied", 1)
    assert (proposal.outcome, proposal.finding) == ("upheld", "suggestion")
    assert proposal.remedies == (Remedy(code="product_note"),)
    assert proposal.proposed_by == "playbook:suggestion"


@pytest.mark.parametrize("category", ["deposit_withdrawal", "product_suggestion"])
def test_an_appeal_is_heard_by_a_person_with_its_points_and_new_evidence(category):
    case = proposed()
    case.when(appealed(points=("amount", "delay")))
    last = case.when(assigned("agent-9", level=2, category=category))
    if category == "deposit_withdrawal":
        assert {key[-2:] for key in case.state.due} == {":2"}
        last = answered(case)
    task = last[-1]
    assert names(last)[-1] == "WorkItemOpened"
    assert (task.reason, task.points) == ("appeal", ("amount", "delay"))
    assert (task.assignee, task.level) == ("agent-9", 2)


def denied(proposal_id):
    return ApprovalDenied(proposal_id=proposal_id, staff="s", reason="no", level=1)


def failed(proposal_id, action="credit"):
    return EffectFailed(key="k", action=action, problem="p", proposal_id=proposal_id)


@pytest.mark.parametrize(
    ("word", "reason"), [(denied, "approval-denied"), (failed, "effect-failed")]
)
def test_a_proposal_that_cannot_be_carried_out_comes_back_once(word, reason):
    case = proposed()
    proposal_id = case.state.proposal
    (task,) = case.when(word(proposal_id))
    assert task.reason == reason
    assert case.state.proposal is None
    assert case.state.cause == "platform"
    assert case.when(word(proposal_id)) == []


@pytest.mark.parametrize("word", [denied, failed])
def test_news_of_another_proposal_or_of_a_settled_case_changes_nothing(word):
    case = proposed()
    assert case.when(word("another")) == []
    proposal_id = case.state.proposal
    case.when(CaseClosed(outcome="upheld", level=1))
    assert case.when(word(proposal_id)) == []


def test_a_freeze_that_failed_is_a_persons_work_once_somebody_has_the_case():
    assert investigation().when(failed(None, "freeze")) == []
    (task,) = running().when(failed(None, "freeze"))
    assert task.reason == "freeze-failed"
    assert running().when(failed(None)) == []
