import pytest

from tests.unit.investigation.deposit_cases import (
    OTHER_TXID,
    TRON_OURS,
    TRON_USDT,
    TXID,
    XRP_OTHER,
    XRP_OURS,
    account,
    judged,
    tron_usdt,
    trx,
    xrp,
)

X_OURS_TAG_1 = "X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu"
DOLLARS = {"currency": "USD", "issuer": XRP_OTHER, "value": "0.5"}


def platform(facts, **fields):
    return {**facts, "platform": {**facts["platform"], **fields}}


def claiming(facts, **fields):
    return {**facts, "claim": {**facts["claim"], **fields}}


def refused(**result):
    return {**xrp(), "responses": {"tx": {"result": result}}}


XRP_CASES = {
    "the tag is there": (xrp(DestinationTag=0), "INTERNAL_DELAY"),
    "the tag is written as text": (
        platform(xrp(DestinationTag=7), assigned_tag="7"),
        "INTERNAL_DELAY",
    ),
    "no tag where tag 0 is ours": (xrp(), "MISSING_TAG"),
    "another tag": (xrp(DestinationTag=1), "WRONG_TAG"),
    "no tag where none is asked": (platform(xrp(), assigned_tag=None), "INTERNAL_DELAY"),
    "the tag of our x-address": (
        platform(xrp(DestinationTag=1), assigned_tag=None, assigned_deposit_address=X_OURS_TAG_1),
        "INTERNAL_DELAY",
    ),
    "not the tag of our x-address": (
        platform(xrp(), assigned_tag=None, assigned_deposit_address=X_OURS_TAG_1),
        "MISSING_TAG",
    ),
    "not final yet": (xrp(DestinationTag=0, validated=False), "PENDING"),
    "issued money, not final yet": (
        claiming(xrp(DestinationTag=0, validated=False, Amount=DOLLARS), asset="USD"),
        "PENDING",
    ),
    "failed": (xrp(code="tecPATH_DRY"), "FAILED_ON_CHAIN"),
    "unknown": (refused(error="txnNotFound"), "NOT_FOUND"),
    "unknown as far as was searched": (
        refused(error="txnNotFound", searched_all=False),
        "INDETERMINATE",
    ),
    "the node is busy": (refused(error="slowDown"), "INDETERMINATE"),
    "an old partial payment": (xrp("unavailable", DestinationTag=0), "INDETERMINATE"),
    "an escrow": (xrp(TransactionType="EscrowFinish"), "CONTRACT_INTERNAL"),
    "another account": (xrp(Destination=XRP_OTHER), "WRONG_ADDRESS"),
    "issued money for xrp": (xrp(DOLLARS, DestinationTag=0), "WRONG_TOKEN"),
    "listed issued money": (
        claiming(xrp(DOLLARS, DestinationTag=0), asset="USD"),
        "INTERNAL_DELAY",
    ),
    "the same currency of another issuer": (
        claiming(xrp({**DOLLARS, "issuer": XRP_OURS}, DestinationTag=0), asset="USD"),
        "FAKE_CONTRACT",
    ),
    "another currency of the same issuer": (
        claiming(xrp({**DOLLARS, "currency": "EUR"}, DestinationTag=0), asset="USD"),
        "FAKE_CONTRACT",
    ),
    "another transaction": (xrp(hash=OTHER_TXID), "INDETERMINATE"),
    "a value that is no number": (xrp({**DOLLARS, "value": "much"}), "INDETERMINATE"),
    "a value beyond all size": (xrp({**DOLLARS, "value": "1e999"}), "INDETERMINATE"),
    "below the minimum": (xrp("999", DestinationTag=0), "BELOW_MINIMUM"),
    "another letter case": (claiming(xrp(), address=XRP_OURS.swapcase()), "WRONG_LETTER_CASE"),
}


@pytest.mark.parametrize(("facts", "verdict"), XRP_CASES.values(), ids=XRP_CASES)
def test_each_xrp_ledger_case_gets_its_verdict(facts, verdict):
    assert judged(facts).details["verdict"] == verdict


def test_a_partial_payment_is_worth_what_was_delivered():
    details = judged(xrp("1000", DestinationTag=0)).details

    assert (details["amount_onchain"], details["amount_mismatch"]) == ("0.001", True)


def test_the_wrong_tag_is_told():
    assert judged(xrp(DestinationTag=8)).details["tag_onchain"] == 8


def test_the_newer_shape_of_the_answer_is_read_too():
    result = xrp(DestinationTag=0)["responses"]["tx"]["result"]
    outside = {name: result.pop(name) for name in ("hash", "meta", "validated")}
    facts = {**xrp(), "responses": {"tx": {"result": {**outside, "tx_json": result}}}}

    assert judged(facts).finding == "credited_internal_delay"


SOLID = "/walletsolidity/gettransactioninfobyid"
INFO, TRANSACTION = "/wallet/gettransactioninfobyid", "/wallet/gettransactionbyid"
OURS_HEX = account(TRON_OURS)


def solid(facts, info):
    return {**facts, "responses": {**facts["responses"], SOLID: info}}


def answering(facts, **answers):
    named = {f"/wallet/{name}": answer for name, answer in answers.items()}
    return {**facts, "responses": {**facts["responses"], **named}}


def sent_to(account_hex):
    facts = trx()
    transaction = facts["responses"]["/wallet/gettransactionbyid"]
    transaction["raw_data"]["contract"][0]["parameter"]["value"]["to_address"] = account_hex
    return transaction


def call(data, sent=0, to=TRON_USDT):
    value = {"contract_address": to, "data": data, "call_value": sent}
    contract = {"type": "TriggerSmartContract", "parameter": {"value": value}}
    return {"txID": TXID, "raw_data": {"contract": [contract]}}


TRON_CASES = {
    "a token deep enough": (tron_usdt(), "INTERNAL_DELAY"),
    "a token not deep enough": (tron_usdt(tip=101), "CONFIRMING"),
    "the coin itself": (trx(), "INTERNAL_DELAY"),
    "not in a block yet": (trx(info={}), "PENDING"),
    "final by the network's own word": (
        solid(trx(tip=100), {"id": TXID, "blockNumber": 100}),
        "INTERNAL_DELAY",
    ),
    "not final by the network's own word": (solid(trx(tip=100), {}), "CONFIRMING"),
    "out of energy": (tron_usdt(result="OUT_OF_ENERGY"), "FAILED_ON_CHAIN"),
    "absent": (answering(tron_usdt(), gettransactioninfobyid={}), "NOT_FOUND"),
    "the node is ill": (answering(trx(), gettransactionbyid={"status": 503}), "INDETERMINATE"),
    "nothing asked": ({**trx(), "responses": {}}, "INDETERMINATE"),
    "no tip": (answering(trx(), getnowblock={}), "INDETERMINATE"),
    "a token of another contract": (
        tron_usdt(contract="T9yED5xMV5ARV98BexN97aLZ1UUq7eKSxm"),
        "FAKE_CONTRACT",
    ),
    "a token for the coin": (
        {**trx(), "responses": tron_usdt()["responses"]},
        "WRONG_TOKEN",
    ),
    "a coin for the token": ({**tron_usdt(), "responses": trx()["responses"]}, "WRONG_TOKEN"),
    "only the final answer was asked for": (
        solid({**tron_usdt(), "responses": {}}, tron_usdt()["responses"][INFO]),
        "INTERNAL_DELAY",
    ),
    "not final, and nothing else was asked for": (
        {**trx(), "responses": {SOLID: {}, TRANSACTION: trx()["responses"][TRANSACTION]}},
        "PENDING",
    ),
    "failed by its own result": (
        answering(
            tron_usdt(),
            gettransactioninfobyid={"id": TXID, "blockNumber": 100, "result": "FAILED"},
        ),
        "FAILED_ON_CHAIN",
    ),
    "failed where it was executed": (
        answering(
            trx(), gettransactionbyid={**sent_to(OURS_HEX), "ret": [{"contractRet": "REVERT"}]}
        ),
        "FAILED_ON_CHAIN",
    ),
    "the coin for another account": (
        answering(trx(), gettransactionbyid=sent_to("41" + "22" * 20)),
        "WRONG_ADDRESS",
    ),
    "the coin by way of a program": (
        answering(trx(), gettransactionbyid=call("12345678", sent=5)),
        "CONTRACT_INTERNAL",
    ),
    "the coin by calling our own address": (
        answering(trx(), gettransactionbyid=call("", sent=500_000, to=OURS_HEX)),
        "INTERNAL_DELAY",
    ),
    "paid to no account": (
        answering(trx(), gettransactionbyid=sent_to("1234")),
        "INDETERMINATE",
    ),
    "another transaction": (
        answering(trx(), gettransactioninfobyid={"id": OTHER_TXID, "blockNumber": 1}),
        "INDETERMINATE",
    ),
    "a log-less call": (
        answering(tron_usdt(), gettransactioninfobyid={"id": TXID, "blockNumber": 100}),
        "CONTRACT_INTERNAL",
    ),
    "another letter case": (
        claiming(tron_usdt(), address="t9yed5XMV5ARV98BexN97aLZ1UUq7eKSxm"),
        "WRONG_LETTER_CASE",
    ),
}


@pytest.mark.parametrize(("facts", "verdict"), TRON_CASES.values(), ids=TRON_CASES)
def test_each_tron_case_gets_its_verdict(facts, verdict):
    assert judged(facts).details["verdict"] == verdict


def test_a_call_on_its_way_tells_what_it_asks_of_the_token():
    data = "a9059cbb" + account(TRON_OURS)[2:].zfill(64) + f"{500_000:064x}"
    found = judged(answering(tron_usdt(), gettransactioninfobyid={}, gettransactionbyid=call(data)))

    assert found.details["verdict"] == "PENDING"
    assert found.details["amount_onchain"] == "0.5"


def test_an_older_kind_of_token_is_not_the_coin():
    facts = trx()
    contract = facts["responses"]["/wallet/gettransactionbyid"]["raw_data"]["contract"][0]
    contract["type"] = "TransferAssetContract"
    contract["parameter"]["value"]["asset_name"] = "31303032303030"

    assert judged(facts).finding == "wrong_asset"
