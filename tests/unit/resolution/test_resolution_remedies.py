"""From remedies to effects: keys, amounts, order, and what cannot be asked for."""

from decimal import Decimal
from typing import get_args

import pytest

from shared.events.base import Remedy
from shared.rules.remedies import REMEDIES, Kind
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


GOODWILL = Remedy(code="goodwill", user_id=USER, asset="USDT", amount=Decimal(10))


@pytest.mark.parametrize("thing", [None, "order|77", "goodwill|another|1"])
def test_goodwill_is_paid_for_the_decision_whatever_a_person_calls_it(thing):
    goodwill = GOODWILL.model_copy(update={"thing": thing})

    order = a_case().when(proposal(goodwill, outcome="goodwill"))[-1]

    assert order.action == "compensate"
    assert order.reference == f"goodwill|{COMPLAINT}|1"
    assert order.key == f"compensate|goodwill|{COMPLAINT}|1"


def test_goodwill_is_paid_once_for_a_decision_and_again_for_the_next():
    case = a_case()

    _, twice = a_case().when(proposal(GOODWILL, GOODWILL.model_copy(update={"thing": "other"})))
    case.when(proposal(GOODWILL))
    first = applied(case, f"compensate|goodwill|{COMPLAINT}|1")[-1]
    case.when(appealed(first.decision_id))
    order = case.when(proposal(GOODWILL, proposal_id="p-2", level=2))[-1]

    assert twice.problem == "thing-repeated"
    assert order.key == f"compensate|goodwill|{COMPLAINT}|2"


def test_goodwill_without_an_amount_is_a_word():
    events = a_case().when(proposal(Remedy(code="goodwill"), outcome="goodwill"))

    assert kinds(events) == ["DecisionMade"]


@pytest.mark.parametrize("code", [code for code, row in REMEDIES.items() if not row.takes])
def test_what_takes_nothing_at_the_exchange_is_decided_at_once(code):
    assert kinds(a_case().when(proposal(Remedy(code=code)))) == ["DecisionMade"]


def test_the_table_has_a_remedy_of_every_kind():
    assert {row.kind for row in REMEDIES.values()} == {*get_args(Kind)}


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


@pytest.mark.parametrize("code", ["credit", "credit_and_compensate", "compensate", "goodwill"])
@pytest.mark.parametrize(
    "amount", ["0", "-1", "1E+24", "1E+400", "1E+999999999999999999", "1E-999999999999999999"]
)
def test_an_amount_of_any_size_that_no_ledger_holds_fails_without_an_error(code, amount):
    remedy = credit().model_copy(update={"code": code, "amount": Decimal(amount)})

    _, failed = a_case().when(proposal(remedy))

    assert failed.problem == "amount-malformed"


def test_one_thing_is_not_paid_for_twice_in_one_proposal():
    _, failed = a_case().when(proposal(credit("0.1"), credit("0.2")))

    assert failed.problem == "thing-repeated"
