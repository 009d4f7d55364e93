"""Leases on due work, on the database's clock."""

from __future__ import annotations

import inspect
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from shared.errors import TransientError
from shared.events.base import Lane
from shared.runner.due import lease_id
from shared.runner.ports import Lease

# What narrows the index scan is only a guess of the database's clock, which decides.
GUESS_MARGIN = timedelta(seconds=1)
CLIENT_MARGIN = timedelta(minutes=5)


async def aggregate(
    collection: Any,
    pipeline: Sequence[Mapping[str, Any]],
    most: int = 100,
    comment: str | None = None,
) -> list[Any]:
    """Run a pipeline; one driver returns its cursor at once, the other after a wait.

    Up to `most` rows come in one answer. The server's profile shows `comment`.
    """
    cursor = collection.aggregate(list(pipeline), batchSize=most + 1, comment=comment)
    if inspect.isawaitable(cursor):
        cursor = await cursor
    rows: list[Any] = await cursor.to_list(None)
    return rows


def _elapsed() -> float:
    """Seconds that never jump and that count while the machine sleeps, where it can."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(slots=True)
class _Pick:
    """The items of one document that can be leased now, and when to look at it again."""

    id: str
    rev: int
    claims: int
    until: datetime
    leases: list[Lease] = field(default_factory=list)
    again: datetime | None = None


class DueWork:
    """Claims items of `state.due` for a worker; a lease lies beside state and run."""

    def __init__(self, documents: Any) -> None:
        self.documents = documents
        self._clock: tuple[datetime, float] | None = None
        self.apart_s = 0.0  # this machine's clock less the database's
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def ask(self) -> None:
        """Ask the database for its clock; what its answer took makes leases shorter, not longer."""
        asked = _elapsed()
        hello = await self.documents.database.command("hello")
        said = hello["localTime"].replace(tzinfo=UTC)
        self._clock = said, asked
        self.apart_s = (self.now() - said).total_seconds()

    def lease_end(self, lease_s: float) -> datetime | None:
        """When a lease taken now ends: the database's clock, carried on by one that never jumps."""
        if self._clock is None:
            return None
        said, at = self._clock
        return said + timedelta(seconds=_elapsed() - at + lease_s)

    def _latest(self) -> datetime:
        """An instant that the database's clock has not passed by far, if at all."""
        mine, guess = datetime.now(UTC), self.lease_end(0)
        return max(guess, mine) + GUESS_MARGIN if guess else mine + CLIENT_MARGIN

    async def claim(self, most: int, lease_s: float, lanes: Sequence[Lane]) -> list[Lease]:
        """Lease due items, express first, on the database's clock."""
        leases: list[Lease] = []
        try:
            for lane in sorted(lanes):
                if len(leases) < most:
                    leases += await self._claim(lane, most - len(leases), lease_s)
        except PyMongoError as error:
            raise TransientError("MongoDB is away") from error
        return leases

    async def _claim(self, lane: Lane, most: int, lease_s: float) -> list[Lease]:
        rows = await aggregate(self.documents, _candidates(lane, most, self._latest()), most)
        picks = [_pick(row, row["now"] + timedelta(seconds=lease_s)) for row in rows]
        if not picks:
            return []
        token = uuid.uuid4().hex
        done = await self.documents.bulk_write([_lease(p, token) for p in picks], ordered=False)
        claimed = [p for p in picks if p.leases]
        if done.matched_count < len(picks):
            claimed = await self._won(claimed, token)
        return [lease for p in claimed for lease in p.leases]

    async def _won(self, claimed: Sequence[_Pick], token: str) -> list[_Pick]:
        """Which of the picks no other worker was quicker with."""
        ids = [p.id for p in claimed]
        found = self.documents.find({"_id": {"$in": ids}, "claimed_by": token}, {"_id": 1})
        won = {row["_id"] for row in await found.to_list(None)}
        return [p for p in claimed if p.id in won]

    async def release(self, leases: Sequence[Lease], wait_s: Mapping[Lease, float]) -> None:
        """Give items back that nobody claimed since, to be tried again after a wait in seconds."""
        try:
            await self.documents.bulk_write(
                [_release(lease, wait_s[lease]) for lease in leases], ordered=False
            )
        except PyMongoError as error:
            raise TransientError("MongoDB is away") from error


def _candidates(lane: Lane, most: int, latest: datetime) -> list[dict[str, Any]]:
    return [
        {
            "$match": {
                "run.lane": lane,
                "run.due_at": {"$lte": latest},
                "$expr": {"$lte": ["$run.due_at", "$$NOW"]},
            }
        },
        {"$limit": most},
        {
            "$project": {
                "state": 1,
                "rev": "$run.rev",
                "leases": 1,
                "claims": 1,
                "now": "$$NOW",
            }
        },
    ]


def _pick(row: Mapping[str, Any], leased_until: datetime) -> _Pick:
    pick = _Pick(row["_id"], row["rev"], row.get("claims", 0), leased_until)
    state, held, now = row["state"], row.get("leases", {}), row["now"]
    due = state["due"]
    later: list[datetime] = []
    for key, item in due.items():
        at = datetime.fromisoformat(item["at"])
        name = lease_id(key, item["event"])
        lease = held.get(name, {})
        if at > now or lease.get("until", now) > now:
            later.append(max(at, lease.get("until", at)))
        elif item.get("after") not in due:
            pick.leases.append(Lease(pick.id, key, lease.get("attempts", 0), name, state))
            later.append(leased_until)
    pick.again = min(later) if later else None
    return pick


def _lease(pick: _Pick, token: str) -> UpdateOne:
    # Plain operators: a pipeline makes the server compare the whole document before and after.
    sets: dict[str, Any] = {"claims": pick.claims + 1, "claimed_by": token}
    for lease in pick.leases:
        sets[f"leases.{lease.name}"] = {"until": pick.until, "attempts": lease.attempts + 1}
    update: dict[str, Any] = {"$set": sets}
    if pick.again:
        sets["run.due_at"] = pick.again
    else:
        update["$unset"] = {"run.due_at": ""}
    guard: dict[str, Any] = {"_id": pick.id, "run.rev": pick.rev}
    guard["claims"] = pick.claims or {"$exists": False}
    return UpdateOne(guard, update)


def _release(lease: Lease, wait_s: float) -> UpdateOne:
    until = {"$add": ["$$NOW", int(wait_s * 1000)]}
    name = f"leases.{lease.name}"
    return UpdateOne(
        {"_id": lease.complaint, f"{name}.attempts": lease.attempts + 1},
        [{"$set": {f"{name}.until": until, "run.due_at": {"$min": ["$run.due_at", until]}}}],
    )
