"""Masking, whatever the text: it settles at once, leaves no secret, spares facts, takes no time."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from shared.rules import base58
from shared.rules.secrets import MARKS, mask
from shared.rules.secrets.seeds import LISTS
from shared.rules.secrets.spans import KEPT, Spelling

SAID = [
    "my password is ",
    "验证码 ",
    "비밀번호: ",
    "код ",
    "private key: ",
    "seed: ",
    "card ",
    "mã OTP ",
]
FILLING = st.sampled_from(
    [
        *SAID,
        *MARKS.values(),
        *("hunter2!", "4111 1111 1111 1111", "482913", "1234567", "abandon ability able about "),
        *(", ", " ", "\n", "。", "is ", "[", "\0", "order ", "txid ", "ab" * 32, "0x" + "cd" * 32),
    ]
)
TEXTS = st.lists(st.one_of(FILLING, st.text(max_size=8)), max_size=30).map("".join)
SPACED = sorted(set(LISTS) - {"chinese_simplified", "chinese_traditional"})


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_masking_what_was_masked_changes_nothing(text):
    once = mask(text)

    assert mask(once.text).text == once.text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(LISTS), st.sampled_from([16, 20, 24, 28, 32]), st.binary(min_size=32), TEXTS)
def test_no_word_of_a_seed_phrase_is_left(language, size, entropy, before):
    phrase = Mnemonic(language).to_mnemonic(entropy[:size])
    assume("\ufffd" not in phrase)  # one word of the package's Russian list is broken

    assert phrase not in mask(f"{before}: {phrase}.").text
    assert mask(phrase).text == MARKS["seed-phrase"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SPACED), st.binary(min_size=16, max_size=16), st.integers(0, 11))
def test_a_typo_in_a_seed_phrase_hides_none_of_it(language, entropy, wrong):
    phrase = Mnemonic(language).to_mnemonic(entropy)
    assume("\ufffd" not in phrase)
    words = phrase.split()
    words[wrong] += "qx"

    assert mask(" ".join(words)).text == MARKS["seed-phrase"]


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=32, max_size=32), TEXTS)
def test_a_wallet_key_goes_wherever_it_stands(key, before):
    wif = base58.encode_check(b"\x80" + key + b"\x01")

    assert wif not in mask(f"{before} {wif} thanks").text


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(min_value=10**9, max_value=10**19))
def test_transaction_ids_addresses_and_order_ids_stay(raw, order):
    text = (
        f"txid {raw.hex()} 0x{raw.hex()} to {base58.encode_check(bytes(1) + raw[:20])} "
        f"or 0x{raw[:20].hex()}, order {order}, {order}.25 USDT"
    )

    assert mask(text).text == text


def _seconds(text):
    started = time.process_time()
    mask(text)
    return time.process_time() - started


LONG = {
    "prose": "I sent 0.5 BTC to my deposit address and it never arrived, please help me. ",
    "chinese": "我昨天充值了0.5个比特币到我的账户但是一直没有到账请帮我查一下。",
    "words of a list": "abandon ability able about ",
    "cues": "password ",
    "cues with values": "password is hunter2 ",
    "digits": "4111 ",
    "no end": "-----BEGIN PRIVATE KEY-----",
    "hex": "ab12" * 16 + " ",
    "one run": "a",
    "codes": "123456 is ",
    "brackets": "[1,",
    "phrases without spaces": "助记词" + "的" * 24,
}


@pytest.mark.parametrize("name", LONG)
def test_time_grows_with_the_length_alone(name):
    text = LONG[name] * (100_000 // len(LONG[name]))
    mask(text[:100])

    half, whole = (min(_seconds(text[:size]) for _ in range(2)) for size in (50_000, 100_000))

    assert whole < 4 * half + 0.05
    assert whole < 2


def test_a_stranger_who_writes_every_character_there_is_fills_no_memory():
    spelling, every = Spelling(str.lower), "".join(map(chr, range(0x110000)))

    spelled = every.translate(spelling)

    assert len(spelling) == KEPT
    assert all(b == a.lower() for a, b in zip(every, spelled, strict=True) if len(a.lower()) == 1)
