"""Chats with the bot: `intake_chats`, each line sealed with the key of the complaint to be.

A chat is `bot` while the bot answers, `handing_over` once a person shall take over,
`handed_over` when its complaint is at the door, `going` while it is being forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from pymongo.errors import DuplicateKeyError

from services.intake.chat.bot import IDLE, Cited, Why
from shared.errors import RedressError
from shared.runner.away import away
from shared.runner.keys import Keyring

COLLECTION = "intake_chats"
SWEPT_AT_ONCE = 100
Phase = Literal["bot", "handing_over", "handed_over", "going"]


class ErasedError(RedressError):
    """The chat's key was destroyed: nobody can read it or go on with it."""

    slug = "erased"


@dataclass(frozen=True, slots=True)
class Line:
    """What was said in a chat, in paragraphs; `hand_over` where the bot gave it to people."""

    sender: Literal["you", "bot"]
    at: str
    text: tuple[str, ...]
    cited: tuple[Cited, ...] = ()
    hand_over: Why | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat; `asked` are the ids of the forms that were taken, so that each counts once."""

    id: str
    complaint: str
    language: str
    touched_at: datetime
    phase: Phase = "bot"
    failures: int = 0
    asked: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()

    def grown(self, form: str, now: datetime, lines: Sequence[Line], failures: int) -> Chat:
        """The chat with further lines; the last one may hand it over."""
        return replace(
            self,
            touched_at=now,
            phase="handing_over" if lines[-1].hand_over else self.phase,
            failures=failures,
            asked=(*self.asked, form),
            lines=(*self.lines, *lines),
        )


class Chats:
    """The collection. Every method raises TransientError while MongoDB is away."""

    def __init__(self, database: Any, keyring: Keyring) -> None:
        self.rows = database[COLLECTION]
        self.keyring = keyring

    async def find(self, id_: str) -> Chat | None:
        """A chat that is there, and not being forgotten. Raises ErasedError."""
        with away():
            row = await self.rows.find_one({"_id": id_, "phase": {"$ne": "going"}})
        return await self.read(row) if row else None

    async def begin(self, chat: Chat) -> Chat:
        """The chat of this id, made where there is none; its complaint has a key from here on.

        Raises ErasedError where that key was destroyed.
        """
        if (await self.keyring.create(chat.complaint)).secret is None:
            raise ErasedError
        try:
            with away():
                await self.rows.insert_one({"_id": chat.id, **await self._row(chat)})
        except DuplicateKeyError:
            return await self.find(chat.id) or chat
        return chat

    async def grow(self, old: Chat, new: Chat) -> bool:
        """Put a chat in the place of the one that was read; False where another came first."""
        same = {"_id": old.id, "phase": old.phase, "asked": list(old.asked)}
        with away():
            done = await self.rows.update_one(same, {"$set": await self._row(new)})
        return bool(done.matched_count)

    async def idle(self, now: datetime) -> list[dict[str, Any]]:
        """The rows of chats that wait to be handed over, or that nobody has touched for a day."""
        old = {"touched_at": {"$lt": now - IDLE}, "phase": {"$in": ["bot", "going"]}}
        with away():
            await self.rows.create_index([("phase", 1), ("touched_at", 1)])
            found = self.rows.find({"$or": [old, {"phase": "handing_over"}]})
            rows: list[dict[str, Any]] = await found.limit(SWEPT_AT_ONCE).to_list(None)
        return rows

    async def drop(self, id_: str) -> None:
        """Remove a row that nobody can read any more; its key stays known as destroyed."""
        with away():
            await self.rows.delete_one({"_id": id_})

    async def forget(self, chat: Chat) -> bool:
        """Destroy a chat that never became a complaint: first it is closed, then key and lines.

        False where another one did, or somebody came back to it.
        """
        only = {"_id": chat.id, "phase": {"$in": ["bot", "going"]}, "asked": list(chat.asked)}
        with away():
            closed = await self.rows.update_one(only, {"$set": {"phase": "going"}})
        if not closed.matched_count:
            return False
        await self.keyring.discard(chat.complaint)
        with away():
            done = await self.rows.delete_one({"_id": chat.id, "phase": "going"})
        return bool(done.deleted_count)

    async def _row(self, chat: Chat) -> dict[str, Any]:
        row: dict[str, Any] = asdict(chat) | {"asked": list(chat.asked), "lines": []}
        if chat.lines:
            key = await self.keyring.create(chat.complaint)
            if key.secret is None:
                raise ErasedError
            texts = (json.dumps(asdict(line), ensure_ascii=False) for line in chat.lines)
            row["lines"] = [key.seal(text, f"chat|{n}") for n, text in enumerate(texts)]
        del row["id"]
        return row

    async def read(self, row: dict[str, Any]) -> Chat:
        """The chat that a row holds. Raises ErasedError."""
        found = await self.keyring.gather([row["complaint"]])
        key = found.get(row["complaint"])
        if key and key.secret is None:
            raise ErasedError
        lines = tuple(_line(key.open(*sealed)) for sealed in row["lines"]) if key else ()
        same = {name: row[name] for name in ("complaint", "language", "phase", "failures")}
        return Chat(
            row["_id"], touched_at=row["touched_at"], asked=(*row["asked"],), lines=lines, **same
        )


def _line(text: str) -> Line:
    said = json.loads(text)
    cited = tuple(Cited(**each) for each in said.pop("cited"))
    return Line(**said | {"text": tuple(said["text"]), "cited": cited})
