"""A stolen account in the stage: the security log in, a finding and a person's work out."""

from datetime import timedelta

import pytest

from shared.testing.scenario import START
from tests.unit.investigation.stage_cases import answer, names, running

HOUR, DAY = 3600, 86400
BERLIN = {"ip": "10.0.0.1", "country": "DE", "asn": 3320, "lat": 52.52, "lon": 13.40}
LAGOS = {"ip": "10.9.9.9", "country": "NG", "asn": 37282, "lat": 6.52, "lon": 3.38}


def row(id_, ago, **more):
    return {"id": id_, "user_id": "u1", "at": (START - timedelta(seconds=ago)).isoformat(), **more}


def logged(id_, ago, kind="login", place=BERLIN, device="old"):
    return row(id_, ago, kind=kind, status="ok", device=device, **place)


def withdrawal(id_, ago, amount, state="completed", **more):
    sent = {"asset": "USDT", "amount": amount, "address": "a", "state": state, "txid": None}
    return row(id_, ago, **{**sent, **more})


USUAL = [logged("L1", 30 * DAY), logged("L2", 9 * DAY)]
TAKEN = [
    *USUAL,
    logged("L3", 5 * HOUR, place=LAGOS, device="new"),
    logged("L4", 4 * HOUR, kind="email_change", place=LAGOS, device="new"),
    logged("L5", 4 * HOUR, kind="unknown_kind", place=LAGOS, device="new"),
]
GONE = [
    withdrawal("W1", 3 * HOUR, "900", txid="ab" * 32, state="broadcast"),
    withdrawal("W2", HOUR, "90", state="pending"),
]


def stolen(logins=TAKEN, withdrawals=GONE, transfers=(), balances=None):
    case = running("account_security", txid=None)
    answer(case, "account", {"account": {"user_id": "u1", "balances": balances or {}}})
    answer(case, "logins", {"rows": list(logins), "left_out": 0})
    answer(case, "withdrawals", {"rows": list(withdrawals), "left_out": 0})
    return answer(case, "transfers", {"rows": list(transfers), "left_out": 0})


def test_a_takeover_is_found_and_a_person_decides():
    added, finding, item = stolen()

    assert names([added, item]) == ["EvidenceAdded", "WorkItemOpened"]
    assert (finding.finding, finding.remedy) == ("confirmed_takeover", "freeze")
    assert item.reason == "confirmed-takeover"
    assert finding.details["score"] >= 60
    assert "email_change_then_withdrawal" in finding.details["signals"]
    assert finding.details["outflows"] == "ab" * 32


def test_only_what_is_not_broadcast_yet_is_to_be_stopped():
    assert stolen()[1].cancel == ("W2",)


def test_an_ordinary_history_stops_nothing():
    finding = stolen(USUAL, ())[1]

    assert (finding.finding, finding.cancel) == ("no_indication", ())


def test_the_balance_before_counts_what_left():
    drained = stolen(balances={"USDT": "10", "BTC": "5"})[1]
    few = stolen(balances={"USDT": "5000"})[1]

    assert "drained" in drained.details["signals"]
    assert "drained" not in few.details["signals"]


def test_a_transfer_to_another_account_leaves_it_too():
    out = row("T1", HOUR, asset="USDT", amount="900", direction="out", counterparty="u2")
    back = {**out, "id": "T2", "direction": "in"}

    assert "drained" in stolen(withdrawals=(), transfers=[out])[1].details["signals"]
    assert "drained" not in stolen(withdrawals=(), transfers=[back])[1].details.get("signals", "")


@pytest.mark.parametrize("wrong", [{"amount": "-1"}, {"amount": "1e400"}])
def test_books_that_cannot_be_right_go_to_a_person(wrong):
    *_, item = stolen(withdrawals=[{**GONE[0], **wrong}])

    assert (names([item]), item.reason) == (["WorkItemOpened"], "facts-missing")
