"""MongoDB behind the door: `<stage>_inputs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.errors import TransientError
from shared.runner.away import away
from shared.runner.mongo_indexes import create, input_indexes
from shared.runner.ports import InputRow


class MongoInputs:
    """What the door accepted; sent rows are kept 30 days, unsent ones never expire."""

    def __init__(self, database: Any, stage: str) -> None:
        self.database, self.stage = database, stage
        self.rows = database[f"{stage}_inputs"]

    async def prepare(self) -> None:
        """Create the indexes; a second time changes nothing."""
        await create(self.database, input_indexes(self.stage))

    async def insert(self, row: InputRow) -> InputRow | None:
        """Store a new input; returns the row that was there already, if any."""
        try:
            with away():
                await self.rows.insert_one(_stored(row))
        except DuplicateKeyError:
            return await self._there(row.id)
        return None

    async def replace(self, old: InputRow, row: InputRow) -> InputRow | None:
        """Put `row` in the place of `old`; returns the row of somebody faster, if any."""
        with away():
            done = await self.rows.replace_one(
                {"_id": old.id, "event_id": old.event_id}, _stored(row)
            )
        return None if done.modified_count else await self._there(row.id)

    async def _there(self, id_: str) -> InputRow:
        there = await self.get(id_)
        if there is None:
            raise TransientError("the input vanished")
        return there

    async def get(self, id_: str) -> InputRow | None:
        """Read one input."""
        with away():
            found = await self.rows.find_one({"_id": id_})
        return _row(found) if found else None

    async def unsent(self, most: int, older_s: float) -> list[InputRow]:
        """Inputs that were never produced, oldest first."""
        before = datetime.now(UTC) - timedelta(seconds=older_s)
        with away():
            cursor = self.rows.find({"unsent": True, "accepted_at": {"$lte": before}})
            rows = await cursor.sort("accepted_at", 1).limit(most).to_list(None)
        return [_row(row) for row in rows]

    async def sent(self, rows: Sequence[InputRow]) -> None:
        """Mark inputs as produced; a row that took the place of one of them stays unsent."""
        # No two rows share an event id, so two lists match exactly the pairs.
        which = {
            "_id": {"$in": [r.id for r in rows]},
            "event_id": {"$in": [r.event_id for r in rows]},
        }
        change = {"$set": {"sent_at": datetime.now(UTC)}, "$unset": {"unsent": ""}}
        with away():
            await self.rows.update_many(which, change)


def _stored(row: InputRow) -> dict[str, Any]:
    return {
        "_id": row.id,
        "event_id": row.event_id,
        "complaint": row.complaint,
        "lane": row.lane,
        "value": row.value,
        "fingerprint": row.fingerprint,
        "answer": row.answer,
        "accepted_at": row.accepted_at,
        "unsent": True,
    }


def _row(stored: Mapping[str, Any]) -> InputRow:
    return InputRow(
        id=stored["_id"],
        event_id=stored["event_id"],
        complaint=stored["complaint"],
        lane=stored["lane"],
        value=bytes(stored["value"]),
        fingerprint=stored["fingerprint"],
        answer=stored["answer"],
        accepted_at=stored["accepted_at"],
        sent="unsent" not in stored,
    )
