from datetime import timedelta

import pytest

from services.investigation.rules.plan import code_of
from services.investigation.rules.twins import earlier_claims
from services.investigation.state import InvestigationState
from shared.events.investigation import ClaimedFacts
from shared.testing.scenario import START

MINUTE = timedelta(minutes=1)


def claim(after=0, **told):
    facts = {"txid": "t", "user_id": "u1", "received_at": START + after * MINUTE}
    return ClaimedFacts(**{**facts, **told})


def case(claimed, **more):
    return InvestigationState(claim=claimed, **more)


def test_the_older_of_two_complaints_is_judged():
    older, newer = claim(0), claim(1)
    both = {"a": case(older), "b": case(newer)}
    assert earlier_claims({"a": older, "b": newer}, both) == {"b": ["t"]}


def test_of_two_complaints_of_one_instant_exactly_one_is_judged():
    both = {"a": case(claim()), "b": case(claim())}
    assert earlier_claims({"a": claim(), "b": claim()}, both) == {"b": ["t"]}


@pytest.mark.parametrize(
    "other",
    [
        case(claim(0, user_id="u2")),
        case(claim(0, txid="s")),
        case(claim(0), ended=1),
        case(claim(0, received_at=None)),
        case(claim(2)),
    ],
)
def test_strangers_other_transactions_settled_and_younger_complaints_do_not_count(other):
    assert earlier_claims({"b": claim(1)}, {"a": other}) == {}


def test_an_appealed_complaint_is_open_again():
    assert earlier_claims({"b": claim(1)}, {"a": case(claim(0), level=2, ended=1)}) == {"b": ["t"]}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"network": "bitcoin", "asset": "xbt"}, "BTC"),
        ({"network": "bitcoin"}, "BTC"),
        ({"network": "bitcoin", "asset": " usdt "}, "USDT"),
        ({"asset": "eth"}, "ETH"),
        ({}, None),
    ],
)
def test_an_asset_is_looked_up_by_the_exchanges_own_code(told, code):
    assert code_of(ClaimedFacts(**told)) == code
