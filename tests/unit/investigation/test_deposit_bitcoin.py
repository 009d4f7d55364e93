import pytest

from shared.rules import base58
from tests.unit.investigation.deposit_cases import (
    BTC_OTHER,
    BTC_OURS,
    OTHER_TXID,
    TIP,
    TX,
    TXID,
    bitcoin,
    judged,
    output,
    usdt,
)

LEGACY = base58.encode_check(b"\0" + bytes(range(20)))
COINBASE = {"vin": [{"is_coinbase": True}]}


def changed(facts, group, **fields):
    return {**facts, group: {**facts[group], **fields}}


def answered(**answer):
    return {**bitcoin(), "responses": {TX: answer, TIP: {"status": 200, "text": "102"}}}


def to_legacy(facts=None, **claim):
    """The same case with an assigned address whose letter case matters."""
    facts = changed(facts or bitcoin(output(LEGACY)), "platform", assigned_deposit_address=LEGACY)
    return changed(facts, "claim", **{"address": LEGACY, **claim})


def row(**fields):
    return {"txid": TXID, "user": "u1", "amount": "0.5", **fields}


def credited(*rows, facts=None):
    return changed(facts or bitcoin(), "platform", credited=list(rows))


CASES = {
    "deep enough and not credited is our delay": (bitcoin(), "INTERNAL_DELAY"),
    "in no block": (bitcoin(height=None), "PENDING"),
    "one confirmation short": (bitcoin(tip=101), "CONFIRMING"),
    "a block counts itself": (bitcoin(tip=100), "CONFIRMING"),
    "pending is waited for though 0 are required": (
        changed(bitcoin(height=None), "platform", required_confirmations=0),
        "PENDING",
    ),
    "fresh-mined coins need 100": (bitcoin(tip=198, **COINBASE), "CONFIRMING"),
    "fresh-mined coins with 100": (bitcoin(tip=199, **COINBASE), "INTERNAL_DELAY"),
    "no id": (changed(bitcoin(), "claim", txid=None), "MALFORMED"),
    "an id one sign short": (changed(bitcoin(), "claim", txid=TXID[1:]), "MALFORMED"),
    "an address for an id": (changed(bitcoin(), "claim", txid=BTC_OURS), "MALFORMED"),
    "an id in capitals and spaces": (
        changed(bitcoin(), "claim", txid=f" {TXID.upper()}\n"),
        "INTERNAL_DELAY",
    ),
    "unknown to the node": (answered(status=404, text="Transaction not found"), "NOT_FOUND"),
    "the node is ill": (answered(status=503), "INDETERMINATE"),
    "the node answers nonsense": (answered(status=200, json=[]), "INDETERMINATE"),
    "the node is ill, whatever it says": (
        answered(status=503, json=bitcoin()["responses"][TX]["json"]),
        "INDETERMINATE",
    ),
    "its own network among the others changes nothing": (
        {**answered(status=404), "responses_other_chains": {"bitcoin": bitcoin()["responses"]}},
        "NOT_FOUND",
    ),
    "a tag where the network has none": (
        changed(bitcoin(), "platform", assigned_tag=7),
        "INTERNAL_DELAY",
    ),
    "a transaction without outputs": (
        answered(status=200, json={"txid": TXID, "vout": [], "status": {}}),
        "INDETERMINATE",
    ),
    "the node answers another transaction": (
        answered(status=200, json={"txid": OTHER_TXID, "vout": [output()], "status": {}}),
        "INDETERMINATE",
    ),
    "nothing was recorded": ({**bitcoin(), "responses": {}}, "INDETERMINATE"),
    "the tip is older than the block": (bitcoin(tip=99), "INDETERMINATE"),
    "credited": (credited(row()), "ALREADY_CREDITED"),
    "credited under another spelling": (credited(row(txid=TXID.upper())), "ALREADY_CREDITED"),
    "credited to somebody else": (credited(row(user="u2")), "ALREADY_CREDITED"),
    "another transaction was credited": (credited(row(txid=OTHER_TXID)), "INTERNAL_DELAY"),
    "an output of another customer in the same batch was credited": (
        credited(row(vout=0, user="u2"), facts=bitcoin(output(BTC_OTHER), output())),
        "INTERNAL_DELAY",
    ),
    "our output of a batch was credited": (
        credited(row(vout=1), facts=bitcoin(output(BTC_OTHER), output())),
        "ALREADY_CREDITED",
    ),
    "a row that fits no output stands for all": (credited(row(vout=9)), "ALREADY_CREDITED"),
    "claimed in another complaint": (
        changed(bitcoin(), "platform", other_open_claims=[{"id": "9", "txid": TXID}]),
        "ALREADY_CLAIMED",
    ),
    "claimed in another complaint, the id alone": (
        changed(bitcoin(), "platform", other_open_claims=["x", TXID.upper()]),
        "ALREADY_CLAIMED",
    ),
    "a token was claimed where only bitcoin is sent": (
        changed(bitcoin(), "claim", asset="USDT"),
        "UNSUPPORTED_TOKEN",
    ),
    "lower-case ticker": (changed(bitcoin(), "claim", asset="btc"), "INTERNAL_DELAY"),
    "letter case matters": (to_legacy(address=LEGACY.lower()), "WRONG_LETTER_CASE"),
    "letter case matters wherever the coins went": (
        to_legacy(bitcoin(), address=LEGACY.lower()),
        "WRONG_LETTER_CASE",
    ),
    "mixed-case bech32": (
        changed(bitcoin(), "claim", address=BTC_OURS[:9].upper() + BTC_OURS[9:]),
        "WRONG_LETTER_CASE",
    ),
    "capital bech32 is the same address": (
        changed(bitcoin(), "claim", address=BTC_OURS.upper()),
        "INTERNAL_DELAY",
    ),
    "another address was named but ours was paid": (
        changed(bitcoin(), "claim", address=BTC_OTHER),
        "INTERNAL_DELAY",
    ),
    "another address was paid": (bitcoin(output(BTC_OTHER)), "WRONG_ADDRESS"),
    "the same key's older address is another": (
        bitcoin(output("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH")),
        "WRONG_ADDRESS",
    ),
    "a customer's address was paid": (
        changed(bitcoin(output(BTC_OTHER)), "platform", addresses_of_other_users=[BTC_OTHER]),
        "OURS_OTHER_CLIENT",
    ),
    "less than the minimum": (bitcoin(output(value=99_999)), "BELOW_MINIMUM"),
    "exactly the minimum": (bitcoin(output(value=100_000)), "INTERNAL_DELAY"),
    "the minimum holds for each output": (
        bitcoin(output(value=60_000), output(value=60_000)),
        "BELOW_MINIMUM",
    ),
    "the minimum holds for the sum where the platform says so": (
        changed(
            bitcoin(output(value=60_000), output(value=60_000)),
            "platform",
            min_applies_to="transaction",
        ),
        "INTERNAL_DELAY",
    ),
    "on another network": (
        {**answered(status=404), "responses_other_chains": {"bsc": usdt()["responses"]}},
        "WRONG_NETWORK",
    ),
    "absent everywhere": (
        {**answered(status=404), "responses_other_chains": {"litecoin": {TX: {"status": 404}}}},
        "NOT_FOUND",
    ),
    "absent here and no word from there": (
        {**answered(status=404), "responses_other_chains": {"litecoin": {TX: {"status": 500}}}},
        "INDETERMINATE",
    ),
    "found elsewhere while our own node is silent": (
        {**answered(status=500), "responses_other_chains": {"bsc": usdt()["responses"]}},
        "INDETERMINATE",
    ),
    "a network we cannot read": ({**bitcoin(), "chain": "cardano"}, "INDETERMINATE"),
}


@pytest.mark.parametrize(("facts", "verdict"), CASES.values(), ids=CASES)
def test_each_case_gets_its_verdict(facts, verdict):
    assert judged(facts).details["verdict"] == verdict


def test_the_chains_amount_counts_and_the_difference_is_told():
    details = judged(changed(bitcoin(), "claim", amount="0.6")).details

    assert details["amount_onchain"] == "0.5"
    assert details["amount_mismatch"] is True


def test_several_outputs_that_pay_us_are_summed():
    found = judged(bitcoin(output(value=30_000_000), output(BTC_OTHER), output(value=20_000_000)))

    assert found.details["amount_onchain"] == "0.5"
    assert found.details["vouts"] == [0, 2]
    assert found.details["amount_mismatch"] is False


def test_only_what_is_not_credited_yet_is_owed():
    facts = bitcoin(output(value=30_000_000), output(value=20_000_000))
    found = judged(credited(row(vout=0), facts=facts))

    assert found.finding == "credited_internal_delay"
    assert (found.details["vout"], found.details["amount_onchain"]) == (1, "0.2")


def test_an_output_below_the_minimum_is_not_owed_beside_one_that_reaches_it():
    found = judged(bitcoin(output(value=30_000_000), output(value=1)))

    assert found.details["amount_onchain"] == "0.3"


def test_an_output_without_an_address_field_is_known_by_its_script():
    bare = {"scriptpubkey": "0014751e76e8199196d454941c45d1b3a323f1433bd6", "value": 50_000_000}
    found = judged(bitcoin(bare))

    assert found.finding == "credited_internal_delay"
    assert found.details["paid_to"] == BTC_OURS


def test_a_block_that_left_the_best_chain_counts_for_nothing():
    facts = bitcoin()
    facts["responses"]["GET /block/{hash}/status"] = {
        "status": 200,
        "json": {"in_best_chain": False},
    }

    details = judged(facts).details
    assert (details["verdict"], details["confirmations"]) == ("REORGED", 0)


def test_among_wrong_addresses_a_customers_is_told_before_a_strangers():
    facts = changed(
        bitcoin(output(LEGACY), output(BTC_OTHER, 1)),
        "platform",
        addresses_of_other_users=[BTC_OTHER],
    )

    assert judged(facts).details["verdict"] == "OURS_OTHER_CLIENT"


def test_among_strangers_the_one_who_got_the_claimed_amount_is_named():
    facts = bitcoin(output(BTC_OTHER, 1), output(LEGACY))

    assert judged(changed(facts, "claim", address=None)).details["paid_to"] == LEGACY


@pytest.mark.parametrize(("user", "same"), [("u1", True), ("u2", False)])
def test_who_was_credited_is_told_as_the_same_customer_or_another(user, same):
    assert judged(credited(row(user=user))).details["credited_to_same_user"] is same


def test_the_claimed_address_is_looked_for_first_among_wrong_ones():
    facts = bitcoin(output(BTC_OTHER, 1), output(LEGACY, 2))
    found = judged(changed(facts, "claim", address=LEGACY))

    assert (found.details["paid_to"], found.details["vout"]) == (LEGACY, 1)


def test_another_letter_case_tells_checksum_and_whether_we_were_paid():
    details = judged(to_legacy(address=LEGACY.lower())).details

    assert details["claimed_checksum_valid"] is False
    assert details["paid_assigned"] is True


def test_the_network_it_was_found_on_is_named():
    found = judged({**answered(status=404), "responses_other_chains": {"bsc": usdt()["responses"]}})

    assert found.finding == "wrong_chain"
    assert found.details["found_on"] == "bsc"
    assert "BNB Smart Chain" in found.explanation


def test_a_recorded_request_may_carry_the_id_itself():
    facts = bitcoin()
    facts["responses"][f"GET /tx/{TXID}"] = facts["responses"].pop(TX)

    assert judged(facts).finding == "credited_internal_delay"


def test_a_network_called_otherwise_is_told_but_not_held_against_the_customer():
    found = judged(changed(bitcoin(), "claim", network="BEP20"))

    assert found.finding == "credited_internal_delay"
    assert found.details["network_mismatch"] is True
