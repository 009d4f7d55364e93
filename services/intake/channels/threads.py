"""Which complaint a message of a conversation joins: the one that is open in it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from services.intake.attachments import File
from services.intake.desk import Desk, Incoming, Receipt
from services.intake.digests import keyed
from services.intake.state import IntakeState
from shared.errors import TransientError
from shared.rules.thanks import only_thanks
from shared.runner.away import away

Fetch = Callable[[], Awaitable[tuple[File, ...]]]
CLAIM_HOLDS = timedelta(seconds=30)


@dataclass(frozen=True)
class Threads:
    """A row for each conversation: `{_id, opener, complaint?, at}`; `_id` is a keyed digest.

    `opener` is the message that opens its complaint; it claims the row before it is stored, so that
    two messages at once open one complaint. `at` is the last message.
    """

    desk: Desk
    rows: Any

    async def receive(self, message: Incoming, talk: str, files: Fetch | None = None) -> Receipt:
        """Hand in a message of a conversation; `talk` names it within the channel's account.

        `files` are fetched only for a message that did not come before. Raises TransientError;
        nothing is lost by trying again.
        """
        name = self.desk.name(message)
        if await self.desk.door.inputs.get(name) is not None:
            return await self.desk.receive(message)
        row = self._row(message, talk)
        with away():
            complaint = await self._open_complaint(row, name, message)
            whole = replace(message, follows=complaint, files=await files() if files else ())
            receipt = await self.desk.receive(whole)
            seen = {"$set": {"complaint": receipt.complaint}, "$max": {"at": message.received_at}}
            await self.rows.update_one({"_id": row}, seen)
        return receipt

    async def _open_complaint(self, row: str, name: str, message: Incoming) -> str | None:
        """The complaint to join, or None when this message has claimed to open one."""
        now, thanks = message.received_at, only_thanks(message.text) and not message.files
        new = {"opener": name, "at": now}
        try:
            await self.rows.insert_one({"_id": row, **new})
        except DuplicateKeyError:
            there = await self.rows.find_one({"_id": row})
        else:
            return None
        complaint = await self._complaint_of(there)
        if there["opener"] == name and complaint is None:
            return None
        age = now - there["at"]
        if complaint is None and age < CLAIM_HOLDS:
            raise TransientError("the conversation's first message is being stored")
        if complaint is not None and not await self._ended(complaint, age, thanks=thanks):
            return complaint
        claim = {"_id": row, "opener": there["opener"]}
        if (await self.rows.replace_one(claim, {"_id": row, **new})).matched_count == 0:
            raise TransientError("another message opens the conversation anew")
        return None

    async def _complaint_of(self, there: dict[str, Any]) -> str | None:
        if "complaint" in there:
            return str(there["complaint"])
        stored = await self.desk.door.inputs.get(there["opener"])
        return stored.complaint if stored else None

    async def _ended(self, complaint: str, silent: timedelta, *, thanks: bool) -> bool:
        """Whether a new message is a new matter: it was settled, erased, or left for long.

        Thanks for what was settled are none.
        """
        policy = self.desk.door.policy
        if silent > policy.notify.answer_within + policy.resolution.appeal_within:
            return True
        if (await self.desk.door.keyring.key(complaint)).secret is None:
            return True
        state = await self.desk.door.state(complaint)
        settled = state is not None and cast("IntakeState", state).settled
        return settled and not thanks

    def _row(self, message: Incoming, talk: str) -> str:
        place = json.dumps(["thread", message.channel, message.account, talk])
        return keyed(self.desk.secret, place.encode()).hex()
