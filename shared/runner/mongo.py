"""MongoDB behind the store: Motor by default, PyMongo's own async client by setting.

Motor's end of life upstream is why both pass one suite: moving on is one setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import bson
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.errors import TransientError, UsageError
from shared.events.base import Lane
from shared.runner.away import away
from shared.runner.mongo_due import DueWork
from shared.runner.mongo_indexes import create, document_indexes, history_indexes
from shared.runner.mongo_rows import UNWRITABLE, document_of, operation, waiting_of, waiting_row
from shared.runner.ports import Document, HistoryIndex, Lease, PoisonDocumentsError, Row, Waiting
from shared.settings import Settings

DUPLICATE_KEY = 11000
SPILL_READ = 200
OPTIONS = {
    "timeoutMS": 3000,
    "serverSelectionTimeoutMS": 3000,
    "retryWrites": True,
    "w": "majority",
    "journal": True,
    "tz_aware": True,
    "uuidRepresentation": "standard",
}
RAW: CodecOptions[Any] = CodecOptions(document_class=dict, tz_aware=True)


def connect(settings: Settings) -> Any:
    """Open a client; nothing is sent before the first call. Answers come within 3 s or fail.

    Raises UsageError.
    """
    make: Any = AsyncIOMotorClient if settings.mongo_driver == "motor" else AsyncMongoClient
    try:
        return make(settings.mongo.get_secret_value(), **OPTIONS)
    except (PyMongoError, ValueError):
        # The driver's own words may hold the password.
        raise UsageError("REDRESS_MONGO is no connection string of a replica set") from None


async def disconnect(client: Any) -> None:
    """Close a client of either driver."""
    closing = client.close()
    if closing is not None:  # PyMongo's own client closes asynchronously
        await closing


class MongoStore:
    """A stage's documents, waiting records and history in MongoDB."""

    def __init__(self, database: Any, name: str) -> None:
        self.database, self.name = database, name
        options = {"read_concern": ReadConcern("majority"), "codec_options": RAW}
        self.documents = database.get_collection(
            name, read_preference=ReadPreference.PRIMARY, **options
        )
        self.waiting = database[f"{name}_waiting"]
        self.history = database[f"{name}_history"]
        self.due = DueWork(self.documents)

    async def parked(self) -> int:
        """How many complaints wait for a redrive."""
        with away():
            count: int = await self.documents.count_documents({"run.parked": {"$exists": True}})
        return count

    async def tick(self) -> None:
        """Keep the guess of the database's clock fresh."""
        with away():
            await self.due.ask()

    async def prepare(
        self, indexes: Sequence[Sequence[str]] = (), history: Sequence[HistoryIndex] = ()
    ) -> None:
        """Create the indexes; a second time changes nothing."""
        await create(self.database, document_indexes(self.name, indexes))
        if history:
            await create(self.database, history_indexes(self.name, history))
            with away():
                await self._drop_others(history)
        with away():
            await self.due.ask()

    async def _drop_others(self, indexes: Sequence[HistoryIndex]) -> None:
        wanted = {index.name for index in indexes}
        for name in (await self.history.index_information()).keys() - wanted - {"_id_"}:
            await self.history.drop_index(name)

    async def find(self, ids: Sequence[str]) -> dict[str, Document]:
        """Read documents by complaint (majority)."""
        with away():
            # One more than there can be, so that the first answer holds all and ends the cursor.
            found = self.documents.find({"_id": {"$in": list(ids)}}, batch_size=len(ids) + 1)
            rows = await found.to_list(None)
        return {row["_id"]: document_of(row) for row in rows}

    async def by_reference(self, reference: str) -> str | None:
        """The complaint with that reference."""
        with away():
            found = await self.documents.find_one({"reference": reference}, {"_id": 1})
        return str(found["_id"]) if found else None

    async def write(self, documents: Sequence[Document]) -> set[str]:
        """Write all in one unordered bulk, guarded by `rev`; returns what is in doubt."""
        operations, poison = [], {}
        for document in documents:
            try:
                operations.append(operation(document))
            except UNWRITABLE as error:
                poison[document.id] = type(error).__name__
        if poison:
            raise PoisonDocumentsError(poison)
        updated = {d.id for d in documents if d.rev > 1}
        try:
            done = await self.documents.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            failed = details.get("writeErrors", [])
            if any(f.get("code") != DUPLICATE_KEY for f in failed) or not failed:
                raise TransientError("MongoDB refused a write") from error
            lost = {documents[f["index"]].id for f in failed}
            return lost | (updated if details.get("nMatched", 0) < len(updated) else set())
        except PyMongoError as error:
            raise TransientError("MongoDB is away") from error
        return updated if done.matched_count < len(updated) else set()

    async def append(self, rows: Sequence[Row]) -> None:
        """Insert projection rows; those that are there already stay.

        `seen_at`, when this process wrote a row, is what readers go on from.
        """
        now = datetime.now(UTC)
        await _insert_new(
            self.history, [{"_id": row.id, **row.fields, "seen_at": now} for row in rows]
        )

    async def spill(self, pile: str, waiting: Sequence[Waiting]) -> None:
        """Keep waiting records that no longer fit into the document, in order of arrival."""
        rows = [
            {
                "_id": f"{pile}|{w.topic}|{w.partition}|{w.offset}",
                "pile": pile,
                "order": bson.ObjectId(),
                **waiting_row(w),
            }
            for w in waiting
        ]
        await _insert_new(self.waiting, rows)

    async def spilled(self, pile: str) -> list[Waiting]:
        """The oldest records of a pile, as many as one redrive folds."""
        with away():
            cursor = self.waiting.find({"pile": pile}).sort("order", 1)
            rows = await cursor.limit(SPILL_READ).to_list(None)
        return [waiting_of(row) for row in rows]

    async def unspill(self, pile: str, waiting: Sequence[Waiting]) -> None:
        """Forget spilled records that were folded."""
        ids = [f"{pile}|{w.topic}|{w.partition}|{w.offset}" for w in waiting]
        with away():
            await self.waiting.delete_many({"_id": {"$in": ids}})

    async def claim(self, most: int, lease_s: float, lanes: Sequence[Lane]) -> list[Lease]:
        """Lease due items, express first, on the database's clock."""
        return await self.due.claim(most, lease_s, lanes)

    def lease_end(self, lease_s: float) -> datetime | None:
        """When a lease taken now ends on the database's clock; None before that clock is known."""
        return self.due.lease_end(lease_s)

    async def release(self, leases: Sequence[Lease], wait_s: Mapping[Lease, float]) -> None:
        """Give items back that nobody claimed since, to be tried again after a wait in seconds."""
        await self.due.release(leases, wait_s)


async def _insert_new(collection: Any, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    try:
        await collection.insert_many(rows, ordered=False)
    except BulkWriteError as error:
        failed = (error.details or {}).get("writeErrors", [])
        if any(f.get("code") != DUPLICATE_KEY for f in failed) or not failed:
            raise TransientError("MongoDB refused a write") from error
    except PyMongoError as error:
        raise TransientError("MongoDB is away") from error
