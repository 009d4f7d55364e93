import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import base58
from shared.rules.addresses import (
    LONGEST,
    equal_only_without_case,
    parse_address,
    same_address,
)
from shared.rules.evm import checksummed, keccak_256
from shared.rules.output_script import output_script

GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
TRON_USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
SAME_KEY_LEGACY = "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
EVM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
XRP = "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59"
X_WITHOUT_TAG = "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ"
X_WITH_TAG_1 = "X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu"


def payload(text):
    parsed = parse_address(text)
    assert parsed is not None
    return parsed.network_kind, parsed.payload.hex()


def test_a_bitcoin_address_decodes_to_its_version_and_hash():
    assert payload(GENESIS) == ("bitcoin", "0062e907b15cbf27d5425399ebf6f0fb50ebb88f18")


def test_a_tron_address_decodes_to_41_and_its_account():
    assert payload(TRON_USDT) == ("tron", "41a614f803b6fd780986a42c78ec9c7f77e6ded13c")


@pytest.mark.parametrize("text", [SEGWIT, SEGWIT.upper()])
def test_a_segwit_address_in_one_letter_case_is_its_script(text):
    assert payload(text) == ("bitcoin", "0014751e76e8199196d454941c45d1b3a323f1433bd6")


def test_a_taproot_address_is_version_one():
    assert payload(TAPROOT)[1].startswith("5120")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "bitcoin"),
        ("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "bitcoin_testnet"),
        ("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "bitcoin_testnet"),
        (base58.encode_check(b"\x30" + bytes(20)), "litecoin"),
        (base58.encode_check(b"\x1e" + bytes(20)), "dogecoin"),
        (EVM, "evm"),
        (XRP, "xrp_ledger"),
        (f"  {GENESIS}\n", "bitcoin"),
    ],
)
def test_an_address_tells_its_network(text, kind):
    assert payload(text)[0] == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "1",
        GENESIS[:-1],
        GENESIS[:-1] + "b",
        GENESIS.lower(),
        GENESIS.replace("1A", "1a", 1),
        TRON_USDT.swapcase(),
        "0x" + "1" * 39,
        "0x" + "g" * 40,
        "1" * 5_000,
        "\uff11" + GENESIS[1:],
        X_WITH_TAG_1[:-1] + "v",
        base58.encode_check(b"\x07" + bytes(20)),
        base58.encode_check(b"\x00" + bytes(19)),
        base58.encode_check(b"\x00" + bytes(19), base58.XRP_LEDGER),
        "So11111111111111111111111111111111111111112",
    ],
)
def test_what_is_no_address_is_refused(text):
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"a" * 200, "96ea54061def936c4be90b518992fdc6f12f535068a256229aca54267b4d084d"),
    ],
)
def test_keccak_gives_the_published_digests(message, digest):
    assert keccak_256(message).hex() == digest


@pytest.mark.parametrize(
    "text",
    [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_the_examples_of_eip_55_keep_their_checksum(text):
    parsed = parse_address(text)

    assert parsed is not None
    assert parsed.warnings == ()
    assert checksummed(parsed.payload) == text


def test_a_mixed_case_evm_address_with_a_slip_is_valid_but_warned_about():
    parsed = parse_address(EVM.replace("0x5a", "0x5A"))

    assert parsed is not None
    assert parsed.warnings == ("eip55_checksum",)


@pytest.mark.parametrize(("text", "tag"), [(X_WITHOUT_TAG, None), (X_WITH_TAG_1, 1), (XRP, None)])
def test_an_x_address_is_an_account_and_its_tag(text, tag):
    parsed = parse_address(text)

    assert parsed is not None
    assert (parsed.canonical, parsed.tag) == (XRP, tag)


def test_tag_zero_is_a_tag():
    account = base58.decode_check(XRP, base58.XRP_LEDGER)[1:]
    text = base58.encode_check(b"\x05\x44" + account + b"\x01" + bytes(8), base58.XRP_LEDGER)

    assert parse_address(text).tag == 0


@pytest.mark.parametrize("end", [b"\x02" + bytes(8), b"\x00\x01" + bytes(7), b"\x01" + b"\xff" * 8])
def test_an_x_address_with_impossible_flags_or_tag_is_refused(end):
    raw = b"\x05\x44" + bytes(20) + end

    assert parse_address(base58.encode_check(raw, base58.XRP_LEDGER)) is None


def test_solana_addresses_are_read_only_where_the_network_is_named():
    wrapped = "So11111111111111111111111111111111111111112"

    assert parse_address(wrapped, "solana").payload.hex().startswith("069b8857feab8184fb68")
    assert parse_address(wrapped) is None
    assert parse_address(GENESIS, "solana") is None


def test_an_address_of_another_network_than_the_named_one_is_refused():
    assert parse_address(GENESIS, "tron") is None
    assert parse_address(GENESIS, "bitcoin") is not None


def test_litecoins_old_and_new_script_addresses_are_one():
    old, new = (base58.encode_check(v + bytes(range(20))) for v in (b"\x05", b"\x32"))

    assert same_address(old, new, "litecoin")
    assert not same_address(old, new)


def test_addresses_are_compared_by_what_they_decode_to():
    assert same_address(SEGWIT, SEGWIT.upper())
    assert same_address(EVM, EVM.lower())
    assert same_address(XRP, X_WITH_TAG_1)
    assert not same_address(SEGWIT, SAME_KEY_LEGACY)
    assert not same_address(GENESIS, SAME_KEY_LEGACY)
    assert not same_address("nonsense", "nonsense")


@pytest.mark.parametrize(
    ("written", "address", "expected"),
    [
        (GENESIS.lower(), GENESIS, True),
        (TRON_USDT.upper(), TRON_USDT, True),
        (X_WITH_TAG_1.swapcase(), X_WITH_TAG_1, True),
        (SEGWIT[:20].upper() + SEGWIT[20:], SEGWIT, True),
        (SEGWIT.upper(), SEGWIT, False),
        (EVM.upper(), EVM, False),
        (GENESIS, GENESIS, False),
        (SAME_KEY_LEGACY.lower(), GENESIS, False),
        ("nonsense", "NONSENSE", True),
        ("nonsense", "nonsense", False),
    ],
)
def test_letter_case_alone_is_told_from_another_address(written, address, expected):
    assert equal_only_without_case(written, address) is expected


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (GENESIS, "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"),
        ("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "a914e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a87"),
        (SEGWIT, "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
    ],
)
def test_an_address_is_paid_by_its_output_script(text, script):
    assert output_script(parse_address(text)).hex() == script


@given(st.binary(max_size=64), st.sampled_from([base58.BITCOIN, base58.XRP_LEDGER]))
def test_base58_brings_back_every_byte(raw, alphabet):
    assert base58.decode(base58.encode(raw, alphabet), alphabet) == raw
    assert base58.decode_check(base58.encode_check(raw + b"1", alphabet), alphabet) == raw + b"1"


@given(st.binary(min_size=20, max_size=20))
def test_an_evm_account_is_one_address_in_every_letter_case(account):
    text = checksummed(account)

    assert parse_address(text).warnings == ()
    assert same_address(text, text.lower())
    assert same_address(text, "0x" + text[2:].upper())


@given(st.text(max_size=LONGEST + 10))
def test_no_text_makes_the_parser_raise(text):
    parsed = parse_address(text)

    assert parsed is None or same_address(text, parsed.canonical)


@given(st.integers(0, 33))
def test_another_letter_case_anywhere_breaks_a_base58_checksum(place):
    changed = GENESIS[:place] + GENESIS[place].swapcase() + GENESIS[place + 1 :]

    assert changed == GENESIS or parse_address(changed) is None
