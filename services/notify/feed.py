"""Keeps one process's board up to date from `notify_history`, and hands out what is new.

Rows are read in the order of `seen_at`, the instant at which a process inserted them. A row is
taken SETTLED_S later, so that one with an earlier stamp cannot slip in behind the cursor; what a
process with a slow clock slips in all the same is caught by reading everything anew.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import pymongo

from services.notify.board import (
    APPEALED,
    CLOSED,
    FLOWING,
    LATEST,
    MILESTONES,
    Board,
    BoardView,
    flow_start,
    furthest,
    happening_of,
    place_of,
)
from shared.runner.away import away

if TYPE_CHECKING:
    from shared.runner.app import Wiring

CACHED_S = 1.0
SETTLED_S = 0.5
ANEW_S = 3600.0
READ_ALL_S = 60
MOST = 5000
CHUNK = 1000
SHOWN = {"complaint": 1, "stage": 1, "type": 1, "time": 1, "lane": 1, "seen_at": 1}


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the order of insertion."""

    seen_at: datetime
    row: str = ""

    def __str__(self) -> str:
        return f"{int(self.seen_at.timestamp() * 1000)}.{self.row}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The cursor that a client sends back; None for anything else."""
        stamp, _, row = text.partition(".")
        if not stamp.isdecimal() or len(stamp) > 14:  # noqa: PLR2004 - digits of year 5138 in ms
            return None
        return cls(datetime.fromtimestamp(int(stamp) / 1000, UTC), row)

    def later(self, until: datetime) -> dict[str, Any]:
        """The query for the rows behind it that were inserted by `until`."""
        behind = [{"seen_at": self.seen_at, "_id": {"$gt": self.row}}]
        return {"$or": [*behind, {"seen_at": {"$gt": self.seen_at, "$lte": until}}]}


class Feed:
    """The board of this process, at most CACHED_S old when it is looked at."""

    def __init__(self, wiring: Wiring) -> None:
        self.rows = wiring.database["notify_history"]
        self.board = Board()
        self.cursor = Cursor(datetime.fromtimestamp(0, UTC))
        self.looked_at: datetime | None = None
        self.read_at: datetime | None = None
        self.lock = asyncio.Lock()

    async def view(self, now: datetime) -> BoardView:
        """The board's numbers. Raises TransientError while MongoDB is away."""
        async with self.lock:
            if self.looked_at is None or (now - self.looked_at).total_seconds() >= CACHED_S:
                await self._catch_up(now)
                self.looked_at = now
        return self.board.view(now)

    async def since(self, cursor: Cursor, now: datetime) -> list[Mapping[str, Any]]:
        """The rows behind `cursor`, without the events' bytes."""
        with away():
            found = self.rows.find(cursor.later(settled(now)), SHOWN)
            rows: list[Mapping[str, Any]] = (
                await found.sort([("seen_at", 1), ("_id", 1)]).limit(CHUNK).to_list(None)
            )
        return rows

    async def _catch_up(self, now: datetime) -> None:
        if self.read_at is None or (now - self.read_at).total_seconds() >= ANEW_S:
            await self._read_all(now)
            return
        while True:
            with away():
                found = self.rows.find(self.cursor.later(settled(now)))
                rows = await found.sort([("seen_at", 1), ("_id", 1)]).limit(MOST).to_list(None)
            await self._take(rows)
            if len(rows) < MOST:
                return

    async def _take(self, rows: Sequence[Mapping[str, Any]]) -> None:
        milestones = [row for row in rows if row["type"] in MILESTONES]
        strangers = {row["complaint"] for row in milestones} - self.board.places.keys()
        await self._place(sorted(strangers))
        for row in milestones:
            if row["complaint"] not in strangers:
                self.board.put(row["complaint"], place_of(row))
        for row in rows:
            self.board.see(row)
        if rows:
            self.cursor = cursor_of(rows[-1])

    async def _read_all(self, now: datetime) -> None:
        self.board = Board()
        self.cursor = Cursor(settled(now))
        shown = {"seen_at": {"$lte": self.cursor.seen_at}}
        flowing = {"type": {"$in": FLOWING}, "time": {"$gte": flow_start(now)}, **shown}
        with away(), pymongo.timeout(READ_ALL_S):
            newest = self.rows.find(shown, SHOWN).sort([("seen_at", -1), ("_id", -1)])
            self.board.latest.extend(map(happening_of, await newest.limit(LATEST).to_list(None)))
            async for row in self.rows.find(flowing, {"type": 1, "time": 1}):
                self.board.count(row)
            await self._place(await self._open())
        self.read_at = now

    async def _open(self) -> list[str]:
        """The complaints that may be open: closed no more often than appealed."""
        grouped = [
            {"$match": {"type": {"$in": list(MILESTONES)}}},
            {"$group": {"_id": "$complaint", "closed": _times(CLOSED), "again": _times(APPEALED)}},
            {"$match": {"$expr": {"$lte": ["$closed", "$again"]}}},
        ]
        # Motor gives the cursor at once, PyMongo Async after an await.
        found = self.rows.aggregate(grouped, allowDiskUse=True)
        cursor = await found if inspect.isawaitable(found) else found
        return [row["_id"] for row in await cursor.to_list(None)]

    async def _place(self, complaints: Sequence[str]) -> None:
        for start in range(0, len(complaints), CHUNK):
            chunk = list(complaints[start : start + CHUNK])
            wanted = {"complaint": {"$in": chunk}, "type": {"$in": list(MILESTONES)}}
            with away():
                rows = await self.rows.find(wanted).to_list(None)
            known: dict[str, list[Mapping[str, Any]]] = {}
            for row in rows:
                known.setdefault(row["complaint"], []).append(row)
            for complaint, own in known.items():
                self.board.put(complaint, furthest(own))


def settled(now: datetime) -> datetime:
    """The latest instant whose rows are all there."""
    return now - timedelta(seconds=SETTLED_S)


def cursor_of(row: Mapping[str, Any]) -> Cursor:
    """The cursor behind a row."""
    return Cursor(row["seen_at"], row["_id"])


def _times(event_type: str) -> dict[str, Any]:
    return {"$sum": {"$cond": [{"$eq": ["$type", event_type]}, 1, 0]}}
