"""Reading the timeline that the runner keeps: `notify_history`, one row per event of any stage."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from services.notify.board.board import FLOWING
from services.notify.board.places import MILESTONES
from services.notify.board.risks import TROUBLE
from shared.envelope import Envelope, read
from shared.events.notify import CaseRead
from shared.events.personal import Personal
from shared.events.triage import CaseRecategorised
from shared.reference import parse
from shared.runner.away import away
from shared.runner.ports import HistoryIndex

if TYPE_CHECKING:
    from shared.runner.app import Wiring

LONGEST = 20_000
CORRECTIONS = (CaseRecategorised.event_type,)
INDEXES = (
    HistoryIndex(("seen_at", "_id")),
    HistoryIndex(("type", "complaint"), tuple(MILESTONES)),
    HistoryIndex(("complaint",), CORRECTIONS),
    HistoryIndex(("complaint", "type"), TROUBLE),
    HistoryIndex(("type", "time"), FLOWING),
)


class History:
    """One complaint's events, decoded, personal values unlocked."""

    def __init__(self, wiring: Wiring) -> None:
        self.rows = wiring.database["notify_history"]
        self.documents = wiring.database["notify"]
        self.keyring = wiring.keyring

    async def complaint_of(self, name: str) -> str | None:
        """The id for a complaint's id or reference; None for what is neither."""
        try:
            return str(uuid.UUID(name))
        except ValueError:
            reference = parse(name)
        if reference is None:
            return None
        with away():
            found = await self.documents.find_one({"reference": reference}, {"_id": 1})
        return found["_id"] if found else None

    async def size(self, complaint: str) -> int:
        """How many events of a complaint there are: it only grows, so a change shows in it.

        That somebody read the case changes nothing that a page shows.
        """
        others = {**_of(complaint), "type": {"$ne": CaseRead.event_type}}
        with away():
            found: int = await self.rows.count_documents(others)
        return found

    async def follows(self, complaint: str, cause: str) -> bool:
        """Whether anything is on the timeline that this input led to."""
        with away():
            found = await self.rows.find_one({**_of(complaint), "causationid": cause}, {"_id": 1})
        return found is not None

    async def events(self, complaint: str) -> list[Envelope]:
        """The newest events of a complaint, oldest first, at most LONGEST."""
        return [event for event, _ in await self.kept(complaint)]

    async def kept(self, complaint: str) -> list[tuple[Envelope, bytes]]:
        """The same, each with its bytes as they are in the log."""
        with away():
            cursor = self.rows.find(_of(complaint), {"value": 1})
            rows = await cursor.sort("time", -1).limit(LONGEST).to_list(None)
        found: list[Personal] = []
        kept = [(_decoded(row["value"], found), bytes(row["value"])) for row in reversed(rows)]
        await self.keyring.unlock(found)
        return kept


def _of(complaint: str) -> dict[str, Any]:
    return {"_id": {"$gt": f"{complaint}|", "$lt": f"{complaint}}}"}}


def _decoded(value: bytes, found: list[Personal]) -> Envelope:
    own: list[Personal] = []
    event = read(bytes(value), own)
    found += own
    return event
