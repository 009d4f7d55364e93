"""A customer's line goes to the bot; once it hands over, the desk has the complaint, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.intake.chat.bot import LIMITS, Passage, answer
from services.intake.chat.sessions import Chat, Chats, ErasedError, Line
from services.intake.chat.transcript import further, incoming
from services.intake.desk import Desk
from shared.errors import TransientError
from shared.figures import HELPED
from shared.log import get_logger

log = get_logger(__name__)
AT_ONCE = 5
Search = Callable[[str, str], Sequence[Passage]]


@dataclass(frozen=True)
class Conversations:
    """Chats over one desk; `search` finds approved articles for a text in a language."""

    desk: Desk
    chats: Chats
    search: Search

    async def find(self, id_: str) -> Chat | None:
        """A chat; one that was interrupted on its way to the desk gets there first."""
        found = await self.chats.find(id_)
        return await self._delivered(found) if found else None

    async def say(self, id_: str, form: str, text: str, language: str, now: datetime) -> Chat:
        """Take a line once, whatever `form` is sent again. Raises ErasedError, TransientError."""
        empty = Chat(id_, "", language, now)
        fresh = replace(empty, complaint=self.desk.complaint_of(incoming(empty)))
        chat = await self.chats.find(id_) or await self.chats.begin(fresh)
        for _ in range(AT_ONCE):
            chat = await self._delivered(chat)
            if form in chat.asked:
                return chat
            if chat.phase == "handed_over":
                said = Line("you", now.isoformat(), (text,))
                await self.desk.receive(further(replace(chat, touched_at=now), form, said))
                return chat
            grown = self._answered(chat, form, text, now)
            if await self.chats.grow(chat, grown):
                if grown.phase == "handing_over":
                    HELPED.labels("people").inc()
                return await self._delivered(grown)
            chat = await self.chats.find(id_) or await self.chats.begin(fresh)
        raise TransientError("too many lines at once")

    def _answered(self, chat: Chat, form: str, text: str, now: datetime) -> Chat:
        # A talk that never ends counts as one that the bot cannot help.
        failures = LIMITS["failures"] if len(chat.lines) >= LIMITS["lines"] else chat.failures
        found = () if failures > chat.failures else self.search(text, chat.language)
        reply = answer(text, failures, chat.language, found)
        at = now.isoformat()
        said = Line("bot", at, reply.lines, reply.cited, reply.hand_over)
        return chat.grown(form, now, (Line("you", at, (text,)), said), reply.failures)

    async def _delivered(self, chat: Chat) -> Chat:
        """Hand a chat over that shall be; its words stand still, so twice is once."""
        if chat.phase != "handing_over":
            return chat
        await self.desk.receive(incoming(chat))
        done = replace(chat, phase="handed_over")
        await self.chats.grow(chat, done)
        return done

    async def sweep(self, now: datetime) -> None:
        """Deliver what was left on its way; forget what nobody came back to.

        A chat that cannot be swept stops no other one. Raises TransientError.
        """
        for row in await self.chats.idle(now):
            try:
                await self._swept(row)
            except TransientError:
                raise
            except Exception as error:  # noqa: BLE001 - a bad row must not stop the others
                log.warning("a chat was left for later", error_class=type(error).__name__)

    async def _swept(self, row: dict[str, Any]) -> None:
        try:
            chat = await self.chats.read(row)
        except ErasedError:
            await self.chats.drop(row["_id"])
            return
        if chat.phase == "handing_over":
            await self._delivered(chat)
        elif await self.chats.forget(chat) and any(line.cited for line in chat.lines):
            HELPED.labels("bot").inc()  # it answered, and nobody asked for more
