"""Where traces are kept: a row for each complaint of the last days, digests and sketches only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from pymongo import UpdateOne

from services.intake.linking.rules import NUMBERS, Traces
from shared.runner.away import away

COLLECTION = "intake_traces"
KEPT = NUMBERS.within + timedelta(days=1)
"""A follow-up at the end of the time still finds the row that it adds to."""


class TraceIndex:
    """Traces in MongoDB. `marks` of a row hold all that it is found by; rows end by themselves."""

    def __init__(self, database: Any) -> None:
        self.rows = database[COLLECTION]
        self._prepared = False

    async def known(self, complaints: Iterable[str]) -> dict[str, Traces]:
        """What is kept of these complaints. Raises TransientError."""
        return await self._read({"_id": {"$in": list(complaints)}}, 0)

    async def keep(self, traces: Mapping[str, Traces]) -> None:
        """Store for good, or again: the rows are whole. Raises TransientError."""
        writes = [UpdateOne({"_id": c}, {"$set": _row(t)}, upsert=True) for c, t in traces.items()]
        with away():
            await self._prepare()
            await self.rows.bulk_write(writes, ordered=False)

    async def near(self, complaint: str, mine: Traces) -> dict[str, Traces]:
        """Others that share a trace, of each kind a bounded number. Raises TransientError.

        Texts are many and alike: they are searched apart, so that ids are found beside them.
        """
        said = [*sorted(mine.ids), *([mine.contact] if mine.contact else [])]
        found: dict[str, Traces] = {}
        for marks in (said, sorted(mine.bands)):
            if marks:
                query = {"marks": {"$in": marks}, "_id": {"$ne": complaint}}
                found |= await self._read(query, NUMBERS.most_candidates)
        return found

    async def _read(self, query: Mapping[str, Any], most: int) -> dict[str, Traces]:
        with away():
            rows = await self.rows.find(query, limit=most).to_list(None)
        return {row["_id"]: _traces(row) for row in rows}

    async def _prepare(self) -> None:
        if not self._prepared:
            await self.rows.create_index("marks")
            await self.rows.create_index("gone_at", expireAfterSeconds=0)
            self._prepared = True


def _row(traces: Traces) -> dict[str, Any]:
    contact = [traces.contact] if traces.contact else []
    return {
        "marks": sorted({*traces.ids, *traces.bands, *contact}),
        "ids": sorted(traces.ids),
        "sketches": list(traces.sketches),
        "contact": traces.contact,
        "at": traces.at,
        "gone_at": traces.at + KEPT,
    }


def _traces(row: Mapping[str, Any]) -> Traces:
    sketches = tuple(map(bytes, row["sketches"]))
    return Traces(frozenset(row["ids"]), sketches, row["contact"], row["at"])
