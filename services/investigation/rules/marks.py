"""Marks: keyed digests of the devices and addresses of the net that stand in evidence.

Cases of one stranger are found by them; nobody reads a device or an address out of one.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any

KINDS = ("ip", "device")
MOST_MARKS = 60
_BYTES = 16


def marks_of(answer: Mapping[str, Any], key: bytes) -> tuple[str, ...]:
    """The marks of a source's rows, sorted, MOST_MARKS at most; `key` is the installation's."""
    rows = answer.get("rows")
    found = {mark for row in rows or () if isinstance(row, Mapping) for mark in _of_row(row, key)}
    return tuple(sorted(found)[:MOST_MARKS])


def kind_of(mark: str) -> str:
    """What a mark was made of: ip or device."""
    return mark.partition(":")[0]


def _of_row(row: Mapping[str, Any], key: bytes) -> Iterator[str]:
    for kind in KINDS:
        value = row.get(kind)
        if isinstance(value, str) and value.strip():
            text = f"{kind}|{value.strip().casefold()}"
            yield f"{kind}:{hmac.digest(key, text.encode(), hashlib.sha256)[:_BYTES].hex()}"
