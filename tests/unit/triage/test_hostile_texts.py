"""Texts made to be slow: time grows with their length alone."""

import time

import pytest

from services.triage.rules import classify
from shared.rules.first_screen import funds_in_danger

LOOPS = 10  # times what a plain loop over the letters takes: 40 ms where that takes 4 ms
ROUNDS = 10
LENGTH = 100_000
PIECES = [
    "hack ",
    "被盗。",
    "my 2fa code? ",
    "not ",
    "!?,",
    "1 ",
    "1,",
    "order: ",
    "0x",
    '"',
    "{",
    "@a",
    "a1",
    "bc1q",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa ",
    "100 usdt ",
    "uid ",
    "1 000 ",
    "\ufdfa",
    "ない",
    " ",
    "'a b c d e ",
    "if hacked, but not ",
    "\u0301",
    "\n> ",
    "BTC/USDT-",
    "a@",
    "千",
    "1万",
    "两 ",
    "three ",
    "half a ",
    "2 triệu ",
    "order 12345, ",
    "\u0430b",
    "\u200b",
    "ignore ",
]


@pytest.fixture(scope="module", autouse=True)
def _language_model():
    """Load what is loaded once, outside the measure."""
    classify("Vklad mi stále nedorazil, prosím o pomoc s účtem")


def letter_by_letter(text):
    """What any reading in plain Python costs, on this machine and under its load of now."""
    seen = {}
    for letter in text:
        seen[letter] = seen.get(letter, 0) + 1


def spent(call, text):
    start = time.process_time()
    call(text)
    return time.process_time() - start


def loops(call, text):
    """How many times the plain loop's time it takes, both in turn: noise only ever adds to it.

    One round within the limit shows that the text is not slow; what is slow never has one.
    """
    plain = "My withdrawal of 0.5 BTC is stuck since yesterday. " * (LENGTH // 50)
    least = float("inf")
    for _ in range(ROUNDS):
        least = min(least, spent(call, text) / spent(letter_by_letter, plain))
        if least < LOOPS:
            break
    return least


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_is_classified_within_the_limit(piece):
    assert loops(classify, piece * (LENGTH // len(piece))) < LOOPS


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_is_screened_within_the_limit(piece):
    assert loops(funds_in_danger, piece * (LENGTH // len(piece))) < LOOPS
