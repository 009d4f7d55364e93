"""Webhook endpoints and the ledger of what each was sent, in MongoDB."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.notify.outward.cursor import Cursor
from shared.errors import TransientError, UsageError
from shared.runner.away import away
from shared.runner.master import MasterKeys
from shared.runner.webhook_secrets import COLLECTION, kid_of

SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
KEPT = timedelta(days=30)
LEASE_MS = 20_000
DUPLICATE_KEY = 11000
NOW = "$$NOW"
LONG_AGO = datetime.fromtimestamp(0, UTC)
PENDING = {"next_at": {"$exists": True}}


@dataclass(frozen=True)
class Endpoint:
    """Where events go: `types` are parts of type names, none: all. `round` counts replays."""

    name: str
    url: str
    types: tuple[str, ...]
    secrets: tuple[str, ...]
    cursor: Cursor
    round: int = 0

    def wants(self, event_type: str) -> bool:
        """Whether events of this type go there."""
        return not self.types or any(part in event_type for part in self.types)


class Endpoints:
    """The collections `webhooks` and `webhook_deliveries`. Every method raises TransientError."""

    def __init__(self, database: Any, master: MasterKeys) -> None:
        self.rows = database[COLLECTION]
        self.ledger = database["webhook_deliveries"]
        self.master = master

    async def prepare(self) -> None:
        """Create the indexes; a second time changes nothing."""
        with away():
            due = [("endpoint", 1), ("next_at", 1)]
            await self.ledger.create_index(due, partialFilterExpression=PENDING)
            await self.ledger.create_index("gone_at", expireAfterSeconds=0)

    async def add(self, name: str, url: str, types: Sequence[str], cursor: Cursor) -> str:
        """A new endpoint; returns its secret, which is shown once. Raises UsageError."""
        secret, kept = self._new(name)
        row = {"_id": name, "url": url, "types": list(types), "secrets": [kept], "round": 0}
        more = {"cursor": str(cursor), "state": "active", "holder": "", "until": LONG_AGO}
        try:
            with away():
                await self.rows.insert_one({**row, **more})
        except DuplicateKeyError:
            raise UsageError("there is an endpoint of this name") from None
        return secret

    async def rotate(self, name: str, now: datetime) -> str:
        """A new secret; the old ones sign beside it for a day. Raises UsageError."""
        row = await self._row(name)
        secret, kept = self._new(name)
        old = [
            {**one, "until": one["until"] or now + OVERLAP}
            for one in row["secrets"]
            if one["until"] is None or one["until"] > now
        ]
        await self._set(name, {"secrets": [kept, *old]})
        return secret

    async def replay(self, name: str, cursor: Cursor) -> None:
        """Send again from a place, and be active again. Raises UsageError."""
        round_ = (await self._row(name))["round"] + 1
        with away():
            await self.ledger.delete_many({"endpoint": name, **PENDING})
        # A delivery under way sees that its lease is gone, and writes no cursor any more.
        fresh = {"state": "active", "why": "", "holder": "", "until": LONG_AGO}
        await self._set(name, {"cursor": str(cursor), "round": round_, **fresh})

    async def disable(self, name: str, why: str) -> None:
        """Send nothing more. Raises UsageError."""
        await self._set(name, {"state": "disabled", "why": why})

    async def remove(self, name: str) -> None:
        """Forget an endpoint with its ledger."""
        with away():
            await self.rows.delete_one({"_id": name})
            await self.ledger.delete_many({"endpoint": name})

    async def listed(self) -> list[dict[str, Any]]:
        """Every endpoint with what is pending, delivered and given up, for people."""
        found = []
        with away():
            for row in await self.rows.find().sort("_id", 1).to_list(None):
                mine = {"endpoint": row["_id"]}
                counts = {
                    "pending": await self.ledger.count_documents({**mine, **PENDING}),
                    "delivered": await self.ledger.count_documents({**mine, "done": "delivered"}),
                    "given_up": await self.ledger.count_documents({**mine, "done": "given_up"}),
                }
                shown = {"name": row["_id"], "url": row["url"], "types": row["types"]}
                found.append({**shown, "state": row["state"], "why": row.get("why", ""), **counts})
        return found

    async def take(self, name: str, holder: str) -> Endpoint | None:
        """The endpoint, leased for 20 s by MongoDB's clock; None while another has it."""
        free = {"$or": [{"holder": holder}, {"$expr": {"$lte": ["$until", NOW]}}]}
        lease = {"holder": holder, "until": {"$add": [NOW, LEASE_MS]}}
        with away():
            row = await self.rows.find_one_and_update(
                {"_id": name, "state": "active", **free}, [{"$set": lease}], return_document=True
            )
        return self._endpoint(row) if row else None

    async def active(self) -> list[str]:
        """The names of those that are sent to."""
        with away():
            rows = await self.rows.find({"state": "active"}, {"_id": 1}).to_list(None)
        return [row["_id"] for row in rows]

    async def leave(self, name: str, holder: str) -> None:
        """Let another process in at once."""
        with away():
            await self.rows.update_one(
                {"_id": name, "holder": holder}, {"$set": {"until": LONG_AGO}}
            )

    async def move(self, of: Endpoint, holder: str, cursor: Cursor) -> bool:
        """Keep how far the log was read; False where the lease is lost, or a replay has begun."""
        mine = {"_id": of.name, "holder": holder, "round": of.round}
        with away():
            done = await self.rows.update_one(mine, {"$set": {"cursor": str(cursor)}})
        return bool(done.matched_count)

    async def owe(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put deliveries into the ledger; those that are there already stay."""
        if not rows:
            return
        try:
            with away():
                await self.ledger.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            failed = (error.details or {}).get("writeErrors", [])
            if any(one.get("code") != DUPLICATE_KEY for one in failed) or not failed:
                raise TransientError("MongoDB refused a write") from error

    async def pending(self, name: str) -> int:
        """How many deliveries wait."""
        with away():
            found: int = await self.ledger.count_documents({"endpoint": name, **PENDING})
        return found

    async def due(self, name: str, now: datetime, most: int) -> list[dict[str, Any]]:
        """The deliveries whose time has come, oldest first."""
        with away():
            found = self.ledger.find({"endpoint": name, "next_at": {"$lte": now}})
            rows: list[dict[str, Any]] = await found.sort("next_at", 1).limit(most).to_list(None)
        return rows

    async def again(self, id_: str, attempts: int, code: str, at: datetime) -> None:
        """Note a failure, and when to try again."""
        tried = {"attempts": attempts, "code": code, "next_at": at}
        with away():
            await self.ledger.update_one({"_id": id_, **PENDING}, {"$set": tried})

    async def end(self, id_: str, attempts: int, code: str, done: str, now: datetime) -> None:
        """Note that it arrived, or that it is given up."""
        said = {"attempts": attempts, "code": code, "done": done, "gone_at": now + KEPT}
        with away():
            change = {"$set": said, "$unset": {"next_at": "", "body": ""}}
            await self.ledger.update_one({"_id": id_}, change)

    async def _row(self, name: str) -> dict[str, Any]:
        with away():
            row: dict[str, Any] | None = await self.rows.find_one({"_id": name})
        if row is None:
            raise UsageError("there is no such endpoint; see: redress webhooks list")
        return row

    async def _set(self, name: str, fields: Mapping[str, Any]) -> None:
        with away():
            done = await self.rows.update_one({"_id": name}, {"$set": dict(fields)})
        if not done.matched_count:
            raise UsageError("there is no such endpoint; see: redress webhooks list")

    def _new(self, name: str) -> tuple[str, dict[str, Any]]:
        raw = secrets.token_bytes(SECRET_BYTES)
        wrapped = self.master.wrap(kid_of(name), raw)
        kept = {"wrapped": wrapped.content, "by": wrapped.by, "until": None}
        return f"whsec_{base64.b64encode(raw).decode()}", kept

    def _endpoint(self, row: Mapping[str, Any]) -> Endpoint:
        now = datetime.now(UTC)
        opened = [
            self.master.open(kid_of(row["_id"]), bytes(one["wrapped"]), one["by"])
            for one in row["secrets"]
            if one["until"] is None or one["until"] > now
        ]
        texts = tuple(f"whsec_{base64.b64encode(raw).decode()}" for raw in opened)
        place = Cursor.parse(row["cursor"]) or Cursor({})
        return Endpoint(row["_id"], row["url"], tuple(row["types"]), texts, place, row["round"])
