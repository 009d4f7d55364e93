"""Which complaints are of an account: its writer proved to hold it, or the exchange opened it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.runner.away import away

INDEXES = (("state.user_id",),)
_PROVED = {"$or": [{"state.identity": {"$ne": "L0"}}, {"state.signalled": True}]}


class Accounts:
    """Verification's documents, by account. Every method raises TransientError."""

    def __init__(self, database: Any) -> None:
        self.documents = database["verification"]

    async def complaints(self, account: str, after: str, most: int) -> list[str]:
        """Complaints of an account behind `after`, by id, at most so many."""
        query = {**_PROVED, "state.user_id": account, "_id": {"$gt": after}}
        with away():
            found = self.documents.find(query, {"_id": 1}).sort("_id", 1).limit(most)
            return [row["_id"] for row in await found.to_list(None)]

    async def of(self, complaints: Sequence[str]) -> list[str]:
        """The accounts that these complaints are of, sorted."""
        query = {**_PROVED, "_id": {"$in": list(complaints)}}
        with away():
            found = await self.documents.distinct("state.user_id", query)
        return sorted(account for account in found if account)
