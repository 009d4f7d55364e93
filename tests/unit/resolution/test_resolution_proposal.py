"""From a proposal over the effects to the decision."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.events.base import Remedy
from shared.events.resolution import EffectCarriedOut
from shared.testing.scenario import COMPLAINT
from tests.unit.resolution.builders import (
    CREDIT,
    DELAY,
    THING,
    TXID,
    USER,
    a_case,
    appealed,
    applied,
    compensate,
    credit,
    decided,
    escalated,
    kinds,
    known,
    proposal,
    refused,
    withdrawn,
)


@pytest.mark.parametrize(
    "remedies",
    [
        (),
        (Remedy(code="explain"),),
        (Remedy(code="wait"), Remedy(code="product_note")),
        (Remedy(code="refuse_double"),),
        (Remedy(code="goodwill"),),
    ],
)
def test_words_alone_are_decided_at_once(remedies):
    case = a_case()
    proposed = proposal(*remedies, outcome="rejected", finding="not_found", cause="user")

    (decision,) = case.when(proposed)

    assert (decision.outcome, decision.finding, decision.cause, decision.level) == (
        "rejected",
        "not_found",
        "user",
        1,
    )
    assert decision.remedies == remedies
    assert decision.details == {"confirmations": 8}
    assert decision.explanation is proposed.explanation
    assert decision.respond_by == case.now + timedelta(days=7)


def test_the_same_proposal_gives_the_same_decision_id_and_another_case_another():
    first, again = decided(a_case()), decided(a_case())

    assert first == again == str(uuid.uuid5(uuid.UUID(COMPLAINT), "decision|p-1"))
    assert decided(a_case(), proposal_id="p-2") != first


def test_a_small_credit_is_done_first_and_compensated_after():
    case = a_case()

    noted, first = case.when(proposal(credit(), compensate()))
    verified, second = applied(case, CREDIT)
    last, decision = applied(case, DELAY)

    assert kinds([noted, first]) == ["ProposalNoted", "EffectRequested"]
    assert (first.key, first.action, first.user_id, first.asset, first.amount) == (
        CREDIT,
        "credit",
        USER,
        "BTC",
        Decimal("0.5"),
    )
    assert (first.reference, first.proposal_id, first.after) == (f"{TXID}:1", "p-1", None)
    assert (verified.key, verified.proposal_id) == (CREDIT, "p-1")
    assert (second.key, second.action, second.after) == (DELAY, "compensate", CREDIT)
    assert (second.amount, second.reference) == (Decimal("0.0005"), f"{THING}|delay")
    assert kinds([last, decision]) == ["EffectVerified", "DecisionMade"]
    assert decision.remedies == (credit(), compensate())
    waits = [f"{kind}:{decision.decision_id}" for kind in ("confirm", "check")]
    assert list(case.state.due) == waits


def test_a_deposit_that_is_credited_already_is_told_to_the_customer_as_a_double_claim():
    case = a_case()
    case.when(proposal(credit(), compensate()))

    failed, decision = refused(case, CREDIT, "already_credited")

    assert (failed.problem, failed.proposal_id) == ("already_credited", None)
    assert (decision.outcome, decision.finding, decision.cause) == (
        "rejected",
        "double_claim",
        "rules_applied",
    )
    assert (decision.remedies, decision.explanation) == ((), None)
    assert decision.details == {"confirmations": 8, "already_credited": True}
    assert list(case.state.due) == [f"confirm:{decision.decision_id}"]


def test_another_refusal_stops_the_proposal_and_a_new_one_may_use_the_same_key():
    case = a_case()
    case.when(proposal(credit(), compensate()))

    (failed,) = refused(case, CREDIT, "unknown_account")
    case.when(known("L1", "u-200"))
    order = case.when(proposal(credit(user_id="u-200"), proposal_id="p-2"))[-1]

    assert (failed.problem, failed.proposal_id) == ("unknown_account", "p-1")
    assert (order.key, order.user_id) == (CREDIT, "u-200")


def test_a_payment_made_already_after_another_one_was_done_needs_a_person():
    case = a_case()
    case.when(proposal(credit(), compensate()))
    applied(case, CREDIT)

    assert kinds(refused(case, DELAY, "already_credited")) == ["EffectFailed"]


def test_a_freeze_of_the_case_does_not_move_its_proposal():
    case = a_case()
    case.when(proposal(credit()))
    order = case.when(escalated())[-1]

    assert kinds(applied(case, order.key)) == ["EffectVerified"]
    assert kinds(applied(case, CREDIT)) == ["EffectVerified", "DecisionMade"]


@pytest.mark.parametrize("remedies", [(), (credit(),)])
def test_the_same_proposal_twice_changes_nothing(remedies):
    case = a_case()
    case.when(proposal(*remedies))

    assert case.when(proposal(*remedies)) == []


def test_a_failed_proposal_does_not_come_back():
    case = a_case()
    case.when(proposal(credit(thing=None)))

    assert case.when(proposal(credit())) == []


def test_a_second_proposal_waits_for_no_effect_that_is_under_way():
    case = a_case()
    case.when(proposal(credit()))

    assert case.when(proposal(Remedy(code="explain"), proposal_id="p-2")) == []


def test_a_proposal_is_ignored_once_its_level_is_decided_or_left():
    case = a_case()
    first = decided(case)
    again = case.when(proposal(proposal_id="p-2"))
    case.when(appealed(first))

    assert again == []
    assert case.when(proposal(proposal_id="p-3")) == []
    assert kinds(case.when(proposal(proposal_id="p-4", level=2))) == ["DecisionMade"]


def test_a_proposal_for_a_complaint_taken_back_is_ignored():
    case = a_case()
    case.when(withdrawn())

    assert case.when(proposal(credit())) == []


def test_what_level_one_paid_is_not_paid_again_at_level_two():
    case = a_case()
    case.when(proposal(credit(), compensate()))
    applied(case, CREDIT)
    case.when(appealed(applied(case, DELAY)[-1].decision_id))

    same = case.when(proposal(credit(), compensate(), proposal_id="p-2", level=2))

    assert kinds(same) == ["ProposalNoted", "DecisionMade"]


def test_what_level_one_paid_is_not_paid_in_other_terms_at_level_two():
    case = a_case()
    case.when(proposal(credit()))
    case.when(appealed(applied(case, CREDIT)[-1].decision_id))

    _, failed = case.when(proposal(credit("0.4"), proposal_id="p-2", level=2))

    assert failed.problem == "thing-already-paid"


def test_the_same_result_twice_changes_nothing():
    case = a_case()
    case.when(proposal(credit()))
    result = EffectCarriedOut(key=CREDIT, put_by=case.due(CREDIT).event, status="applied")
    case.when(result)

    assert case.when(result) == []
