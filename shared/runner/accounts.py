"""Local accounts of staff in MongoDB: the collection `accounts`, of no stage, hashes only.

For installations without an identity provider. An account is never deleted: its name stands in
events, and must not become somebody else's.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.errors import UsageError
from shared.http.errors import ProblemError
from shared.http.passwords import Kept, keep
from shared.http.tokens import ROLES, Principal
from shared.runner.away import away

COLLECTION = "accounts"
FREE_TRIES = 5
WAIT_S, LONGEST_WAIT_S = 60, 900
MOST_WAITING = 8  # of two seconds of work: a flood of tries must not hold the places of others
ELSEWHERE = "elsewhere"  # no device's name is so short
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_NOBODY = Kept(b"0" * 16, b"0" * 32)  # so that an unknown name takes as long as a known one
_NO_ACCOUNT = "there is no such account; see: redress staff list"


@dataclass(frozen=True)
class Account:
    """A member of staff; `subject` is the name in every record."""

    name: str
    roles: tuple[str, ...]
    created_at: datetime
    disabled: bool
    hashed: bytes = field(repr=False)

    @property
    def subject(self) -> str:
        """Apart from people of a provider, keys and tokens."""
        return subject_of(self.name)

    @property
    def principal(self) -> Principal:
        """Who it is, with what roles."""
        return Principal(self.subject, frozenset(self.roles))


class MongoAccounts:
    """The accounts of one installation; `database` is the stages' one."""

    def __init__(self, database: Any) -> None:
        self.accounts = database[COLLECTION]
        self._one = asyncio.Semaphore(1)  # each try takes 32 MiB
        self._waiting: Counter[bool] = Counter()

    async def add(self, name: str, roles: tuple[str, ...], password: str, now: datetime) -> None:
        """Make an account. Raises UsageError, TransientError."""
        if not _NAME.fullmatch(name):
            raise UsageError("a name is of a-z, 0-9, dot, dash and underscore, at most 63 of them")
        if not roles or not set(roles) <= set(ROLES):
            raise UsageError(f"there is no such role; choose of {', '.join(ROLES)}")
        document = {
            "_id": name,
            "roles": list(roles),
            "created_at": now,
            "disabled": False,
            **_secret(password, name),
        }
        try:
            with away():
                await self.accounts.insert_one(document)
        except DuplicateKeyError:
            raise UsageError("that name is taken, or was; names are not used again") from None

    async def set_password(self, name: str, password: str) -> None:
        """Replace the password, and forget failed tries. Raises UsageError, TransientError."""
        await self._change(name, _secret(password, name))

    async def disable(self, name: str, *, disabled: bool) -> None:
        """Shut an account, or open it again. Raises UsageError, TransientError."""
        await self._change(name, {"disabled": disabled})

    async def every(self) -> list[Account]:
        """All accounts by name. Raises TransientError."""
        with away():
            found = await self.accounts.find({}).sort("_id", 1).to_list(None)
        return [_account(document) for document in found]

    async def enter(
        self, name: str, password: str, now: datetime, device: str = ""
    ) -> Account | None:
        """The account of that name and password; None for all others.

        Raises ProblemError 429 where too many try at once, TransientError.

        After five failures in a row no try counts for a minute, then for twice as long each time,
        a quarter of an hour at most. A try is counted before it is looked at: many at once are no
        way around. Each `device` the person used before is counted alone (shared.http.devices):
        who guesses elsewhere shuts nobody out there.
        """
        known = bool(device)
        if self._waiting[known] >= MOST_WAITING:
            raise ProblemError(429, "too_many_at_once", headers={"Retry-After": "2"})
        self._waiting[known] += 1
        try:
            async with self._one:
                return await self._entered(name, password, now, f"tried.{device or ELSEWHERE}")
        finally:
            self._waiting[known] -= 1

    async def holds(self, account: Account) -> bool:
        """Whether it is still open with that password: asked once a session has begun.

        Whoever shuts an account ends its sessions afterwards, so that none is left over.
        Raises TransientError.
        """
        same = {"_id": account.name, "disabled": False, "hashed": account.hashed}
        with away():
            return await self.accounts.find_one(same) is not None

    async def _entered(self, name: str, password: str, now: datetime, at: str) -> Account | None:
        until = f"{at}.until"
        free = {"$or": [{until: {"$exists": False}}, {until: {"$lte": now}}]}
        with away():
            found = await self.accounts.find_one_and_update(
                {"_id": name, "disabled": False, **free}, _one_more(at, now)
            )
        kept = Kept(found["salt"], found["hashed"]) if found else _NOBODY
        is_right = await asyncio.to_thread(kept.is_of, password)
        if not (found and is_right):
            return None
        with away():
            await self.accounts.update_one({"_id": name}, {"$unset": {at: ""}})
        return _account(found)

    async def _change(self, name: str, fields: dict[str, Any]) -> None:
        with away():
            done = await self.accounts.update_one({"_id": name}, {"$set": fields})
        if not done.matched_count:
            raise UsageError(_NO_ACCOUNT)


def subject_of(name: str) -> str:
    """The name of an account in every record."""
    return f"staff:{name}"


def _secret(password: str, name: str) -> dict[str, Any]:
    kept = keep(password, name)
    return {"salt": kept.salt, "hashed": kept.hashed, "tried": {}}


def _one_more(at: str, now: datetime) -> list[dict[str, Any]]:
    """A try at one place, and from when on the next one counts, of how many failed in a row."""
    tries = f"{at}.tries"
    beyond = {"$subtract": [f"${tries}", FREE_TRIES]}
    wait = {
        "$min": [LONGEST_WAIT_S, {"$multiply": [WAIT_S, {"$pow": [2, {"$min": [beyond, 10]}]}]}]
    }
    until = {"$dateAdd": {"startDate": now, "unit": "second", "amount": {"$toLong": wait}}}
    return [
        {"$set": {tries: {"$add": [{"$ifNull": [f"${tries}", 0]}, 1]}}},
        {"$set": {f"{at}.until": {"$cond": [{"$lt": [f"${tries}", FREE_TRIES]}, now, until]}}},
    ]


def _account(document: dict[str, Any]) -> Account:
    roles = tuple(document["roles"])
    created_at, hashed = document["created_at"], bytes(document["hashed"])
    return Account(document["_id"], roles, created_at, document["disabled"], hashed)
