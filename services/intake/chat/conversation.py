"""A customer's line goes to the bot; once it hands over, the desk has the complaint, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.intake.chat.bot import LIMITS, Passage, answer
from services.intake.chat.sessions import Chat, Chats, Line
from services.intake.chat.transcript import further, incoming
from services.intake.desk import Desk
from shared.errors import TransientError

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
        """Take a line once, whatever `form` is sent again. Raises TransientError."""
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
        """Deliver what was left on its way; forget what nobody came back to."""
        async for chat in self.chats.idle(now):
            if chat.phase == "handing_over":
                await self._delivered(chat)
            else:
                await self.chats.forget(chat)
