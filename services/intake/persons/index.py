"""The blind index: who wrote which complaint, as digests under a key; nobody is read out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import UpdateOne

from services.intake.digests import keyed
from shared.errors import KeyMissingError, TransientError
from shared.events.base import Model
from shared.events.personal import ERASED, Personal
from shared.runner.away import away
from shared.runner.keys import Keyring
from shared.runner.wiring import Wiring

COLLECTION = "intake_people"
AT_ONCE = 1_000
_NOT_YET = "complaints of before are still being indexed"


def people(wiring: Wiring) -> People:
    """The index of this process."""
    secret = wiring.settings.token_key.get_secret_value()
    return People(wiring.database, wiring.keyring, secret)


class People:
    """Rows `{_id: complaint, mark}`, for as long as the complaint is not erased.

    `mark` is an HMAC of the contact's address under a key made from the installation's token key
    (hex). Every method raises TransientError.
    """

    def __init__(self, database: Any, keyring: Keyring, secret: str) -> None:
        self.rows = database[COLLECTION]
        self.documents = database["intake"]
        self.keyring = keyring
        self.key = keyed(secret, b"people").hex()
        self.filled = f"filled|{hashlib.sha256(self.key.encode()).hexdigest()[:16]}"

    def mark(self, contact: str) -> str:
        """What a contact is found by, in whatever case it is written."""
        return keyed(self.key, contact.strip().casefold().encode()).hex()

    async def keep(self, contacts: Mapping[str, str]) -> None:
        """Note the contact of each complaint; a second time changes nothing."""
        rows = {c: self.mark(said) for c, said in contacts.items() if said != ERASED}
        if not rows:
            return
        writes = [
            UpdateOne({"_id": complaint}, {"$set": {"mark": mark}}, upsert=True)
            for complaint, mark in rows.items()
        ]
        with away():
            await self.rows.bulk_write(writes, ordered=False)
        # An erasure removes rows after the key; one that came before this write did not see it.
        keys = await self.keyring.store.fetch(list(rows))
        await self.forget([name for name, key in keys.items() if key.secret is None])

    async def forget(self, complaints: Sequence[str]) -> None:
        """Nobody finds these complaints by their person any more."""
        if complaints:
            with away():
                await self.rows.delete_many({"_id": {"$in": list(complaints)}})

    async def of(self, contact: str, after: str, most: int) -> list[str]:
        """Complaints of a contact behind `after`, by id, at most so many."""
        query = {"mark": self.mark(contact), "_id": {"$gt": after}}
        with away():
            if await self.rows.find_one({"_id": self.filled}) is None:
                raise TransientError(_NOT_YET)
            rows = await self.rows.find(query).sort("_id", 1).limit(most).to_list(None)
        return [row["_id"] for row in rows]

    async def marks(self, complaints: Sequence[str]) -> list[str]:
        """The marks of complaints, those that have one."""
        with away():
            rows = await self.rows.find({"_id": {"$in": list(complaints)}}).to_list(None)
        return sorted({row["mark"] for row in rows})

    async def lonely(self, complaints: Sequence[str]) -> list[str]:
        """The marks of complaints that no complaint beside them has."""
        marks = await self.marks(complaints)
        query = {"mark": {"$in": marks}, "_id": {"$not": {"$in": list(complaints)}}}
        with away():
            others = set(await self.rows.distinct("mark", query)) if marks else set()
        return [mark for mark in marks if mark not in others]

    async def fill(self) -> None:
        """Note what came before there was an index, or under another token key; once."""
        with away():
            await self.rows.create_index([("mark", 1), ("_id", 1)])
            if await self.rows.find_one({"_id": self.filled}) is not None:
                return
        after = ""
        while contacts := await self._next(after):
            await self.keep({c: said for c, said in contacts.items() if said})
            after = max(contacts)
        with away():
            await self.rows.update_one({"_id": self.filled}, {"$set": {}}, upsert=True)

    async def _next(self, after: str) -> dict[str, str]:
        with away():
            found = self.documents.find({"_id": {"$gt": after}}, {"state.contact": 1})
            rows = await found.sort("_id", 1).limit(AT_ONCE).to_list(None)
        states = await self.keyring.read(_Contact, [row.get("state", {}) for row in rows])
        return {row["_id"]: _said(state.contact) for row, state in zip(rows, states, strict=True)}


class _Contact(Model):
    contact: Personal | None = None


def _said(contact: Personal | None) -> str:
    try:
        return contact.text if contact else ""
    except KeyMissingError:  # parked until its key is back; then it is compared, and noted
        return ""
