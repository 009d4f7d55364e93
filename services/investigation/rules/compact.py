"""Answers cut to what one event can hold: 256 KiB, and sealed text grows by a third."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from services.investigation.playbooks.esplora import TRANSACTION

T = TypeVar("T")
Answers = dict[str, dict[str, Any]]

LARGEST = 100_000  # bytes of JSON
ADDRESS = "scriptpubkey_address"


def size(value: object) -> int:
    """Bytes of a value as JSON."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def newest(rows: Sequence[T], largest: int = LARGEST) -> list[T]:
    """The last rows that fit, in their order."""
    kept, left = 0, largest
    for row in reversed(rows):
        left -= size(row) + 1
        if left < 0:
            break
        kept += 1
    return list(rows[len(rows) - kept :])


def transaction_of(answers: Answers) -> Mapping[str, Any]:
    """The recorded transaction, empty where the node does not know it."""
    found = answers.get(TRANSACTION, {}).get("json")
    return found if isinstance(found, dict) else {}


def paid_addresses(answers: Answers) -> list[str]:
    """The addresses that the transaction pays, each once, in the order of its outputs."""
    outputs = transaction_of(answers).get("vout", [])
    return list(dict.fromkeys(out[ADDRESS] for out in outputs if ADDRESS in out))


def compact(answers: Answers, keep: Collection[str]) -> Answers:
    """The answers with a very large transaction reduced to the outputs to `keep` addresses.

    Every output keeps its place and its value; of the inputs the first is kept, which tells a
    coinbase.
    """
    if size(answers) <= LARGEST:
        return answers
    transaction = transaction_of(answers)
    outputs = [
        out if out.get(ADDRESS) in keep else {"scriptpubkey": "", "value": out.get("value")}
        for out in transaction.get("vout", [])
    ]
    first = [{"is_coinbase": i.get("is_coinbase")} for i in transaction.get("vin", [])[:1]]
    small = {**transaction, "vin": first, "vout": outputs}
    return {**answers, TRANSACTION: {**answers[TRANSACTION], "json": small}}
