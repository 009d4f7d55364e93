"""Messages of every channel that were set aside: `intake_set_aside`, and rows of `intake_mail`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.intake.desk import Desk, Incoming
from services.intake.mail.arrivals import CHANNEL, incoming
from services.intake.mail.parse import parse
from services.intake.mail.words import LIMITS
from shared.mail import Ours
from shared.runner.away import away

KEPT_FOR = timedelta(days=90)
_OF_MAIL = {"set_aside": {"$type": "string"}}


@dataclass(frozen=True, slots=True)
class Aside:
    """One message. `key` names the key of its bytes, and it; `complaint` is what it was made."""

    key: str
    channel: str
    account: str
    reason: str
    raw: str
    at: datetime
    complaint: str | None


@dataclass(frozen=True)
class Shelf:
    """Reads them back. Every method raises TransientError."""

    desk: Desk
    database: Any

    async def every(self, most: int) -> list[Aside]:
        """The newest of them."""
        with away():
            found = [one async for one in self._rows({}, most)]
        return sorted(found, key=lambda one: one.at, reverse=True)[:most]

    async def named(self, key: str) -> Aside | None:
        """The one of that key; the beginning of a key is enough where only one begins so."""
        with away():
            begins = {"$gte": key, "$lt": f"{key}g"}
            found = [one async for one in self._rows({"key": begins}, 2)]
        return found[0] if len(found) == 1 else None

    async def content(self, one: Aside) -> bytes | None:
        """The message as it came; None where it is gone."""
        return await self.desk.files.read(one.key, one.raw, "raw")

    async def release(self, one: Aside, raw: bytes, staff: str) -> str:
        """Make it the complaint that a person sees in it, once; returns the complaint's id."""
        receipt = await self.desk.receive(_message(one, raw, staff))
        with away():
            done = {"$set": {"complaint": receipt.complaint}}
            await self.database["intake_mail"].update_one({"key": one.key}, done)
            await self.database["intake_set_aside"].update_one({"_id": one.key}, done)
        return receipt.complaint

    async def forget(self, now: datetime) -> int:
        """Destroy what was kept long enough: the key first, so that nothing is left readable."""
        with away():
            old = [one async for one in self._rows({"at": {"$lt": now - KEPT_FOR}}, 1000)]
        for one in old:
            await self.desk.files.forget(one.key)
            with away():
                await self.database["intake_mail"].delete_one({"key": one.key})
                await self.database["intake_set_aside"].delete_one({"_id": one.key})
        return len(old)

    async def _rows(self, wanted: dict[str, Any], most: int) -> AsyncIterator[Aside]:
        mails = self.database["intake_mail"].find({**_OF_MAIL, **wanted})
        async for row in mails.sort("at", -1).limit(most):
            yield _aside(row, row["key"], CHANNEL, CHANNEL, row["set_aside"])
        named = {("_id" if name == "key" else name): value for name, value in wanted.items()}
        others = self.database["intake_set_aside"].find(named)
        async for row in others.sort("at", -1).limit(most):
            yield _aside(row, row["_id"], row["channel"], row["account"], row["reason"])


def _aside(row: dict[str, Any], key: str, channel: str, account: str, reason: str) -> Aside:
    return Aside(key, channel, account, reason, row["raw"], row["at"], row.get("complaint"))


def _message(one: Aside, raw: bytes, staff: str) -> Incoming:
    """As its channel would have handed it in, under a name that no channel gives.

    Nobody who may be a machine gets an acknowledgement.
    """
    found = (
        incoming(parse(raw, Ours()), raw, one.at) if one.channel == CHANNEL else _plain(one, raw)
    )
    actor = f"staff:{staff}"
    return replace(found, account="set aside", external_id=one.key, actor=actor, quiet=True)


def _plain(one: Aside, raw: bytes) -> Incoming:
    text = raw.decode("utf-8", "replace").replace("\0", "")[: LIMITS.text_characters]
    subject = f"{one.channel}: {one.reason}"
    return Incoming(one.channel, one.account, one.key, raw, subject, text, one.at)
