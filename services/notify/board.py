"""The live board: where every open complaint stands, folded from milestones. Pure.

A complaint stands at the furthest milestone of its highest level. That is a maximum, so rows may
come in any order.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from shared.events.base import Event, Model
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
FLOWING = (RECEIVED, ANSWERED, CLOSED)
FLOW_MINUTES = 60
LATEST = 12


class Place(NamedTuple):
    """How far a complaint has come; places of one complaint compare by level, then rank."""

    level: int
    rank: int
    since: datetime


class Column(Model):
    """One stage's open complaints; `oldest_s` is how long the oldest has waited there."""

    stage: str
    count: int
    oldest_s: float | None


class Happening(Model):
    """An event without anything personal, as the board and `/events` show it."""

    complaint_id: str
    stage: str
    type: str
    time: datetime
    lane: str


class Flow(Model):
    """Complaints per minute, the oldest minute first; `minutes` are seconds since 1970."""

    minutes: tuple[int, ...]
    received: tuple[int, ...]
    answered: tuple[int, ...]
    closed: tuple[int, ...]


class BoardView(Model):
    """The numbers of one moment."""

    columns: tuple[Column, ...]
    open: int
    latest: tuple[Happening, ...]
    flow: Flow
    at: datetime


def place_of(row: Mapping[str, Any]) -> Place | None:
    """The milestone that a history row is; None for all other events."""
    rank = MILESTONES.get(row["type"])
    if rank is None:
        return None
    data = orjson.loads(bytes(row["value"]))["data"]
    if data.get("admissible") is False:
        rank = GONE
    return Place(data.get("level") or 1, rank, row["time"])


def furthest(rows: Iterable[Mapping[str, Any]]) -> Place | None:
    """The place that a complaint's rows lead to; the earliest instant of equal ones."""
    places = [place for row in rows if (place := place_of(row))]
    if not places:
        return None
    best = max(place[:2] for place in places)
    return min(place for place in places if place[:2] == best)


@dataclass
class Board:
    """What one process knows: where each open complaint stands, and the last hour's flow."""

    places: dict[str, Place] = field(default_factory=dict)
    latest: deque[Happening] = field(default_factory=lambda: deque(maxlen=LATEST))
    flow: Counter[tuple[str, int]] = field(default_factory=Counter)

    def see(self, row: Mapping[str, Any]) -> None:
        """Show one row as the latest, and count it where it belongs to the flow."""
        self.latest.appendleft(happening_of(row))
        self.count(row)

    def count(self, row: Mapping[str, Any]) -> None:
        """Add one row to the flow."""
        if row["type"] in FLOWING:
            self.flow[row["type"], _minute(row["time"])] += 1

    def put(self, complaint: str, place: Place | None) -> None:
        """Stand the complaint where `place` says, if that is further; closed ones leave."""
        known = self.places.get(complaint)
        if place is None or (known and known[:2] >= place[:2]):
            return
        self.places[complaint] = place
        if place.rank == GONE:
            del self.places[complaint]

    def view(self, now: datetime) -> BoardView:
        """The numbers at `now`."""
        since: dict[int, list[datetime]] = {rank: [] for rank in range(GONE)}
        for place in self.places.values():
            since[place.rank].append(place.since)
        return BoardView(
            columns=tuple(_column(name, since[rank], now) for rank, name in enumerate(COLUMNS)),
            open=len(self.places),
            latest=tuple(self.latest),
            flow=self._flow(now),
            at=now,
        )

    def _flow(self, now: datetime) -> Flow:
        end = _minute(now)
        minutes = range(end - FLOW_MINUTES + 1, end + 1)
        for key in [key for key in self.flow if key[1] < minutes.start]:
            del self.flow[key]
        return Flow(
            minutes=tuple(minute * 60 for minute in minutes),
            received=tuple(self.flow[RECEIVED, minute] for minute in minutes),
            answered=tuple(self.flow[ANSWERED, minute] for minute in minutes),
            closed=tuple(self.flow[CLOSED, minute] for minute in minutes),
        )


def happening_of(row: Mapping[str, Any]) -> Happening:
    """What of a row anybody may see."""
    return Happening(
        complaint_id=row["complaint"],
        stage=row["stage"],
        type=row["type"],
        time=row["time"],
        lane=row["lane"],
    )


def flow_start(now: datetime) -> datetime:
    """The instant before which nothing counts for the flow."""
    return now - timedelta(minutes=FLOW_MINUTES)


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // 60


def _column(name: str, since: list[datetime], now: datetime) -> Column:
    oldest = max((now - min(since)).total_seconds(), 0.0) if since else None
    return Column(stage=name, count=len(since), oldest_s=oldest)
