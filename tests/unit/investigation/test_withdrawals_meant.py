"""Which withdrawal a complaint is about."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.investigation.rules.payouts import meant
from shared.connectors.records import Withdrawal
from shared.events.investigation import ClaimedFacts
from tests.unit.investigation.stage_cases import ELSEWHERE, OURS, TXID


def row(name, **more):
    fields = {
        "user_id": "u1", "at": datetime(2026, 1, 1, tzinfo=UTC), "asset": "BTC", "amount": "0.4",
        "fee": "0.1", "address": ELSEWHERE, "network": "bitcoin", "state": "pending",
    }  # fmt: skip
    return Withdrawal(id=name, **{**fields, **more})


def ids(rows, **claim):
    return [found.id for found in meant(rows, ClaimedFacts(user_id="u1", **claim))]


A, B = row("a"), row("b", txid=f"0x{TXID.upper()}", address=OURS.upper(), state="completed")


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ({"order_id": "a"}, ["a"]),
        ({"txid": "a"}, ["a"]),
        ({"txid": TXID}, ["b"]),
        ({"asset": "btc", "address": OURS}, ["b"]),
        ({"asset": "BTC", "amount": Decimal("0.5"), "address": ELSEWHERE}, ["a"]),
        ({"asset": "BTC", "amount": Decimal("0.4")}, ["a"]),
        ({"asset": "BTC", "amount": Decimal("0.3")}, []),
        ({"asset": "ETH", "amount": Decimal("0.4")}, []),
        ({"asset": "BTC", "address": ELSEWHERE[:-1]}, []),
        ({"asset": "BTC"}, []),
        ({"amount": Decimal("0.4")}, []),
        ({"txid": "0" * 64, "asset": "BTC", "address": ELSEWHERE}, []),
        ({"order_id": "c", "txid": "c"}, []),
    ],
)
def test_a_claim_means_what_it_names_else_what_fits_it(claim, found):
    assert ids([A, B], **claim) == found


def test_of_several_that_fit_the_unfinished_is_meant_and_two_unfinished_are_both():
    fits = {"asset": "BTC", "amount": Decimal("0.4")}

    assert ids([row("a", state="completed"), row("b")], **fits) == ["b"]
    assert ids([row("a"), row("b")], **fits) == ["a", "b"]
    assert ids([row("a", state="completed"), row("b", state="cancelled")], **fits) == ["a", "b"]
