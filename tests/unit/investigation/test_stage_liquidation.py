"""A disputed liquidation in the stage: evidence in, proposal out."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.investigation.rules.judges import JUDGES
from shared.decider import Context
from shared.events.base import Remedy
from shared.policy import load
from tests.unit.investigation.liquidation_cases import T, facts
from tests.unit.investigation.stage_cases import answer, names, running

OPENED = datetime(2026, 11, 1, tzinfo=UTC)
HIGH = [[T - 10, "55000"]]


def instant(seconds):
    return (OPENED + timedelta(seconds=seconds)).isoformat()


def position(**changes):
    told = facts(**changes)
    done = {**told["liquidation"], "at": instant(told["liquidation"]["t"])}
    added = [{"at": instant(m["t"]), "amount": m["amount"]} for m in told["added_margin"]]
    row = {"id": "P-1", "user_id": "u1", "at": instant(0), "cross_wallet_extra": None}
    return {**told, **row, "tiers": [], "added_margin": added, "liquidation": done}


def tiers(of="P-1", **changes):
    return {"position": of, "symbol": "BTCUSDT", "tiers": facts(**changes)["tiers"]}


def prices(of="P-1", **changes):
    told = facts(**changes)
    series = {n: [[instant(t), p] for t, p in told[n]] for n in ("mark", "last", "index")}
    return {"position": of, "symbol": "BTCUSDT", **series}


def disputed(positions=None, priced=None, table=None, order_id="P-1", **changes):
    case = running("contract_liquidation", txid=None, order_id=order_id)
    rows = [position(**changes)] if positions is None else positions
    answer(case, "account", {"account": {"user_id": "u1"}})
    answer(case, "positions", {"rows": rows, "left_out": 0})
    answer(case, "prices", priced or prices(**changes))
    return answer(case, "tiers", table or tiers(**changes))


def test_a_liquidation_by_the_rules_is_explained_with_its_numbers():
    _, finding, cause, proposal = disputed()

    assert (finding.finding, cause.cause, cause.decided_by) == (
        "by_rule",
        "rules_applied",
        "playbook:liquidation",
    )
    assert proposal.outcome == "rejected"
    assert proposal.remedies == (Remedy(code="explain"),)
    assert proposal.details["liquidation_price"] == "54216.8675"
    assert proposal.details["position"] == "P-1"
    assert proposal.details["mark_crossed_at"] == instant(T - 1)


@pytest.mark.parametrize(
    ("changes", "finding", "paid"),
    [
        ({"mark": HIGH}, "price_wick_only_last", "810.00"),
        ({"mark": HIGH, "last": HIGH}, "premature", "810.00"),
        ({"index": [[T - 10, "55000"]]}, "mark_price_deviation", "810.00"),
        ({"mark": [[T - 9, "54210"]], "index": []}, "late_execution", "20.00"),
        ({"added_margin": [{"t": T - 2, "amount": "100"}]}, "added_margin_ignored", "10.00"),
    ],
)
def test_a_fault_of_ours_is_made_good_up_to_what_the_position_was_worth(changes, finding, paid):
    *_, proposal = disputed(**changes)

    assert (proposal.finding, proposal.outcome, proposal.cause) == (finding, "upheld", "platform")
    (remedy,) = proposal.remedies
    assert (remedy.code, remedy.user_id, remedy.asset) == ("compensate", "u1", "USDT")
    assert (remedy.amount, remedy.thing) == (Decimal(paid), "position|P-1")


def test_no_more_is_paid_than_the_margin_that_was_there():
    fill = {"liquidation": {"t": T, "fill_price": "100", "engine_mmr": "0.004"}}
    *_, proposal = disputed(mark=[[T - 10, "90000"]], last=[], **fill)

    assert proposal.remedies[0].amount == Decimal(6000)


def test_a_short_is_made_good_the_other_way_round():
    at = {"liquidation": {"t": T, "fill_price": "65800", "engine_mmr": "0.004"}}
    *_, proposal = disputed(side="short", mark=[[T - 10, "65000"]], last=[], index=[], **at)

    assert (proposal.finding, proposal.remedies[0].amount) == ("premature", Decimal(800))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"positions": []}, "facts-missing"),
        ({"priced": {"position": None}}, "facts-missing"),
        ({"priced": {**prices(), "left_out": 1}}, "facts-missing"),
        ({"positions": [{**position(), "symbol": "BTCUSD"}]}, "facts-missing"),
        ({"positions": [{**position(), "symbol": "BTCXYZ"}]}, "facts-missing"),
        ({"positions": [{**position(), "kind": "open"}]}, "facts-missing"),
        ({"positions": [{**position(), "size": "0"}]}, "facts-missing"),
        (
            {"positions": [position(), {**position(), "id": "P-2"}], "order_id": None},
            "facts-missing",
        ),
        ({"mark": []}, "insufficient-data"),
        ({"table": {"position": "P-1", "tiers": []}}, "insufficient-data"),
        ({"table": tiers(of="P-2")}, "insufficient-data"),
        (
            {"mark": HIGH, "liquidation": {"t": T, "fill_price": "55000", "engine_mmr": "0.004"}},
            "price-wick-only-last",
        ),
    ],
)
def test_what_the_books_do_not_show_goes_to_a_person(given, reason):
    *_, item = disputed(**given)

    assert names([item]) == ["WorkItemOpened"]
    assert item.reason == reason


def test_before_the_first_promise_a_person_judges():
    case = running("contract_liquidation", txid=None, order_id="P-1")
    early = {**position(), "liquidation": {**position()["liquidation"], "at": "2018-01-01T00:00Z"}}
    for source, content in (
        ("account", {}),
        ("positions", {"rows": [early]}),
        ("prices", prices()),
        ("tiers", tiers()),
    ):
        answer(case, source, content)
    context = Context(case.now, load("default"), "c", "i")

    assert JUDGES["liquidation"](case.state, context) == "facts-missing"
