import pytest

from tests.unit.investigation.deposit_cases import (
    EVM_OTHER,
    EVM_OURS,
    FAKE,
    OTHER_TXID,
    TXID,
    USDC,
    USDT,
    ether,
    evm_answers,
    judged,
    log,
    usdt,
    word,
)

ROUTER = "0x" + "77" * 20
BY, RECEIPT, TIP = "eth_getTransactionByHash", "eth_getTransactionReceipt", "eth_blockNumber"


def replaced(facts, **answers):
    return {**facts, "responses": {**facts["responses"], **answers}}


def platform(facts, **fields):
    return {**facts, "platform": {**facts["platform"], **fields}}


def claiming(facts, **fields):
    return {**facts, "claim": {**facts["claim"], **fields}}


def call(to):
    return "0xa9059cbb" + word(to)[2:] + word(500_000)[2:]


CASES = {
    "a token deep enough": (usdt(), "INTERNAL_DELAY"),
    "ether deep enough": (ether(), "INTERNAL_DELAY"),
    "one confirmation short": (usdt(tip=101), "CONFIRMING"),
    "a token not in a block yet": (usdt(data=call(EVM_OURS), height=None), "PENDING"),
    "a token on its way to somebody else": (
        usdt(data=call(EVM_OTHER), height=None),
        "WRONG_ADDRESS",
    ),
    "a call not in a block yet": (usdt(to=ROUTER, data="0x12345678", height=None), "PENDING"),
    "ether not in a block yet": (ether(height=None), "PENDING"),
    "failed": (usdt(status="0x0"), "FAILED_ON_CHAIN"),
    "an id without 0x": (claiming(usdt(), txid=TXID), "INTERNAL_DELAY"),
    "an id with 0X and capitals": (claiming(usdt(), txid="0X" + TXID.upper()), "INTERNAL_DELAY"),
    "unknown to the node": (replaced(usdt(), **{BY: {"result": None}}), "NOT_FOUND"),
    "unknown, recorded bare": (replaced(usdt(), **{BY: None}), "NOT_FOUND"),
    "the node refuses": (
        replaced(usdt(), **{BY: {"jsonrpc": "2.0", "error": {"code": -32000}}}),
        "INDETERMINATE",
    ),
    "the node is ill": (replaced(usdt(), **{BY: {"status": 502}}), "INDETERMINATE"),
    "the node's address is wrong": (replaced(usdt(), **{BY: {"status": 404}}), "INDETERMINATE"),
    "another transaction": (
        replaced(usdt(), **{BY: {"result": {"hash": OTHER_TXID}}}),
        "INDETERMINATE",
    ),
    "in a block, but no receipt": (replaced(usdt(), **{RECEIPT: None}), "INDETERMINATE"),
    "no tip": (replaced(usdt(), **{TIP: None}), "INDETERMINATE"),
    "no tip, but a wrong address": (
        replaced(usdt(log(to=EVM_OTHER)), **{TIP: None}),
        "WRONG_ADDRESS",
    ),
    "a token of another contract with the same name": (
        usdt(log(contract=FAKE)),
        "FAKE_CONTRACT",
    ),
    "another listed token": (usdt(log(contract=USDC)), "WRONG_TOKEN"),
    "a false token for us beside the true one for another": (
        usdt(log(contract=FAKE), log(to=EVM_OTHER, index=8)),
        "FAKE_CONTRACT",
    ),
    "the true token for us beside a false one": (
        usdt(log(contract=FAKE), log(index=8)),
        "INTERNAL_DELAY",
    ),
    "ether where a token was claimed": (
        usdt(log(topics=[]), to=EVM_OURS, value=1, data="0x"),
        "WRONG_TOKEN",
    ),
    "a token where ether was claimed": (
        {**ether(), "responses": usdt()["responses"]},
        "WRONG_TOKEN",
    ),
    "ether by way of a program": (ether(to=ROUTER, data="0x12345678"), "CONTRACT_INTERNAL"),
    "a call without log and value": (
        usdt(log(topics=[]), to=ROUTER, data="0x12345678"),
        "CONTRACT_INTERNAL",
    ),
    "a contract was made": (ether(to=None, data="0x6000"), "CONTRACT_INTERNAL"),
    "a log that was taken back": (usdt(log(removed=True)), "CONTRACT_INTERNAL"),
    "a log of nothing": (usdt(log(units=0)), "CONTRACT_INTERNAL"),
    "a collectible has a fourth topic": (
        usdt(log(topics=[*log()["topics"], word(5)])),
        "CONTRACT_INTERNAL",
    ),
    "a token we do not list": (claiming(usdt(), asset="PEPE"), "UNSUPPORTED_TOKEN"),
    "no list of tokens": (platform(usdt(), token_contracts={}), "INDETERMINATE"),
    "the address in another letter case is the same": (
        claiming(usdt(), address=EVM_OURS.lower()),
        "INTERNAL_DELAY",
    ),
    "another address": (usdt(log(to=EVM_OTHER)), "WRONG_ADDRESS"),
    "ether for another address": (ether(to=EVM_OTHER), "WRONG_ADDRESS"),
    "a log of another event": (
        usdt(log(topics=["0x" + "8c" * 32, *log()["topics"][1:]])),
        "CONTRACT_INTERNAL",
    ),
    "ether by way of a program, not in a block yet": (
        ether(to=ROUTER, data="0x12345678", height=None),
        "PENDING",
    ),
    "a log of no contract": (usdt(log(contract="0x1234")), "INDETERMINATE"),
    "a signature of another kind of network": (claiming(usdt(), txid="5" * 88), "NOT_FOUND"),
    "below the minimum": (usdt(log(units=999)), "BELOW_MINIMUM"),
    "our log was credited": (
        platform(usdt(), credited=[{"txid": "0x" + TXID, "vout": 7}]),
        "ALREADY_CREDITED",
    ),
    "another customer's log was credited": (
        platform(usdt(log(to=EVM_OTHER, index=6), log()), credited=[{"txid": TXID, "vout": 6}]),
        "INTERNAL_DELAY",
    ),
}


@pytest.mark.parametrize(("facts", "verdict"), CASES.values(), ids=CASES)
def test_each_case_gets_its_verdict(facts, verdict):
    assert judged(facts).details["verdict"] == verdict


def test_a_token_is_matched_by_its_log_and_not_by_the_first_one():
    details = judged(usdt(log(to=EVM_OTHER, index=3, units=1), log())).details

    assert (details["vout"], details["amount_onchain"]) == (7, "0.5")


def test_amounts_beyond_28_digits_stay_exact():
    units = (1 << 256) - 1
    details = judged(usdt(log(units=units))).details

    assert details["amount_onchain"] == f"{units // 10**6}.{units % 10**6:06}"


def test_a_false_token_is_named_by_its_contract():
    assert judged(usdt(log(contract=FAKE))).details["contract_onchain"] == FAKE


def test_another_listed_token_is_named_by_its_ticker():
    found = judged(usdt(log(contract=USDC)))

    assert found.details["asset_onchain"] == "USDC"
    assert "0.5 USDC" in found.explanation


def test_two_wrong_coins_are_never_added_up():
    facts = usdt(log(contract=USDC), to=EVM_OURS, value=5 * 10**17, data="0x")
    details = judged(facts).details

    assert (details["amount_onchain"], details["asset_onchain"]) == ("0.5", "ETH")


@pytest.mark.parametrize("wrapped", [True, False])
def test_answers_are_read_bare_and_inside_an_http_answer(wrapped):
    answers = evm_answers(log())
    inner = {name: answer["result"] for name, answer in answers.items()}
    outer = {name: {"status": 200, "json": answer} for name, answer in answers.items()}
    facts = {**usdt(), "responses": outer if wrapped else inner}

    assert judged(facts).finding == "credited_internal_delay"


def test_a_deposit_over_another_network_to_the_same_address_can_be_brought_back():
    facts = replaced(usdt(), **{BY: None})
    facts["responses_other_chains"] = {"bsc": evm_answers(log(contract=USDT))}
    details = judged(facts).details

    assert (details["found_on"], details["recoverable"]) == ("bsc", True)
    assert details["amount_onchain"] == "0.5"


def test_a_deposit_over_another_network_to_a_strange_address_cannot():
    facts = replaced(usdt(), **{BY: None})
    facts["responses_other_chains"] = {"bsc": evm_answers(log(to=EVM_OTHER))}

    assert judged(facts).details["recoverable"] is False
