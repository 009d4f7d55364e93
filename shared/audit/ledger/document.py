"""The tree's document in MongoDB: who may write, and what is written."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.audit.ledger.tree import Tree, row_of, tree_of
from shared.errors import TransientError
from shared.runner.away import away

ID = "tree"
LEASE_S = 10.0
NOW = "$$NOW"


class TreeDocument:
    """The tree under a lease of ten seconds by MongoDB's clock; every write prolongs it.

    A write counts only where holder and revision are those that this writer saw last.
    """

    def __init__(self, database: Any) -> None:
        self._rows = database["ledger"]
        self._holder = uuid.uuid4().hex
        self._revision = 0

    async def prepare(self) -> None:
        """Make the document of a new ledger. Raises TransientError."""
        new = {"holder": "", "until": datetime.fromtimestamp(0, UTC), "revision": 0}
        with away(), suppress(DuplicateKeyError):
            await self._rows.update_one({"_id": ID}, {"$setOnInsert": new}, upsert=True)

    async def take(self) -> Tree | None:
        """The tree, and with it the lease; None while another writer has it."""
        free = {"$or": [{"holder": self._holder}, {"$expr": {"$lte": ["$until", NOW]}}]}
        row = await self._written(free, {})
        if row is None:
            return None
        self._revision = row["revision"]
        return tree_of(row)

    async def move(self, tree: Tree) -> None:
        """Write the tree. Raises TransientError where the lease is lost or the answer is."""
        fields = {name: {"$literal": value} for name, value in row_of(tree).items()}
        await self._moved(fields)

    async def keep(self) -> None:
        """Prolong the lease. Raises TransientError where it is lost."""
        await self._moved({})

    async def leave(self) -> None:
        """Let another writer in at once."""
        with away():
            await self._rows.update_one(
                {"_id": ID, "holder": self._holder}, [{"$set": {"until": NOW}}]
            )

    async def _moved(self, fields: dict[str, Any]) -> None:
        mine = {"holder": self._holder, "revision": self._revision}
        if await self._written(mine, fields) is None:
            raise TransientError("another writer has the ledger")
        self._revision += 1

    async def _written(
        self, where: dict[str, Any], fields: dict[str, Any]
    ) -> dict[str, Any] | None:
        lease = {
            "holder": self._holder,
            "until": {"$add": [NOW, int(LEASE_S * 1000)]},
            "revision": {"$add": ["$revision", 1]},
        }
        with away():
            found: dict[str, Any] | None = await self._rows.find_one_and_update(
                {"_id": ID, **where}, [{"$set": {**fields, **lease}}], return_document=True
            )
        return found
