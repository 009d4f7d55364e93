"""Answers cut to what one event holds judge as the whole answers do."""

import json

import pytest

from services.investigation.playbooks.chains import CHAINS
from services.investigation.playbooks.decoders import sight
from services.investigation.rules.compact import LARGEST, compact, size
from tests.unit.investigation.deposit_cases import (
    EVM_OTHER,
    EVM_OURS,
    TRON_OURS,
    TXID,
    account,
    bitcoin,
    judged,
    log,
    output,
    tron_usdt,
    usdt,
    xrp,
)

BTC = CHAINS["bitcoin"]
CROWD = [output(f"1Stranger{number:025d}", number) for number in range(2500)]


def crowded_token():
    logs = [log(to=EVM_OTHER, index=n) for n in range(600)]
    return usdt(*logs, log(index=600), data="0x" + "ab" * 40_000)


def crowded_tron():
    facts = tron_usdt()
    info = facts["responses"]["/wallet/gettransactioninfobyid"]
    ours = info["log"][0]
    stranger = {**ours, "topics": [*ours["topics"][:2], account(TRON_OURS)[2:].zfill(64)[::-1]]}
    info["log"] = [stranger] * 600 + [ours]
    return facts


@pytest.mark.parametrize(
    ("facts", "ours"),
    [
        (bitcoin(*CROWD, output()), bitcoin()["claim"]["address"]),
        (crowded_token(), EVM_OURS),
        (crowded_tron(), TRON_OURS),
    ],
    ids=["bitcoin", "ethereum", "tron"],
)
def test_a_huge_transaction_is_judged_the_same_when_it_is_cut(facts, ours):
    chain = CHAINS[facts["chain"]]
    assert size(facts["responses"]) > LARGEST

    small = compact(facts["responses"], chain, TXID, {ours})

    assert size(small) <= LARGEST
    assert judged({**facts, "responses": small}) == judged(facts)
    assert judged(facts).finding == "credited_internal_delay"
    again = compact(small, chain, TXID, set())
    assert json.dumps(again) == json.dumps(small)


def test_every_output_keeps_its_place_and_its_value():
    facts = bitcoin(*CROWD, output(value=7))

    small = compact(facts["responses"], BTC, TXID, {facts["claim"]["address"]})

    outputs = small["GET /tx/{txid}"]["json"]["vout"]
    assert [o["value"] for o in outputs] == [*range(2500), 7]


def test_a_coinbase_stays_one():
    facts = bitcoin(*CROWD, vin=[{"is_coinbase": True}])

    small = compact(facts["responses"], BTC, TXID, set())

    assert sight("bitcoin", small, TXID).coinbase


@pytest.mark.parametrize(
    "responses",
    [
        {"GET /tx/{txid}": {"status": 200, "json": "x" * LARGEST}},
        {"GET /tx/{txid}": {"status": 404, "text": "x" * LARGEST}},
        {"tx": {"result": {"error": "x" * LARGEST}}},
        {"eth_getTransactionByHash": {"result": ["x" * LARGEST]}},
    ],
)
@pytest.mark.parametrize("network", ["bitcoin", "ethereum", "tron", "xrp_ledger"])
def test_what_is_too_large_and_no_transaction_is_left_out(responses, network):
    assert compact(responses, CHAINS[network], TXID, set()) == {}


def test_what_stays_too_large_is_left_out():
    facts = xrp(DestinationTag=0, Memos=["x" * LARGEST])

    assert compact(facts["responses"], CHAINS["xrp_ledger"], TXID, set()) == {}


def test_what_fits_stays_as_it_is():
    answers = bitcoin()["responses"]

    assert compact(answers, BTC, TXID, set()) is answers
