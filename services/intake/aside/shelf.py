"""Messages of every channel that were set aside: `intake_set_aside`, and rows of `intake_mail`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.intake.desk import Desk, Incoming
from services.intake.mail.arrivals import CHANNEL, incoming
from services.intake.mail.parse import parse
from shared.errors import UsageError
from shared.mail import Ours
from shared.runner.away import away

KEPT_FOR = timedelta(days=90)
ROUND = 1000
UNANSWERABLE = "only a mail can be released: nobody could be answered on another channel"
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

    async def prepare(self) -> None:
        """Create the indexes; a second time changes nothing."""
        with away():
            for field in ("at", "key", "sender"):
                name = f"set_aside_{field}"
                await self.database["intake_mail"].create_index(
                    field, name=name, partialFilterExpression=_OF_MAIL
                )
            await self.database["intake_set_aside"].create_index("at")

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

    async def release(self, one: Aside, staff: str) -> str | None:
        """Make it the complaint that a person sees in it, once, and forget this copy of it.

        Returns the complaint's id, None where the bytes are gone. Raises UsageError for what is
        no mail.
        """
        complaint = one.complaint or await self._received(one, staff)
        if complaint:
            await self.desk.files.forget(one.key)
        return complaint

    async def _received(self, one: Aside, staff: str) -> str | None:
        if one.channel != CHANNEL:
            raise UsageError(UNANSWERABLE)
        raw = await self.content(one)
        if raw is None:
            return None
        receipt = await self.desk.receive(_message(one, raw, staff))
        with away():
            done = {"$set": {"complaint": receipt.complaint}}
            await self.database["intake_mail"].update_one({**_OF_MAIL, "key": one.key}, done)
        return receipt.complaint

    async def forget(self, now: datetime) -> int:
        """Destroy what was kept long enough: the key first, so that nothing is left readable."""
        count, found = 0, ROUND
        while found >= ROUND:
            found = await self._forget_some(now - KEPT_FOR)
            count += found
        return count

    async def _forget_some(self, before: datetime) -> int:
        with away():
            old = [one async for one in self._rows({"at": {"$lt": before}}, ROUND, order=1)]
        for one in old:
            await self.desk.files.forget(one.key)
            with away():
                await self.database["intake_mail"].delete_one({**_OF_MAIL, "key": one.key})
                await self.database["intake_set_aside"].delete_one({"_id": one.key})
        return len(old)

    async def forget_senders(self, marks: Sequence[str]) -> None:
        """Destroy the mails of these senders that opened no complaint; `marks` as `People` has."""
        if marks:
            found = {"sender": {"$in": list(marks)}, "complaint": {"$exists": False}}
            await self._forget_mails(found)

    async def forget_released(self, complaints: Sequence[str]) -> None:
        """Destroy the mails that were made these complaints, with the keys of their bytes."""
        await self._forget_mails({"complaint": {"$in": list(complaints)}})

    async def _forget_mails(self, which: dict[str, Any]) -> None:
        with away():
            rows = await self.database["intake_mail"].find({**_OF_MAIL, **which}).to_list(None)
        for row in rows:
            await self.desk.files.forget(row["key"])
            with away():
                await self.database["intake_mail"].delete_one({"_id": row["_id"]})

    async def _rows(
        self, wanted: dict[str, Any], most: int, order: int = -1
    ) -> AsyncIterator[Aside]:
        mails = self.database["intake_mail"].find({**_OF_MAIL, **wanted})
        async for row in mails.sort("at", order).limit(most):
            yield _aside(row, row["key"], CHANNEL, CHANNEL, row["set_aside"])
        named = {("_id" if name == "key" else name): value for name, value in wanted.items()}
        others = self.database["intake_set_aside"].find(named)
        async for row in others.sort("at", order).limit(most):
            yield _aside(row, row["_id"], row["channel"], row["account"], row["reason"])


def _aside(row: dict[str, Any], key: str, channel: str, account: str, reason: str) -> Aside:
    return Aside(key, channel, account, reason, row["raw"], row["at"], row.get("complaint"))


def _message(one: Aside, raw: bytes, staff: str) -> Incoming:
    """As its channel would have handed it in, under a name that no channel gives.

    Nobody who may be a machine gets an acknowledgement.
    """
    found = incoming(parse(raw, Ours()), raw, one.at)
    actor = f"staff:{staff}"
    return replace(found, account="set aside", external_id=one.key, actor=actor, quiet=True)
