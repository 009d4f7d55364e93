"""Sessions of staff in MongoDB: the collection `sessions`, of no stage, hashes only."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from shared.http.sessions import SECRET_BYTES, Session, digest_of
from shared.http.tokens import Principal
from shared.runner.away import away

COLLECTION = "sessions"
NOTED = timedelta(minutes=1)


class MongoSessions:
    """The sessions of one installation, which end after `idle` without a request."""

    def __init__(self, database: Any, idle: timedelta) -> None:
        self.sessions = database[COLLECTION]
        self.idle = idle

    async def begin(self, principal: Principal, now: datetime, ends_at: datetime) -> str:
        """A new session's secret, for the cookie; those that are over go. Raises TransientError."""
        secret = token_urlsafe(SECRET_BYTES)
        document = {
            "_id": digest_of(secret),
            "subject": principal.subject,
            "roles": sorted(principal.roles),
            "began_at": now,
            "seen_at": now,
            "ends_at": ends_at,
        }
        with away():
            await self.sessions.delete_many({"$nor": [self._going_on(now)]})
            await self.sessions.insert_one(document)
        return secret

    async def find(self, secret: str, now: datetime, *, used: bool) -> Session | None:
        """The session that is not over, and notes whether it was used. Raises TransientError."""
        which = {"_id": digest_of(secret)}
        with away():
            found = await self.sessions.find_one({**which, **self._going_on(now)})
            if found and used and found["seen_at"] <= now - NOTED:
                await self.sessions.update_one(which, {"$max": {"seen_at": now}})
        return _session(found) if found else None

    async def every(self, now: datetime) -> list[Session]:
        """All that are not over, the newest first. Raises TransientError."""
        with away():
            found = self.sessions.find(self._going_on(now)).sort("began_at", -1)
            return [_session(document) for document in await found.to_list(None)]

    async def end(self, subject: str) -> int:
        """End all of a person's sessions; how many there were. Raises TransientError."""
        with away():
            return int((await self.sessions.delete_many({"subject": subject})).deleted_count)

    def _going_on(self, now: datetime) -> dict[str, Any]:
        return {"ends_at": {"$gt": now}, "seen_at": {"$gt": now - self.idle}}


def _session(document: dict[str, Any]) -> Session:
    principal = Principal(document["subject"], frozenset(document["roles"]))
    return Session(principal, document["began_at"], document["seen_at"], document["ends_at"])
