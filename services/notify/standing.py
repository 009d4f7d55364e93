"""Where a complaint stands for the customer, told from its facts in their order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeVar

from shared.events.base import Event
from shared.events.intake import ComplaintWithdrawn
from shared.events.notify import LetterRequested
from shared.events.resolution import (
    AppealAdmitted,
    ApprovalDenied,
    CaseClosed,
    DecisionMade,
    IdentityAwaited,
)
from shared.events.triage import CaseAssigned
from shared.events.verification import AdmissibilityDecided, IdentityVerified, InfoRequested

Status = Literal[
    "received",
    "awaiting_info",
    "in_progress",
    "awaiting_proof",
    "decided",
    "closed",
    "inadmissible",
    "withdrawn",
]
OVER = ("closed", "inadmissible", "withdrawn")
E = TypeVar("E", bound=Event)


def of(kind: type[E], facts: Sequence[Any]) -> list[E]:
    """The facts of a kind, in their order."""
    return [fact for fact in facts if isinstance(fact, kind)]


def status_of(facts: Sequence[Any], told: LetterRequested | None) -> Status:
    """How far the complaint has come; `told` is the last decision that the customer was told."""
    closed = of(CaseClosed, facts)
    level = max((appeal.level for appeal in of(AppealAdmitted, facts)), default=1)
    admitted = [fact.admissible for fact in of(AdmissibilityDecided, facts)]
    furthest_first: tuple[tuple[Status, bool], ...] = (
        ("withdrawn", any(case.outcome == "withdrawn" for case in closed)),
        ("closed", any(case.level >= level for case in closed)),
        ("withdrawn", bool(of(ComplaintWithdrawn, facts))),
        ("decided", told is not None and int(told.facts["level"] or 1) >= level),
        ("inadmissible", False in admitted),
        ("awaiting_proof", _unproved(facts)),
        ("in_progress", bool(admitted or of(CaseAssigned, facts))),
        ("awaiting_info", bool(of(InfoRequested, facts))),
    )
    return next((status for status, true in furthest_first if true), "received")


def _unproved(facts: Sequence[Any]) -> bool:
    """Whether an action waits for a proof that did not come; a decision or a no ends the wait."""
    awaited: IdentityAwaited | None = None
    for fact in facts:
        if isinstance(fact, IdentityAwaited):
            awaited = fact
        elif isinstance(fact, DecisionMade) or _denied(fact, awaited):
            awaited = None
    return awaited is not None and not any(
        proof.user_id == awaited.user_id and proof.level >= awaited.needed
        for proof in of(IdentityVerified, facts)
    )


def _denied(fact: Any, awaited: IdentityAwaited | None) -> bool:
    return (
        isinstance(fact, ApprovalDenied)
        and awaited is not None
        and fact.proposal_id == awaited.proposal_id
    )
