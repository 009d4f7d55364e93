"""What many texts in eight languages name: numbers, addresses and sums as people write them."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from services.triage.rules import classify

CASES = Path(__file__).parent / "cases" / "entities.jsonl"
KINDS = ("txid", "address", "order_id", "amount", "asset", "uid")
FLOORS = [
    ("txid", 0.98),
    ("address", 0.98),
    ("order_id", 0.98),
    ("uid", 0.98),
    ("amount", 0.97),
    ("asset", 0.97),
]


@cache
def read():
    """Each text's language, kind, what it names and what was found."""
    rows = []
    for case in map(json.loads, CASES.read_text("utf-8").splitlines()):
        found = classify(case["text"]).entities
        rows += [
            (case["language"], kind, set(case["entities"].get(kind, ())), set(getattr(found, kind)))
            for kind in KINDS
        ]
    return rows


@pytest.mark.parametrize(("kind", "floor"), FLOORS)
def test_what_a_text_names_is_found(kind, floor):
    named = [(wanted, found) for _, of, wanted, found in read() if of == kind]
    total = sum(len(wanted) for wanted, _ in named)
    assert sum(len(wanted & found) for wanted, found in named) >= floor * total


@pytest.mark.parametrize(("kind", "floor"), FLOORS)
def test_what_is_found_is_named(kind, floor):
    named = [(wanted, found) for _, of, wanted, found in read() if of == kind]
    total = sum(len(found) for _, found in named)
    assert sum(len(wanted & found) for wanted, found in named) >= floor * total


def test_each_language_names_orders_users_and_sums():
    seen = Counter((tongue, kind) for tongue, kind, wanted, _ in read() if wanted)
    tongues = {tongue for tongue, *_ in read()}
    assert len(tongues) == 8
    kinds = ("order_id", "uid", "amount", "asset")
    assert [(t, k) for t in sorted(tongues) for k in kinds if not seen[t, k]] == []
