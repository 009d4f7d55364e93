"""API keys in MongoDB: the collection `api_keys`, of no stage, hashes only."""

from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe
from typing import Any

from shared.errors import UsageError
from shared.http.api_keys import SECRET_BYTES, ApiKey, digest_of, written
from shared.http.tokens import ROLES
from shared.runner.away import away

COLLECTION = "api_keys"


class MongoApiKeys:
    """The keys of one installation; `database` is the stages' one."""

    def __init__(self, database: Any) -> None:
        self.keys = database[COLLECTION]

    async def find(self, key_id: str) -> ApiKey | None:
        """The key of that id. Raises TransientError."""
        with away():
            found = await self.keys.find_one({"_id": key_id})
        return _key(found) if found else None

    async def create(
        self, name: str, roles: tuple[str, ...], now: datetime, lifetime: timedelta
    ) -> tuple[ApiKey, str]:
        """Make a key; its text is returned this once. Raises UsageError, TransientError."""
        if not roles or not set(roles) <= set(ROLES):
            raise UsageError(f"there is no such role; choose of {', '.join(ROLES)}")
        secret = token_urlsafe(SECRET_BYTES)
        key = ApiKey(token_hex(8), name, roles, digest_of(secret), now, now + lifetime)
        document = {field: getattr(key, field) for field in _FIELDS}
        with away():
            await self.keys.insert_one({"_id": key.id, **document})
        return key, written(key.id, secret)

    async def every(self) -> list[ApiKey]:
        """All keys, the newest first. Raises TransientError."""
        with away():
            found = await self.keys.find({}).sort("created_at", -1).to_list(None)
        return [_key(document) for document in found]

    async def revoke(self, key_id: str, now: datetime) -> bool:
        """End a key at once; False where there is none in force. Raises TransientError."""
        with away():
            done = await self.keys.update_one(
                {"_id": key_id, "revoked_at": None}, {"$set": {"revoked_at": now}}
            )
        return bool(done.modified_count)


_FIELDS = ("name", "roles", "digest", "created_at", "expires_at", "revoked_at")


def _key(document: dict[str, Any]) -> ApiKey:
    fields = {name: document[name] for name in _FIELDS}
    return ApiKey(id=document["_id"], **fields | {"roles": tuple(document["roles"])})
