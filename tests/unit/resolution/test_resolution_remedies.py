"""From remedies to effects: keys, amounts, order, and what cannot be asked for."""

from decimal import Decimal

import pytest

from shared.events.base import Remedy
from tests.unit.resolution.builders import (
    CREDIT,
    DELAY,
    THING,
    TXID,
    USER,
    a_case,
    applied,
    classified,
    credit,
    kinds,
    proposal,
)


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


def test_a_withdrawal_that_is_given_back_is_named_as_one():
    order = a_case().when(proposal(credit(thing="withdrawal|W-7")))[-1]

    assert (order.key, order.reference) == ("credit|withdrawal|w-7", "withdrawal:W-7")


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
