"""Every mail that came, by a keyed digest of its id: what it was and what became of it.

`intake_mail` holds no words and no address; the raw bytes lie in the files, sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.runner.away import away

_DAY = timedelta(days=1)
_TRIES = 3


class Rows:
    """`intake_mail` and the senders' acknowledgements. Every method raises TransientError."""

    def __init__(self, database: Any) -> None:
        self.mails = database["intake_mail"]
        self.senders = database["intake_mail_senders"]

    async def prepare(self) -> None:
        """Create the index; a second time changes nothing."""
        with away():
            await self.senders.create_index("at", expireAfterSeconds=int(2 * _DAY.total_seconds()))

    async def fits(self, name: str, content: str, now: datetime) -> bool:
        """Note a mail under its name; False where another content came under that name before."""
        row = {"_id": name, "content": content, "at": now}
        with away():
            try:
                await self.mails.insert_one(row)
            except DuplicateKeyError:
                there = await self.mails.find_one({"_id": name}, {"content": 1})
                return there is None or there["content"] == content
        return True

    async def released(self, name: str) -> bool:
        """Whether a person made a complaint of it, after it had been set aside."""
        done = {"_id": name, "set_aside": {"$type": "string"}, "complaint": {"$type": "string"}}
        with away():
            return await self.mails.find_one(done, {"_id": 1}) is not None

    async def became(self, name: str, told: Mapping[str, Any]) -> bool:
        """Write down what a mail was and became; False where that was written before."""
        with away():
            done = await self.mails.update_one(
                {"_id": name, "kind": {"$exists": False}}, {"$set": dict(told)}
            )
        return bool(done.modified_count)

    async def acknowledges(self, sender: str, name: str, now: datetime, most: int) -> bool:
        """Whether this mail is one of the first `most` of its sender today (UTC)."""
        key = f"{sender}|{now:%Y-%m-%d}"
        room = {"_id": key, "$or": [{"mails": name}, {f"mails.{most - 1}": {"$exists": False}}]}
        change = {"$addToSet": {"mails": name}, "$setOnInsert": {"at": now}}
        for _ in range(_TRIES):  # two first mails at once: one insert loses, and looks again
            with away():
                try:
                    await self.senders.update_one(room, change, upsert=True)
                except DuplicateKeyError:
                    continue
            return True
        return False
