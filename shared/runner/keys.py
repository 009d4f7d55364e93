"""The complaints' keys: wrapped at rest, cached in memory for a short while."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Sequence
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.errors import KeyMissingError, TransientError, UsageError
from shared.events.personal import DataKey, Personal
from shared.runner.ports import KeyStore

CACHE_S = 60.0
CACHED = 10_000
M = TypeVar("M", bound=BaseModel)


class MongoKeyStore:
    """Keys in a database of their own, wrapped with AES-256-GCM by the master key."""

    def __init__(self, database: Any, master_key: str) -> None:
        self.collection = database["keys"]
        self.master = AESGCM(_secret(master_key))

    async def create(self, kid: str) -> DataKey:
        """Make a key, or return the one that exists."""
        nonce, secret = os.urandom(12), AESGCM.generate_key(256)
        wrapped = nonce + self.master.encrypt(nonce, secret, kid.encode())
        try:
            await self.collection.insert_one({"_id": kid, "wrapped": wrapped})
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

    async def discard(self, kid: str) -> None:
        """Remove a key that nothing in the log was ever sealed with."""
        try:
            await self.collection.delete_one({"_id": kid})
        except PyMongoError as error:
            raise TransientError("the key store is away") from error

    def _unwrap(self, row: dict[str, Any]) -> DataKey:
        wrapped = row.get("wrapped")
        if wrapped is None:
            return DataKey(row["_id"], None)
        try:
            secret = self.master.decrypt(wrapped[:12], wrapped[12:], row["_id"].encode())
        except InvalidTag as error:
            raise UsageError("REDRESS_MASTER_KEY is not the key that wrapped these keys") from error
        return DataKey(row["_id"], secret)


def _secret(master_key: str) -> bytes:
    try:
        secret = base64.b64decode(master_key)
    except ValueError:
        secret = b""
    if len(secret) != 32:  # noqa: PLR2004 - AES-256
        raise UsageError("set REDRESS_MASTER_KEY to 32 random bytes in base64")
    return secret


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
