"""The top of the page: what the case is, whose, and what the customer claims. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.notify.cases.telling import Told, plain
from shared.events.base import ComplaintFacts, Event
from shared.events.intake import ComplaintReceived, ComplaintWithdrawn
from shared.events.investigation import WorkItemOpened
from shared.events.resolution import CaseClosed, DecisionMade
from shared.events.triage import (
    CaseAssigned,
    CaseClassified,
    CaseJoined,
    CaseMerged,
    CaseParted,
    CaseRecategorised,
    CaseReopened,
    CaseSettled,
    CaseUnmerged,
    ConflictDeclared,
    LeaseExpired,
    LeaseKept,
    LeaseTaken,
    PriorityChanged,
)
from shared.events.verification import AdmissibilityDecided, IdentityVerified, VerificationStarted

CLAIMED = (
    *("user_id", "txid", "address", "order_id", "amount", "asset", "network", "memo"),
    *("occurred_at", "received_at", "channel", "language_hint"),
    *("follows", "followed_since"),
)
WORDS = ("subject", "description", "contact")
STANDS: Mapping[type[Event], str] = {
    ComplaintReceived: "being checked",
    CaseClassified: "waits for somebody",
    CaseAssigned: "in work",
    WorkItemOpened: "needs a person",
    DecisionMade: "decided",
    CaseReopened: "reopened",
    CaseClosed: "closed",
    ComplaintWithdrawn: "taken back",
}

IN_WORK = (STANDS[CaseAssigned], STANDS[WorkItemOpened])


@dataclass(frozen=True)
class Head:
    """What the case is; `lent_until`: it goes to somebody else unless the assignee acts.

    `merged_into` is the case that it waits for, `leads` are those that wait for it, by id.
    """

    category: str = ""
    priority: str = ""
    team: str = ""
    level: int = 1
    assignee: str | None = None
    lent_until: datetime | None = None
    stands: str = ""
    identity: str = "L0"
    express: bool = False
    merged_into: str | None = None
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """What the customer says: facts by name, and their own words."""

    facts: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


def head_of(told: Told) -> Head:
    """The case as its events leave it."""
    head = Head(express=any(event.lane == "express" for event in told.events))
    for event in told.events:
        head = replace(head, **_changes(head, event.data))
        head = replace(head, stands=STANDS.get(type(event.data), head.stands))
    lies = head.assignee is None and head.stands in IN_WORK
    return replace(head, stands=STANDS[CaseClassified]) if lies else head


def claim_of(told: Told) -> Claim:
    """The facts as they were last known."""
    newest = told.last(AdmissibilityDecided, VerificationStarted, ComplaintReceived)
    facts: ComplaintFacts | None = getattr(newest, "facts", None)
    if facts is None:
        return Claim((), (), ())
    named = ((name, _text(getattr(facts, name))) for name in CLAIMED)
    said = ((name, told.said(getattr(facts, name))) for name in WORDS)
    return Claim(
        tuple((plain(name), value) for name, value in named if value),
        tuple((name, text) for name, text in said if text),
        tuple(told.said(one.name) for one in facts.attachments),
    )


def _changes(head: Head, data: Any) -> dict[str, Any]:
    if isinstance(data, LeaseTaken):
        return {"lent_until": data.until}
    if isinstance(data, LeaseKept):
        return {"lent_until": None}
    if isinstance(data, IdentityVerified):
        return {"identity": max(head.identity, data.level)}
    if isinstance(data, CaseClassified | CaseAssigned | CaseRecategorised | PriorityChanged):
        names = ("category", "priority", "team", "level", "assignee")
        return {name: getattr(data, name) for name in names if hasattr(data, name)}
    return _merged(head, data) or _released(head, data)


def _merged(head: Head, data: Any) -> dict[str, Any]:
    match data:
        case CaseMerged(into=into):
            return {"merged_into": into}
        case CaseUnmerged():
            return {"merged_into": None}
        case CaseJoined(other=other):
            return {"leads": (*head.leads, other)}
        case CaseParted(other=other):
            return {"leads": tuple(one for one in head.leads if one != other)}
        case CaseSettled():
            return {"merged_into": None, "leads": ()}
    return {}


def _released(head: Head, data: Any) -> dict[str, Any]:
    """Nobody has the case any more."""
    nobody = {"assignee": None, "lent_until": None}
    if isinstance(data, CaseReopened):
        return {**nobody, "level": data.level}
    conflicted = isinstance(data, ConflictDeclared) and data.staff == head.assignee
    return nobody if conflicted or isinstance(data, LeaseExpired) else {}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    return f"{value:f}" if isinstance(value, Decimal) else str(value or "")
