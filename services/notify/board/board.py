"""The board of one process: open complaints by stage, the last hour's flow. Pure.

Its numbers are kept as complaints move, so that a look costs the same with ten and with 200,000.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.notify.board.places import COLUMNS, GONE, Place
from services.notify.board.risks import Risk
from shared.events.base import Model
from shared.events.intake import ComplaintReceived
from shared.events.resolution import CaseClosed, DecisionMade

RECEIVED, ANSWERED = ComplaintReceived.event_type, DecisionMade.event_type
CLOSED = CaseClosed.event_type
FLOWING = (RECEIVED, ANSWERED, CLOSED)
FLOW_MINUTES = 60
LATEST = 12


class Column(Model):
    """One stage's open complaints.

    `oldest_s` is how long the oldest has waited there, `express` how many are on that lane.
    `at_risk` have used up a share of a promised time that was worth a warning, `late` broke a
    promise and have not made up for it; a complaint counts as one of them.
    """

    stage: str
    count: int
    oldest_s: float | None
    express: int = 0
    at_risk: int = 0
    late: int = 0


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
    """The numbers of one moment; not `complete` while they are counted for the first time."""

    columns: tuple[Column, ...]
    open: int
    express: int
    at_risk: int
    late: int
    latest: tuple[Happening, ...]
    flow: Flow
    at: datetime
    complete: bool = True


@dataclass
class Waiting:
    """The open complaints of one column; the heap may hold some that have left it."""

    count: int = 0
    express: int = 0
    since: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass
class Board:
    """What one process knows: where each open complaint stands, and the last hour's flow."""

    places: dict[str, Place] = field(default_factory=dict)
    risks: dict[str, Risk] = field(default_factory=dict)
    latest: deque[Happening] = field(default_factory=lambda: deque(maxlen=LATEST))
    flow: Counter[tuple[str, int]] = field(default_factory=Counter)
    waiting: tuple[Waiting, ...] = field(default_factory=lambda: tuple(Waiting() for _ in COLUMNS))

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
        if known:
            self._leave(known)
        place = place._replace(express=place.express or (known is not None and known.express))
        if place.rank == GONE:
            self.places.pop(complaint, None)
            self.risks.pop(complaint, None)
            return
        self.places[complaint] = place
        column = self.waiting[place.rank]
        column.count += 1
        column.express += place.express
        heapq.heappush(column.since, (place.since, complaint))

    def _leave(self, place: Place) -> None:
        column = self.waiting[place.rank]
        column.count -= 1
        column.express -= place.express

    def warn(self, complaint: str, risk: Risk | None) -> None:
        """What became of the promises of an open complaint; None where all is well."""
        if risk and complaint in self.places:
            self.risks[complaint] = risk
        else:
            self.risks.pop(complaint, None)

    def view(self, now: datetime) -> BoardView:
        """The numbers at `now`."""
        marked = Counter((self.places[one].rank, risk) for one, risk in self.risks.items())
        columns = [
            Column(
                stage=name,
                count=column.count,
                oldest_s=self._oldest(rank, now),
                express=column.express,
                at_risk=marked[rank, "at_risk"],
                late=marked[rank, "late"],
            )
            for rank, (name, column) in enumerate(zip(COLUMNS, self.waiting, strict=True))
        ]
        return BoardView(
            columns=tuple(columns),
            open=len(self.places),
            express=sum(column.express for column in columns),
            at_risk=sum(column.at_risk for column in columns),
            late=sum(column.late for column in columns),
            latest=tuple(self.latest),
            flow=self._flow(now),
            at=now,
        )

    def _oldest(self, rank: int, now: datetime) -> float | None:
        """How long the first of a column waits; forgets those at the top that have left it."""
        since = self.waiting[rank].since
        while since:
            place = self.places.get(since[0][1])
            if place and (place.rank, place.since) == (rank, since[0][0]):
                return max((now - place.since).total_seconds(), 0.0)
            heapq.heappop(since)
        return None

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
