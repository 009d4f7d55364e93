"""The finer verdicts: what the ledger holds back, what vanished, and what several sources say."""

from dataclasses import replace

import pytest

from services.investigation.playbooks.agreement import agreed, differ
from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.decoders import sight
from services.investigation.playbooks.sighting import ABSENT, UNCLEAR, Seen
from tests.unit.investigation.deposit_cases import (
    BTC_OTHER,
    TXID,
    bitcoin,
    case,
    esplora,
    judged,
    output,
    usdt,
    xrp,
)

PROMISED = {  # section 6 A.8 of the design
    *("NOT_FOUND", "PENDING", "CONFIRMING", "REPLACED", "REORGED", "FAILED_ON_CHAIN"),
    *("ALREADY_CREDITED", "WRONG_ADDRESS", "OURS_OTHER_CLIENT", "WRONG_NETWORK"),
    *("UNSUPPORTED_TOKEN", "FAKE_CONTRACT", "MISSING_TAG", "WRONG_TAG", "BELOW_MINIMUM"),
    *("CONTRACT_INTERNAL", "CURRENCY_SUSPENDED", "AML_HOLD", "KYC_LIMIT", "TRAVEL_RULE"),
    *("INTERNAL_DELAY", "INDETERMINATE"),
}


def platform(facts, **fields):
    return {**facts, "platform": {**facts["platform"], **fields}}


def test_every_verdict_of_the_design_is_a_row():
    assert set(DEPOSIT.verdicts) >= PROMISED
    assert set(DEPOSIT.held.values()) <= PROMISED


@pytest.mark.parametrize(("state", "verdict"), DEPOSIT.held.items())
@pytest.mark.parametrize("row", [{"txid": TXID.upper()}, {"txid": "0x" + TXID, "vout": 0}])
def test_a_deposit_that_the_ledger_holds_back_is_no_delay(state, verdict, row):
    found = judged(platform(bitcoin(), held=[{**row, "state": state}]))

    assert (found.finding, found.details["verdict"]) == ("manual_review", verdict)
    assert found.remedy == "refer_person"


@pytest.mark.parametrize(
    "row", [{"txid": "f" * 64}, {"txid": TXID, "vout": 1}, {"txid": TXID, "state": "pending"}, {}]
)
def test_what_is_held_back_of_something_else_holds_nothing_back(row):
    facts = bitcoin(output(), output(BTC_OTHER))

    found = judged(platform(facts, held=[{"state": "suspended", **row}]))

    assert found.finding == "credited_internal_delay"


def test_a_hold_is_told_only_once_the_network_is_done():
    held = [{"txid": TXID, "state": "suspended"}]

    assert judged(platform(bitcoin(tip=100), held=held)).finding == "confirmed_wait"


def test_nobody_is_told_that_money_is_looked_at_for_laundering():
    sentence = judged(platform(bitcoin(), held=[{"txid": TXID, "state": "blacklisted"}]))

    assert "launder" not in sentence.explanation.lower()
    assert "suspici" not in sentence.explanation.lower()


def test_what_was_seen_waiting_and_is_gone_was_replaced():
    absent = case("bitcoin", "BTC", BTC_OTHER, {"GET /tx/{txid}": {"status": 404, "text": ""}})

    assert judged({**absent, "seen_before": True}).details["verdict"] == "REPLACED"
    assert judged(absent).details["verdict"] == "NOT_FOUND"
    assert judged({**absent, "seen_before": True}).finding == "not_found"


def test_a_row_of_another_customers_output_takes_nothing_from_ours():
    facts = bitcoin(output(BTC_OTHER, 30_000_000), output())
    row = {"txid": TXID, "user": "u2", "amount": "0.3"}
    others = {"addresses_of_other_users": [BTC_OTHER]}

    assert judged(platform(facts, credited=[row], **others)).finding == "credited_internal_delay"
    assert judged(platform(facts, credited=[row])).finding == "double_claim"
    ours = {**row, "amount": "0.5"}
    assert judged(platform(facts, credited=[ours], **others)).finding == "double_claim"


@pytest.mark.parametrize(
    ("rule", "finding"),
    [
        ("sum", "credited_internal_delay"),
        ("per_transaction", "credited_internal_delay"),
        ("total of all outputs", "credited_internal_delay"),
        ("per_output", "under_min_deposit"),
        ("output", "under_min_deposit"),
        ("each output of the transaction", "under_min_deposit"),
        (None, "under_min_deposit"),
    ],
)
def test_the_minimum_holds_for_each_output_unless_the_rule_says_the_sum(rule, finding):
    facts = bitcoin(output(value=60_000), output(value=60_000))

    assert judged(platform(facts, min_applies_to=rule)).finding == finding


@pytest.mark.parametrize(
    ("facts", "eta"),
    [(bitcoin(tip=100), 1200), (bitcoin(), None), (usdt(height=None), 36), (bitcoin(tip=90), None)],
)
def test_the_time_left_is_that_of_the_blocks_left(facts, eta):
    assert judged(facts).details.get("eta_seconds") == eta


def test_a_delivered_amount_of_the_older_spelling_counts():
    facts = xrp(DestinationTag=0)
    meta = facts["responses"]["tx"]["result"]["meta"]
    meta["DeliveredAmount"] = meta.pop("delivered_amount")

    assert judged(facts).details["amount_onchain"] == "0.5"


@pytest.mark.parametrize(
    ("asset", "finding"),
    [
        ("usdt", "credited_internal_delay"),
        ("USDT-ERC20", "credited_internal_delay"),
        ("USDT (ERC20)", "credited_internal_delay"),
        ("USDT_ERC-20", "credited_internal_delay"),
        ("USDC-ERC20", "wrong_asset"),
        ("USDT-OLD", "wrong_asset"),
        ("ERC20", "wrong_asset"),
    ],
)
def test_a_ticker_may_be_written_with_its_network(asset, finding):
    facts = usdt()

    assert judged({**facts, "claim": {**facts["claim"], "asset": asset}}).finding == finding


def of(responses):
    return sight("bitcoin", responses, TXID)


DEEP, SHALLOW = of(esplora(output(), tip=110)), of(esplora(output(), tip=101))
FORK = replace(DEEP, block="another")
PENDING = of(esplora(output(), height=None))
ELSEWHERE = of(esplora(output(BTC_OTHER)))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([DEEP], DEEP),
        ([UNCLEAR], UNCLEAR),
        ([DEEP, SHALLOW], SHALLOW),
        ([SHALLOW, DEEP], SHALLOW),
        ([ABSENT, ABSENT], ABSENT),
        ([ABSENT, DEEP], UNCLEAR),
        ([DEEP, ABSENT], UNCLEAR),
        ([DEEP, UNCLEAR], UNCLEAR),
        ([ABSENT, UNCLEAR], UNCLEAR),
        ([DEEP, FORK], UNCLEAR),
        ([PENDING, DEEP], UNCLEAR),
        ([DEEP, ELSEWHERE], UNCLEAR),
        ([DEEP, replace(DEEP, reorged=True)], UNCLEAR),
        ([DEEP, replace(DEEP, failed=True)], UNCLEAR),
        ([DEEP, UNCLEAR, SHALLOW], SHALLOW),
        ([DEEP, SHALLOW, ABSENT], UNCLEAR),
        ([], UNCLEAR),
    ],
)
def test_two_sources_must_say_the_same(seen, expected):
    assert agreed(seen) == expected


def test_what_is_final_to_one_source_alone_is_not_final():
    final = replace(DEEP, final=True)

    assert not agreed([final, SHALLOW]).final
    assert agreed([final, final]).final


def test_silence_is_no_contradiction():
    assert not differ([DEEP, UNCLEAR])
    assert differ([DEEP, ABSENT])
    assert DEEP.seen is Seen.FOUND
