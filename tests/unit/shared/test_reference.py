import hashlib
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference import CHECK_ALPHABET, parse, reference_of

COMPLAINT = "0a0a0a0a-0000-4000-8000-00000000c0de"
REFERENCE = reference_of(COMPLAINT)


def plain(reference):
    return reference.replace("-", "")


def test_a_reference_is_four_groups_behind_a_prefix():
    assert [len(group) for group in REFERENCE.split("-")] == [2, 4, 4, 4, 1]


def test_a_reference_is_the_same_every_time_and_differs_between_complaints():
    assert reference_of(COMPLAINT) == REFERENCE
    assert reference_of(str(uuid.UUID(int=1))) != REFERENCE


def test_the_symbols_are_the_first_sixty_bits_of_the_hash():
    number = int(hashlib.sha256(COMPLAINT.encode()).hexdigest()[:15], 16)
    symbols = plain(REFERENCE)[2:-1]
    assert int("".join(f"{CHECK_ALPHABET.index(s):05b}" for s in symbols), 2) == number
    assert CHECK_ALPHABET[number % 37] == REFERENCE[-1]


@pytest.mark.parametrize(
    "typed",
    [
        REFERENCE.lower(),
        plain(REFERENCE),
        plain(REFERENCE)[2:],
        REFERENCE.replace("0", "O").replace("1", "l"),
        REFERENCE.replace("1", "I"),
        f" {REFERENCE} ",
    ],
)
def test_what_people_type_is_understood(typed):
    assert parse(typed) == REFERENCE


@given(st.uuids())
def test_every_reference_is_read_back(complaint):
    reference = reference_of(str(complaint))
    assert parse(reference) == reference
    assert parse(reference.lower().replace("0", "o").replace("1", "i")) == reference


@given(st.integers(0, 11), st.sampled_from(CHECK_ALPHABET[:32]))
def test_one_wrong_symbol_is_found(place, symbol):
    symbols = plain(REFERENCE)[2:]
    changed = symbols[:place] + symbol + symbols[place + 1 :]
    assert (parse(changed) is None) == (changed != symbols)


@given(st.integers(0, 10))
def test_two_swapped_symbols_are_found(place):
    s = plain(REFERENCE)[2:]
    swapped = s[:place] + s[place + 1] + s[place] + s[place + 2 :]
    assert (parse(swapped) is None) == (swapped != s)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RD",
        REFERENCE[:-1],
        REFERENCE + "0",
        "x" * 10_000,
        "RD-ÀÀÀÀ-9QXF-2T4B-0",
        COMPLAINT,
        "UUUU-UUUU-UUUU-U",
        "../../etc/passwd",
    ],
)
def test_what_is_no_reference_is_none(text):
    assert parse(text) is None
