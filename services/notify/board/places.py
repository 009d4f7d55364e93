"""Where a complaint stands: at the furthest milestone of its highest level. Pure.

That is a maximum, so rows may come in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from shared.events.base import Event
from shared.events.intake import ComplaintReceived, ComplaintWithdrawn
from shared.events.investigation import RemedyProposed
from shared.events.resolution import AppealAdmitted, CaseClosed, DecisionMade
from shared.events.triage import CaseAssigned
from shared.events.verification import AdmissibilityDecided, VerificationStarted
from shared.pipeline import ROWS

COLUMNS = tuple(row.name for row in ROWS)
GONE = len(COLUMNS)
RANKS: dict[type[Event], int] = {
    ComplaintReceived: 0,
    VerificationStarted: 1,
    AdmissibilityDecided: 2,
    AppealAdmitted: 2,
    CaseAssigned: 3,
    RemedyProposed: 4,
    DecisionMade: 5,
    CaseClosed: GONE,
    ComplaintWithdrawn: GONE,
}
MILESTONES = {kind.event_type: rank for kind, rank in RANKS.items()}
RECEIVED, ANSWERED = ComplaintReceived.event_type, DecisionMade.event_type
CLOSED, APPEALED = CaseClosed.event_type, AppealAdmitted.event_type


class Place(NamedTuple):
    """How far a complaint has come; places of one complaint compare by level, then rank.

    `express` once any of its milestones was on the express lane: it never goes back.
    """

    level: int
    rank: int
    since: datetime
    express: bool = False


def place_of(row: Mapping[str, Any]) -> Place | None:
    """The milestone that a history row is; None for all other events."""
    rank = MILESTONES.get(row["type"])
    if rank is None:
        return None
    data = orjson.loads(bytes(row["value"]))["data"]
    if data.get("admissible") is False:
        rank = GONE
    return Place(data.get("level") or 1, rank, row["time"], row["lane"] == "express")


def furthest(rows: Iterable[Mapping[str, Any]]) -> Place | None:
    """The place that a complaint's rows lead to; the earliest instant of equal ones."""
    places = [place for row in rows if (place := place_of(row))]
    if not places:
        return None
    best = max(place[:2] for place in places)
    found = min(place for place in places if place[:2] == best)
    return found._replace(express=any(place.express for place in places))
