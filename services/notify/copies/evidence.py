"""Which evidence of a case is the customer's own, and what of it is somebody else's. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from services.notify.cases.evidence import pieces_of
from services.notify.cases.telling import Told, plain
from shared.events.base import Model
from shared.events.investigation import Evidence

PERSONS = "staff:"
WITHHELD = frozenset({"counterparty", "anti_phishing_code"})
"""Fields of the exchange's answers: another customer, and what its holder knows our mails by."""
LEFT_OUT = "(left out)"


class EvidenceCopy(Model):
    """What a source answered about the customer; `content` is its answer, as JSON text."""

    about: str
    source: str
    at: datetime
    content: str


def evidence_of(told: Told, *, allowed: bool) -> tuple[tuple[EvidenceCopy, ...], tuple[str, ...]]:
    """The pieces to hand out, the oldest first, and why others are not.

    `allowed`: whoever complained proved well enough to hold the account that it speaks of.
    """
    given, left_out = [], []
    for piece in pieces_of(told)[::-1]:
        one = piece.evidence
        if why := _against(one, allowed=allowed):
            left_out.append(f"{plain(one.type)}: {why}")
        else:
            content = _content(told.said(one.content))
            at, about = one.collected_at, plain(one.type)
            given.append(EvidenceCopy(about=about, source=one.source, at=at, content=content))
    return tuple(given), tuple(dict.fromkeys(left_out))


def _against(one: Evidence, *, allowed: bool) -> str | None:
    if one.sensitivity != "personal":
        return f"{one.sensitivity}, about nobody in particular or about others too"
    if one.collector.startswith(PERSONS):
        return "written by staff; a person has to look for what it says of others"
    return None if allowed else "it was not proved that the account is the writer's"


def _content(text: str) -> str:
    try:
        return json.dumps(_own(json.loads(text)), indent=1, ensure_ascii=False)
    except ValueError:  # erased, or the key is missing
        return text


def _own(value: Any) -> Any:
    if isinstance(value, dict):
        return {n: LEFT_OUT if n in WITHHELD and v else _own(v) for n, v in value.items()}
    return [_own(inner) for inner in value] if isinstance(value, list) else value
