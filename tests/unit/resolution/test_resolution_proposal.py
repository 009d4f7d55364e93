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
    classified,
    compensate,
    credit,
    decided,
    escalated,
    kinds,
    proposal,
    refused,
    withdrawn,
)

BARE_GOODWILL = Remedy(code="goodwill")


@pytest.mark.parametrize(
    "remedies",
    [
        (),
        (Remedy(code="explain"),),
        (Remedy(code="wait"), Remedy(code="product_note")),
        (Remedy(code="refuse_double"),),
        (BARE_GOODWILL,),
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
    assert list(case.state.due) == [f"confirm:{decision.decision_id}"]


def test_credit_and_compensate_in_one_remedy_pays_the_rate_of_the_policy():
    case = a_case()

    noted, _ = case.when(
        proposal(credit("0.12345678").model_copy(update={"code": "credit_and_compensate"}))
    )

    assert [(e.key, e.amount) for e in noted.effects] == [
        (CREDIT, Decimal("0.12345678")),
        (DELAY, Decimal("0.00012345")),
    ]


def test_a_compensation_too_small_to_be_paid_is_left_out():
    case = a_case()

    noted, _ = case.when(
        proposal(credit("0.000001").model_copy(update={"code": "credit_and_compensate"}))
    )

    assert [e.key for e in noted.effects] == [CREDIT]


def test_goodwill_with_an_amount_is_paid_as_a_compensation():
    case = a_case()
    goodwill = Remedy(
        code="goodwill", user_id=USER, asset="USDT", amount=Decimal(10), thing="order|77"
    )

    order = case.when(proposal(goodwill, outcome="goodwill"))[-1]

    assert (order.key, order.action, order.reference) == (
        "compensate|order|77",
        "compensate",
        "order|77",
    )


def test_a_thing_in_other_letters_is_the_same_thing():
    case = a_case()

    order = case.when(proposal(credit(thing=f"bitcoin|{TXID.upper()}|1")))[-1]

    assert order.key == CREDIT


def test_a_thing_of_one_word_is_its_own_reference():
    order = a_case().when(proposal(credit(thing="77")))[-1]

    assert (order.key, order.reference) == ("credit|77", "77")


def test_a_freeze_by_remedy_takes_the_cases_account_and_the_policys_scope():
    case = a_case()
    case.when(classified())

    order = case.when(proposal(Remedy(code="freeze")))[-1]

    assert (order.key, order.user_id) == ("freeze|u-100|2026-11-22|p-1", USER)
    assert order.scope == ("withdrawals", "api_keys", "sessions")
    assert kinds(applied(case, order.key)) == ["EffectVerified", "DecisionMade"]


@pytest.mark.parametrize(
    ("remedy", "problem"),
    [
        (credit(thing=None), "thing-missing"),
        (credit(thing="bitcoin|a/b|1"), "thing-malformed"),
        (credit(user_id=None), "user-missing"),
        (credit(user_id="u 1"), "user-malformed"),
        (credit(asset=None), "asset-missing"),
        (credit(asset="B T C"), "asset-malformed"),
        (credit(amount="0"), "amount-malformed"),
        (credit(amount="1E+21"), "amount-malformed"),
        (credit(amount="0.0000000000000000001"), "amount-malformed"),
        (Remedy(code="compensate", user_id=USER, asset="BTC", thing=THING), "amount-missing"),
        (Remedy(code="credit_and_compensate", user_id=USER, asset="BTC"), "amount-missing"),
        (Remedy(code="freeze"), "user-missing"),
        (Remedy(code="freeze", user_id=USER, scope=("everything",)), "scope-malformed"),
    ],
)
def test_a_remedy_that_cannot_be_asked_for_fails_and_nothing_is_done(remedy, problem):
    case = a_case()

    noted, failed = case.when(proposal(credit(thing="first|one|0"), remedy))

    assert kinds([noted, failed]) == ["ProposalNoted", "EffectFailed"]
    assert (failed.problem, failed.proposal_id) == (problem, "p-1")
    assert failed.key == f"{failed.action}|p-1"
    assert case.state.due == {}
    assert case.when(proposal(credit(), proposal_id="p-2"))[-1].key == CREDIT


def test_one_thing_is_not_paid_for_twice_in_one_proposal():
    _, failed = a_case().when(proposal(credit("0.1"), credit("0.2")))

    assert failed.problem == "thing-repeated"


def test_a_deposit_that_is_credited_already_is_told_to_the_customer_as_a_double_claim():
    case = a_case()
    case.when(proposal(credit(), compensate()))

    failed, decision = refused(case, CREDIT, "already_credited")

    assert (failed.problem, failed.proposal_id) == ("already_credited", "p-1")
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
    order = case.when(proposal(credit(user_id="u-200"), proposal_id="p-2"))[-1]

    assert kinds([failed]) == ["EffectFailed"]
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

    assert failed.problem == "thing-paid-already"


def test_the_same_result_twice_changes_nothing():
    case = a_case()
    case.when(proposal(credit()))
    result = EffectCarriedOut(key=CREDIT, put_by=case.due(CREDIT).event, status="applied")
    case.when(result)

    assert case.when(result) == []
