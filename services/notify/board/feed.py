"""Keeps one process's board up to date from `notify_history`, and hands out what is new.

Rows are read in the order of `seen_at`, the instant at which a process inserted them. A row is
taken SETTLED_S later, so that one with an earlier stamp cannot slip in behind the cursor; what a
process with a slow clock slips in all the same is caught by reading everything anew.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pymongo

from services.notify.board.board import (
    CLOSED,
    FLOWING,
    LATEST,
    Board,
    BoardView,
    flow_start,
    happening_of,
)
from services.notify.board.cursor import Cursor, cursor_of, settled
from services.notify.board.places import MILESTONES, furthest, place_of
from services.notify.board.risks import MARKS, TROUBLE, risk_of
from shared.errors import TransientError
from shared.events.resolution import AppealAdmitted
from shared.runner.away import away

if TYPE_CHECKING:
    from shared.runner.app import Wiring

CACHED_S = 1.0
ANEW_S = 3600.0
READ_ALL_S = 1800  # beside the board that is shown: nobody waits
FIRST_S = 1.0
AGAIN_S = 30.0
MOST = 5000
CHUNK = 1000
BLOCK = 200  # complaints read in one go: what the process can do between two answers
APPEALED = AppealAdmitted.event_type
READ = {"complaint": 1, "type": 1, "time": 1, "lane": 1, "value": 1}
SHOWN = {"complaint": 1, "stage": 1, "type": 1, "time": 1, "lane": 1, "seen_at": 1}


class Feed:
    """The board of this process, at most CACHED_S old when it is looked at.

    All that is open is counted beside the board that is shown, and takes its place when it is
    whole: who looks never waits for it, but for FIRST_S the first time.
    """

    def __init__(self, wiring: Wiring) -> None:
        self.rows = wiring.database["notify_history"]
        self.board: Board | None = None
        self.shown: BoardView | None = None
        self.cursor = Cursor(datetime.fromtimestamp(0, UTC))
        self.anew_at: datetime | None = None
        self.counting: asyncio.Task[tuple[Board, Cursor]] | None = None
        self.lock = asyncio.Lock()

    async def view(self, now: datetime) -> BoardView:
        """The board's numbers. Raises TransientError while MongoDB is away."""
        async with self.lock:
            if self.shown is None or (now - self.shown.at).total_seconds() >= CACHED_S:
                await self._look(now)
        return self.shown or Board().view(now).model_copy(update={"complete": False})

    async def _look(self, now: datetime) -> None:
        if self.counting is None and (self.anew_at is None or now >= self.anew_at):
            self.counting = asyncio.create_task(self._read_all(now))
        if self.counting and self.board is None:
            await asyncio.wait([self.counting], timeout=FIRST_S)
        if self.counting and self.counting.done():
            self._counted(self.counting, now)
        if self.board is not None:
            await self._catch_up(self.board, now)
            self.shown = self.board.view(now)

    def _counted(self, counting: asyncio.Task[tuple[Board, Cursor]], now: datetime) -> None:
        """Take what was counted; what failed is tried again, with the board of before meanwhile."""
        self.counting = None
        try:
            self.board, self.cursor = counting.result()
            self.anew_at = now + timedelta(seconds=ANEW_S)
        except TransientError:
            if self.board is None:
                raise
            self.anew_at = now + timedelta(seconds=AGAIN_S)

    async def since(self, cursor: Cursor, now: datetime) -> list[Mapping[str, Any]]:
        """The rows behind `cursor`, without the events' bytes."""
        with away():
            found = self.rows.find(cursor.later(settled(now)), SHOWN)
            rows: list[Mapping[str, Any]] = (
                await found.sort([("seen_at", 1), ("_id", 1)]).limit(CHUNK).to_list(None)
            )
        return rows

    async def _catch_up(self, board: Board, now: datetime) -> None:
        while True:
            with away():
                found = self.rows.find(self.cursor.later(settled(now)))
                rows = await found.sort([("seen_at", 1), ("_id", 1)]).limit(MOST).to_list(None)
            await self._take(board, rows)
            if len(rows) < MOST:
                return

    async def _take(self, board: Board, rows: Sequence[Mapping[str, Any]]) -> None:
        milestones = [row for row in rows if row["type"] in MILESTONES]
        strangers = {row["complaint"] for row in milestones} - board.places.keys()
        await self._place(board, sorted(strangers))
        for row in milestones:
            if row["complaint"] not in strangers:
                board.put(row["complaint"], place_of(row))
        troubled = {row["complaint"] for row in rows if row["type"] in TROUBLE}
        ended = {row["complaint"] for row in rows if row["type"] in MARKS} & board.risks.keys()
        await self._weigh(board, sorted(troubled | ended))
        for row in rows:
            board.see(row)
        if rows:
            self.cursor = cursor_of(rows[-1])

    async def _read_all(self, now: datetime) -> tuple[Board, Cursor]:
        board, cursor = Board(), Cursor(settled(now))
        shown = {"seen_at": {"$lte": cursor.seen_at}}
        flowing = {"type": {"$in": FLOWING}, "time": {"$gte": flow_start(now)}, **shown}
        with away(), pymongo.timeout(READ_ALL_S):
            newest = self.rows.find(shown, SHOWN).sort([("seen_at", -1), ("_id", -1)])
            board.latest.extend(map(happening_of, await newest.limit(LATEST).to_list(None)))
            async for row in self.rows.find(flowing, {"type": 1, "time": 1}):
                board.count(row)
            complaints = await self._open()
        await self._place(board, complaints)
        await self._weigh(board, await self._troubled(sorted(board.places)))
        return board, cursor

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
        return [row["_id"] async for row in cursor]

    async def _troubled(self, complaints: Sequence[str]) -> list[str]:
        """Those of which a promise was ever at risk."""
        found: list[str] = []
        for block in _blocks(complaints):
            wanted = {"complaint": {"$in": block}, "type": {"$in": TROUBLE}}
            with away():
                rows = await self.rows.find(wanted, {"_id": 0, "complaint": 1}).to_list(None)
            found += sorted({row["complaint"] for row in rows})
        return found

    async def _place(self, board: Board, complaints: Sequence[str]) -> None:
        for block in _blocks(complaints):
            wanted = {"complaint": {"$in": block}, "type": {"$in": list(MILESTONES)}}
            for complaint, rows in (await self._read(wanted)).items():
                board.put(complaint, furthest(rows))

    async def _weigh(self, board: Board, complaints: Sequence[str]) -> None:
        for block in _blocks(complaints):
            chains = [{"_id": {"$gt": f"{one}|triage|", "$lt": f"{one}|triage}}"}} for one in block]
            wanted = {"$or": chains, "type": {"$in": list(MARKS)}}
            for complaint, rows in (await self._read(wanted)).items():
                board.warn(complaint, risk_of(rows))

    async def _read(self, wanted: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
        """The wanted rows, by complaint."""
        with away():
            rows = await self.rows.find(wanted, READ).to_list(None)
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            found.setdefault(row["complaint"], []).append(row)
        return found


def _blocks(complaints: Sequence[str]) -> Iterator[Sequence[str]]:
    return (complaints[start : start + BLOCK] for start in range(0, len(complaints), BLOCK))


def _times(event_type: str) -> dict[str, Any]:
    return {"$sum": {"$cond": [{"$eq": ["$type", event_type]}, 1, 0]}}
