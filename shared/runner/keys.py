"""The complaints' keys: wrapped at rest, cached in memory for a short while."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel
from pymongo import UpdateOne, WriteConcern
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.errors import KeyMissingError, TransientError
from shared.events.personal import DataKey, Personal
from shared.runner.master import MasterKeys
from shared.runner.ports import KeyStore

CACHE_S = 60.0
CACHED = 10_000
BATCH = 1_000
M = TypeVar("M", bound=BaseModel)


class MongoKeyStore:
    """Keys in a database of their own, wrapped with AES-256-GCM by a master key of the ring."""

    def __init__(self, database: Any, master_key: str) -> None:
        self.collection = database["keys"]
        self.master = MasterKeys(master_key)

    async def create(self, kid: str) -> DataKey:
        """Make a key, or return the one that exists."""
        secret = AESGCM.generate_key(256)
        wrapped = self.master.wrap(kid, secret)
        try:
            row = {"_id": kid, "wrapped": wrapped.content, "by": wrapped.by}
            await self.collection.insert_one(row)
        except DuplicateKeyError:
            return (await self.fetch([kid]))[kid]
        except PyMongoError as error:
            raise TransientError("the key store is away") from error
        return DataKey(kid, secret)

    async def fetch(self, kids: Sequence[str]) -> dict[str, DataKey]:
        """Read keys; a destroyed one comes back without its secret, an unknown one not at all."""
        try:
            found = self.collection.find({"_id": {"$in": list(kids)}}, batch_size=len(kids) + 1)
            rows = await found.to_list(None)
        except PyMongoError as error:
            raise TransientError("the key store is away") from error
        return {row["_id"]: self._unwrap(row) for row in rows}

    async def destroy(self, kid: str) -> None:
        """Make what a key sealed unreadable for good, on a majority of nodes.

        Its name stays taken, so that it is never made anew. Raises TransientError.
        """
        gone = {"$unset": {"wrapped": "", "by": ""}, "$currentDate": {"destroyed_at": True}}
        try:
            await self._surely().update_one({"_id": kid}, gone, upsert=True)
        except PyMongoError as error:
            raise TransientError("the key store is away") from error

    def _surely(self) -> Any:
        majority = WriteConcern("majority", j=True)
        return self.collection.with_options(write_concern=majority)

    async def discard(self, kid: str) -> None:
        """Remove a key that nothing in the log was ever sealed with."""
        try:
            await self.collection.delete_one({"_id": kid})
        except PyMongoError as error:
            raise TransientError("the key store is away") from error

    async def wrapped_by(self) -> Counter[str]:
        """How many keys each master key wraps, by its id; empty: one of before. Raises as `fetch`.

        A master key that wraps none may leave the ring.
        """
        groups = [
            {"$match": {"wrapped": {"$exists": True}}},
            {"$group": {"_id": {"$ifNull": ["$by", ""]}, "n": {"$sum": 1}}},
        ]
        try:
            rows = await self.collection.aggregate(groups).to_list(None)
        except PyMongoError as error:
            raise TransientError("the key store is away") from error
        return Counter({row["_id"]: row["n"] for row in rows})

    async def rotate(self, progress: Callable[[int], None]) -> int:
        """Wrap every key anew with the active master key; what they sealed stays as it is.

        May be stopped at any point and begun again. Returns how many were wrapped anew. Raises
        TransientError, and UsageError where the ring lacks a key.
        """
        others = {"wrapped": {"$exists": True}, "by": {"$ne": self.master.active}}
        done = 0
        try:
            while rows := await self.collection.find(others).limit(BATCH).to_list(None):
                await self.collection.bulk_write([self._anew(row) for row in rows], ordered=False)
                done += len(rows)
                progress(len(rows))
        except PyMongoError as error:
            raise TransientError("the key store is away") from error
        return done

    def _anew(self, row: dict[str, Any]) -> UpdateOne:
        secret = self.master.open(row["_id"], row["wrapped"], row.get("by"))
        wrapped = self.master.wrap(row["_id"], secret)
        # A key that is destroyed meanwhile must not come back.
        same = {"_id": row["_id"], "wrapped": row["wrapped"]}
        return UpdateOne(same, {"$set": {"wrapped": wrapped.content, "by": wrapped.by}})

    def _unwrap(self, row: dict[str, Any]) -> DataKey:
        wrapped = row.get("wrapped")
        if wrapped is None:
            return DataKey(row["_id"], None)
        return DataKey(row["_id"], self.master.open(row["_id"], wrapped, row.get("by")))


class Keyring:
    """Keys at hand, read in batches; one that was destroyed is forgotten within CACHE_S."""

    def __init__(self, store: KeyStore) -> None:
        self.store = store
        self._cache: dict[str, tuple[float, DataKey]] = {}

    async def gather(self, kids: Sequence[str]) -> dict[str, DataKey]:
        """The keys of these names, those that exist."""
        now = time.monotonic()
        fresh = {k: c[1] for k in set(kids) if (c := self._cache.get(k)) and now - c[0] < CACHE_S}
        missing = sorted(set(kids) - fresh.keys())
        if missing:
            read = await self.store.fetch(missing)
            if len(self._cache) > CACHED:
                self._cache.clear()
            self._cache.update((kid, (now, key)) for kid, key in read.items())
            fresh.update(read)
        return fresh

    async def key(self, complaint: str) -> DataKey:
        """The key of one complaint. Raises KeyMissingError."""
        keys = await self.gather([complaint])
        if complaint not in keys:
            raise KeyMissingError("no key for this complaint")
        return keys[complaint]

    async def create(self, complaint: str) -> DataKey:
        """Make the key of a new complaint."""
        return await self.store.create(complaint)

    async def destroy(self, complaint: str) -> None:
        """Erase a complaint's words; other processes forget the key within CACHE_S."""
        await self.store.destroy(complaint)
        self._cache.pop(complaint, None)

    async def discard(self, complaint: str) -> None:
        """Remove the key of what never became a complaint."""
        await self.store.discard(complaint)
        self._cache.pop(complaint, None)

    async def unlock(self, found: Sequence[Personal]) -> None:
        """Give personal values their keys; those without a key stay locked."""
        keys = await self.gather([p.kid for p in found if p.kid])
        for personal in found:
            key = keys.get(personal.kid or "")
            if key is not None:
                personal.unlock(key)

    async def read(self, model: type[M], raws: Sequence[Any]) -> list[M]:
        """Validate stored states and unlock what is personal in them."""
        found: list[Personal] = []
        states = [model.model_validate(raw, context=found) for raw in raws]
        await self.unlock(found)
        return states
