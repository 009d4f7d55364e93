import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import bech32
from shared.rules.addresses import parse_address

SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


@pytest.mark.parametrize(
    "text",
    [
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7",  # mixed case
        "bc1qW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",
        "bc1rw5uspcuh",
        "bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv",
        "bc1gmk9yu",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  # bech32 for version 1
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",  # bech32m for version 0
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "bc1pw5dgrnzv",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
        "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
    ],
)
def test_the_invalid_examples_of_bip_173_and_350_are_rejected(text):
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
        ),
        ("BC1SW50QGDZ25J", "6002751e"),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"),
    ],
)
def test_the_valid_examples_of_bip_350_give_their_scripts(text, script):
    witness = bech32.decode(text)

    assert witness is not None
    assert witness.script.hex() == script


@pytest.mark.parametrize(
    "witness",
    [bech32.Witness("bc", 17, bytes(20)), bech32.Witness("b" * 60, 1, bytes(20))],
)
def test_an_unknown_version_and_an_endless_address_are_rejected(witness):
    assert bech32.decode(bech32.encode(witness)) is None


@given(st.integers(0, 16), st.data())
def test_bech32_brings_back_every_program(version, data):
    sizes = st.sampled_from((20, 32)) if version == 0 else st.integers(2, 40)
    size = data.draw(sizes)
    witness = bech32.Witness("bc", version, data.draw(st.binary(min_size=size, max_size=size)))

    assert bech32.decode(bech32.encode(witness)) == witness


@given(st.integers(0, 41), st.sampled_from(bech32.ALPHABET))
def test_one_wrong_sign_in_a_segwit_address_is_always_found(place, sign):
    changed = SEGWIT[:place] + sign + SEGWIT[place + 1 :]

    assert (parse_address(changed) is None) or changed == SEGWIT
