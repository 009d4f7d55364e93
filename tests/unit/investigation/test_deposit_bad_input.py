"""What nodes and customers get wrong: always a finding, never an error, never a credit of more."""

import copy
import json
import time

import pytest

from services.investigation.playbooks.lines import answered, deposit
from tests.unit.investigation.deposit_cases import (
    BTC_OTHER,
    BTC_OURS,
    EVM_OTHER,
    EVM_OURS,
    TRON_USDT,
    TXID,
    bitcoin,
    ether,
    evm_answers,
    judged,
    log,
    output,
    tron_usdt,
    trx,
    usdt,
    xrp,
)

GOOD = {
    "bitcoin": bitcoin(),
    "token": usdt(),
    "ether": ether(),
    "xrp": xrp(DestinationTag=0),
    "tron token": tron_usdt(),
    "trx": trx(),
}
HTML = "<html><body>502 Bad Gateway</body></html>"
BROKEN = {
    "html": HTML,
    "html in a page": {"status": 200, "text": HTML},
    "an error of the server": {"status": 502, "text": HTML},
    "too many requests": {"status": 429, "json": {}},
    "an error inside 200": {"status": 200, "json": {"error": {"code": -32000, "message": "x"}}},
    "an error in the envelope": {"jsonrpc": "2.0", "error": {"code": -32603}},
    "cut off": {"status": 200, "text": '{"txid": "4a5e1e4b'},
    "empty": {"status": 200, "text": ""},
    "a list": [],
    "a number": 7,
    "nothing": None,
}


def with_every_answer(facts, answer):
    return {**facts, "responses": dict.fromkeys(facts["responses"], answer)}


@pytest.mark.parametrize("facts", GOOD.values(), ids=GOOD)
@pytest.mark.parametrize("answer", [a for name, a in BROKEN.items() if name != "nothing"])
def test_a_node_that_gives_no_answer_decides_nothing(facts, answer):
    found = judged(with_every_answer(facts, answer))

    assert (found.finding, found.details["verdict"]) == ("manual_review", "INDETERMINATE")


@pytest.mark.parametrize("facts", GOOD.values(), ids=GOOD)
@pytest.mark.parametrize("responses", [None, [], "x", 5, {}])
def test_no_answers_at_all_decide_nothing(facts, responses):
    assert judged({**facts, "responses": responses}).details["verdict"] == "INDETERMINATE"


HUGE = ["9" * 6000, "1e400", "1e99999999999999999999", "-1", "1" + "0" * 90]


@pytest.mark.parametrize("number", HUGE, ids=lambda number: number[:24])
@pytest.mark.parametrize(
    ("facts", "told"),
    [(bitcoin(), "50000000"), (tron_usdt(), '"blockNumber": 100'), (trx(), '"amount": 500000')],
    ids=["bitcoin", "tron block", "trx"],
)
def test_a_number_beyond_any_chain_is_a_matter_for_a_person(facts, told, number):
    line = json.dumps(facts)
    assert told in line
    changed = line.replace(told, told.rstrip("0123456789") + number)

    assert json.loads(answered(changed.encode(), deposit))["finding"] == "manual_review"


def answering(facts, **changed):
    facts = copy.deepcopy(facts)
    for method, fields in changed.items():
        facts["responses"][method]["result"] |= fields
    return facts


def of_another_network(facts, **identity):
    return {**facts, "responses": {**facts["responses"], **identity}}


def rpc(result):
    return {"jsonrpc": "2.0", "result": result}


UNDECIDED = {
    "the receipt is of another transaction": answering(
        usdt(), eth_getTransactionReceipt={"transactionHash": "0x" + "f" * 64}
    ),
    "the block changed between two calls": answering(
        usdt(),
        eth_getTransactionByHash={"blockHash": "0x" + "a" * 64},
        eth_getTransactionReceipt={"blockHash": "0x" + "b" * 64},
    ),
    "the height changed between two calls": answering(
        usdt(), eth_getTransactionReceipt={"blockNumber": hex(99)}
    ),
    "the receipt is gone": {
        **usdt(),
        "responses": usdt()["responses"] | {"eth_getTransactionReceipt": rpc(None)},
    },
    "a tip below the block": bitcoin(tip=99),
    "another chain id": of_another_network(usdt(), eth_chainId=rpc("0x38")),
    "a chain id that is none": of_another_network(usdt(), eth_chainId=rpc("mainnet")),
    "testnet coins": of_another_network(
        bitcoin(), **{"GET /block-height/0": {"status": 200, "text": "00000000" * 8}}
    ),
    "a test network of tron": of_another_network(
        tron_usdt(), **{"/wallet/getblockbynum": {"blockID": "0000000000000000de1a"}}
    ),
    "a test network of the xrp ledger": of_another_network(
        xrp(DestinationTag=0), server_info={"result": {"info": {"network_id": 1}}}
    ),
}


@pytest.mark.parametrize("facts", UNDECIDED.values(), ids=UNDECIDED)
def test_answers_that_contradict_themselves_decide_nothing(facts):
    assert judged(facts).details["verdict"] == "INDETERMINATE"


IDENTIFIED = {
    "ethereum": of_another_network(usdt(), eth_chainId=rpc("0x1")),
    "bitcoin": of_another_network(
        bitcoin(),
        **{
            "GET /block-height/0": {
                "status": 200,
                "text": "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            }
        },
    ),
    "tron": of_another_network(
        tron_usdt(),
        **{
            "/wallet/getblockbynum": {
                "blockID": "00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"
            }
        },
    ),
    "xrp": of_another_network(
        xrp(DestinationTag=0), server_info={"result": {"info": {"network_id": 0}}}
    ),
}


@pytest.mark.parametrize("facts", IDENTIFIED.values(), ids=IDENTIFIED)
def test_a_node_that_says_its_networks_name_is_believed(facts):
    assert judged(facts).finding == "credited_internal_delay"


def claiming(facts, **claim):
    return {**facts, "claim": {**facts["claim"], **claim}}


ABSURD = {
    "a negative amount": {"amount": "-5"},
    "a negative number": {"amount": -5},
    "an amount beyond all size": {"amount": "1e400"},
    "an amount that is none": {"amount": "much"},
    "a truth for an amount": {"amount": True},
    "a list for an amount": {"amount": []},
    "a number for an address": {"address": 5},
    "an object for an asset": {"asset": {}},
    "a number for a network": {"network": 5},
}


@pytest.mark.parametrize("claim", ABSURD.values(), ids=ABSURD)
@pytest.mark.parametrize("facts", GOOD.values(), ids=GOOD)
def test_an_absurd_claim_never_changes_what_the_chain_says(facts, claim):
    found = judged(claiming(facts, **claim))

    assert found.finding == "credited_internal_delay"
    assert found.details["amount_onchain"] == "0.5"


@pytest.mark.parametrize("txid", [5, [], True, "", "x", TXID[:-1], "0x" + TXID + "0", None])
def test_an_id_that_is_none_is_asked_for_again(txid):
    found = judged(claiming(bitcoin(), txid=txid))

    assert (found.finding, found.details["verdict"]) == ("not_found", "MALFORMED")


MIXED = "bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


@pytest.mark.parametrize(
    ("facts", "finding"),
    [
        (claiming(bitcoin(), address=MIXED), "wrong_case_address"),
        (claiming(bitcoin(), address=BTC_OURS.upper()), "credited_internal_delay"),
        (claiming(ether(), address=EVM_OURS.lower()), "credited_internal_delay"),
        (claiming(ether(), address=EVM_OURS.swapcase()), "credited_internal_delay"),
        (claiming(tron_usdt(), address=TRON_USDT), "credited_internal_delay"),
        (claiming(bitcoin(output(BTC_OTHER)), address=BTC_OTHER), "wrong_address"),
        (claiming(usdt(log(to=EVM_OTHER)), address=EVM_OTHER), "wrong_address"),
        (usdt(log(), status="0x0"), "failed_tx"),
    ],
)
def test_an_address_is_compared_by_what_it_decodes_to(facts, finding):
    assert judged(facts).finding == finding


def test_a_bad_checksum_of_an_ethereum_address_is_told_and_changes_nothing():
    typo = EVM_OURS[:-1] + EVM_OURS[-1].swapcase()

    found = judged(claiming(ether(), address=typo))

    assert found.details["claimed_checksum_valid"] is False
    assert found.finding == "credited_internal_delay"
    assert "claimed_checksum_valid" not in judged(ether()).details


@pytest.mark.parametrize("facts", GOOD.values(), ids=GOOD)
def test_a_judgement_takes_less_than_a_millisecond(facts):
    many = 200
    case = json.dumps(facts).encode()
    answered(case, deposit)
    started = time.process_time()
    for _ in range(many):
        answered(case, deposit)

    assert (time.process_time() - started) / many < 0.001


def test_a_token_of_a_thousand_logs_is_judged_by_the_one_that_pays_us():
    logs = [log(to=EVM_OTHER, index=n) for n in range(1000)]
    facts = {**usdt(), "responses": evm_answers(*logs, log(index=1000))}

    assert judged(facts).details["vout"] == 1000
