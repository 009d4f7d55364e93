"""Withdrawals of tokens and of other networks' coins, by what their nodes say."""

from datetime import timedelta

import pytest

from shared.testing.scenario import START
from tests.unit.investigation.deposit_cases import (
    EVM_OTHER,
    EVM_OURS,
    FAKE,
    TRON_OURS,
    TRON_USDT,
    TXID,
    USDT,
    evm_answers,
    log,
    tron_usdt,
)
from tests.unit.investigation.stage_cases import answered, running

AGO = (START - timedelta(minutes=30)).isoformat()
LISTED = {"contract": USDT, "decimals": 6}
DEEP = {"tip": 200}


def row(**more):
    fields = {
        "id": "w-7", "user_id": "u1", "at": AGO, "asset": "USDT", "amount": "0.5",
        "address": EVM_OURS, "network": "ERC20", "state": "completed", "txid": f"0x{TXID}",
        "broadcast_at": AGO,
    }  # fmt: skip
    return {**fields, **more}


def judged(named, responses, listing):
    case = running(txid=None, order_id="w-7", amount=None)
    sources = [{"source": "node", "responses": responses}]
    payout = {"named": named, "several": False, "listing": listing, "sources": sources}
    return answered(case, payout=payout)[1:]


TRON = row(network="trc20", address=TRON_OURS)


@pytest.mark.parametrize(
    ("named", "responses", "listing"),
    [
        (row(), evm_answers(log(), **DEEP), LISTED),
        (row(), evm_answers(log(contract=FAKE), log(index=8), **DEEP), LISTED),
        (
            row(asset="ETH"),
            evm_answers(to=EVM_OURS, value=5 * 10**17, data="0x", **DEEP),
            None,
        ),
        (
            TRON,
            tron_usdt(**DEEP)["responses"],
            {"contract": TRON_USDT, "decimals": 6},
        ),
    ],
)
def test_what_arrived_on_its_network_is_explained(named, responses, listing):
    finding, _, proposal = judged(named, responses, listing)

    assert (finding.finding, proposal.outcome) == ("withdrawal_completed", "rejected")


@pytest.mark.parametrize(
    ("responses", "listing", "reason"),
    [
        (evm_answers(log(), **DEEP), None, "asset-unlisted"),
        (evm_answers(log(), **DEEP), {"contract": USDT, "decimals": 10**9}, "asset-unlisted"),
        (evm_answers(log(), **DEEP), {"contract": USDT, "decimals": -6}, "asset-unlisted"),
        (evm_answers(log(), **DEEP), {"contract": None, "decimals": 6}, "asset-unlisted"),
        (evm_answers(log(contract=FAKE), **DEEP), LISTED, "paid-elsewhere"),
        (evm_answers(log(to=EVM_OTHER), **DEEP), LISTED, "paid-elsewhere"),
        (evm_answers(log(units=499_999), **DEEP), LISTED, "amount-differs"),
        (evm_answers(log(), status="0x0", **DEEP), LISTED, "failed-on-chain"),
    ],
)
def test_what_the_network_does_not_show_to_have_arrived_goes_to_a_person(
    responses, listing, reason
):
    (task,) = judged(row(), responses, listing)

    assert task.reason == reason


def test_a_node_that_makes_no_sense_is_asked_again():
    (again,) = judged(row(), {"eth_blockNumber": {"result": "0x-1"}}, LISTED)

    assert again.leaves_open
