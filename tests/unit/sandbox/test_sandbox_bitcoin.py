"""The sandbox's chain: scripts of published addresses, blocks and the shape of a transaction."""

import pytest

from services.sandbox import bitcoin

TXID = "ab" * 32
ALICE = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


@pytest.mark.parametrize(
    ("address", "kind", "script"),
    [
        (
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "p2pkh",
            "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac",
        ),
        (
            "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
            "p2sh",
            "a914e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a87",
        ),
        (ALICE, "v0_p2wpkh", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "v1_p2tr",
            "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        ),
    ],
)
def test_an_address_gives_the_script_that_pays_it(address, kind, script):
    found = bitcoin.script_of(address)

    assert (found.hex, found.kind) == (script, kind)


@pytest.mark.parametrize(
    "text", ["", "bc1qdemo", "1a1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "0x" + "00" * 20]
)
def test_what_is_no_bitcoin_address_has_no_script(text):
    with pytest.raises(ValueError, match="not a bitcoin address"):
        bitcoin.script_of(text)


def test_a_transaction_has_every_field_that_esplora_documents():
    found = bitcoin.transaction(TXID, [(ALICE, 50_000)], height=100, tip=101)

    assert set(found) == {
        "txid", "version", "locktime", "vin", "vout", "size", "weight", "fee", "status",
    }  # fmt: skip
    assert set(found["vout"][0]) == {
        "scriptpubkey", "scriptpubkey_asm", "scriptpubkey_type", "scriptpubkey_address", "value",
    }  # fmt: skip
    assert found["vout"][0]["value"] == 50_000


def test_what_comes_in_is_what_goes_out_and_the_fee():
    found = bitcoin.transaction(TXID, [(ALICE, 50_000), (ALICE, 7)], height=None, tip=0)

    assert found["vin"][0]["prevout"]["value"] == 50_007 + found["fee"]


def test_a_transaction_above_the_tip_is_not_confirmed():
    assert bitcoin.status(101, tip=100) == {"confirmed": False}
    assert bitcoin.status(None, tip=100) == {"confirmed": False}


def test_a_confirmed_transaction_names_a_block_of_the_best_chain():
    status = bitcoin.status(100, tip=100)

    block = bitcoin.block_status(status["block_hash"], tip=100)

    assert block == {"in_best_chain": True, "height": 100, "next_best": None}


def test_a_block_names_the_one_that_follows():
    block = bitcoin.block_status(bitcoin.block_hash(100), tip=105)

    assert block["next_best"] == bitcoin.block_hash(101)


@pytest.mark.parametrize("given", ["0" * 64, "f" * 64, bitcoin.block_hash(106)])
def test_another_hash_or_a_block_above_the_tip_is_off_the_best_chain(given):
    block = bitcoin.block_status(given, tip=105)

    assert block == {"in_best_chain": False, "height": None, "next_best": None}
