"""Texts made to be slow: time grows with their length alone."""

import sys
import time

import pytest

from services.triage.rules import classify
from shared.rules.first_screen import funds_in_danger

LIMIT_S = 0.05 if sys.gettrace() is None else 1.0  # measuring coverage is slow
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
]


@pytest.fixture(scope="module", autouse=True)
def _language_model():
    """Load what is loaded once, outside the measure."""
    classify("Vklad mi stále nedorazil, prosím o pomoc s účtem")


def best_of_three(call, text):
    spent = []
    for _ in range(3):
        start = time.process_time()
        call(text)
        spent.append(time.process_time() - start)
    return min(spent)


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_is_classified_within_the_limit(piece):
    assert best_of_three(classify, piece * (LENGTH // len(piece))) < LIMIT_S


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_is_screened_within_the_limit(piece):
    assert best_of_three(funds_in_danger, piece * (LENGTH // len(piece))) < LIMIT_S
