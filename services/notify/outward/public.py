"""An event as it leaves the house: no personal words, not even sealed ones, no names. Pure."""

from __future__ import annotations

from typing import Any

import orjson

SEALED = {"kid", "nonce", "ct"}
MARK = "(sealed)"


def public(value: bytes) -> dict[str, Any] | None:
    """The CloudEvent of a record; None where it is none.

    What a person wrote is `(sealed)`, and `actor` says the kind alone (staff, customer, …).
    """
    try:
        body = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        return None
    actor = str(body.get("actor", "")).partition(":")[0]
    return {**body, "actor": actor, "data": _bare(body.get("data"))}


def _bare(part: Any) -> Any:
    if isinstance(part, dict):
        if part.keys() == SEALED:
            return MARK
        return {name: _bare(inner) for name, inner in part.items()}
    return [_bare(inner) for inner in part] if isinstance(part, list) else part
