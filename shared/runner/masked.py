"""What a record looks like without what it says: names, kinds and sizes. Pure.

Nobody may read a customer's words because a record could not be handled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

MOST_LINES, DEEPEST = 200, 8
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHOWN: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(
        ("id", "subject", "causationid", "correlationid", "partitionkey"), _ID.fullmatch
    ),
    "type": re.compile(r"redress\.[a-z-]{1,60}\.v\d{1,3}").fullmatch,
    "time": re.compile(r"\d{4}-\d\d-\d\dT[\d:.]{8,15}Z").fullmatch,
    "lane": re.compile(r"normal|express").fullmatch,
}
"""Fields of an envelope that name no person, and the form that a value must have to be shown."""


def masked(value: bytes | None) -> list[str]:
    """A record's value line by line, nested by two spaces; 200 lines and eight levels at most."""
    if not value:
        return ["no value"]
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return [f"{len(value)} bytes that are no JSON"]
    lines: list[str] = []
    for line in _lines("", document, 0):
        if len(lines) == MOST_LINES:
            return [*lines, "…"]
        lines.append(line)
    return lines


def _lines(name: str, value: Any, depth: int) -> Iterator[str]:
    start = "  " * depth + (f"{name}: " if name else "")
    if isinstance(value, dict | list) and value and depth < DEEPEST:
        yield start + (f"list of {len(value)}" if isinstance(value, list) else "object")
        parts = value.items() if isinstance(value, dict) else [("-", part) for part in value]
        for key, part in parts:
            yield from _lines(_named(key), part, depth + 1)
    else:
        yield start + _kind(name if depth == 1 else "", value)


def _named(key: str) -> str:
    return key if key == "-" or _NAME.fullmatch(key) else f"(name of {len(key)} characters)"


def _kind(field: str, value: Any) -> str:
    if isinstance(value, str):
        if field in _SHOWN and _SHOWN[field](value):
            return value
        return f"text of {len(value)} characters"
    if isinstance(value, bool):
        return "yes or no"
    if value is None:
        return "nothing"
    if isinstance(value, int | float):
        return str(value) if field == "sequence" else "number"
    return f"{len(value)} more"
