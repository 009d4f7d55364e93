"""The chat over HTTP: a page that works without scripts, and the form that it sends."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from services.intake import rules
from services.intake.chat.bot import Passage
from services.intake.chat.conversation import Conversations
from services.intake.chat.sessions import Chat, Chats, ErasedError
from services.intake.chat.visitors import ID_BYTES, line_of, name_of, opened, signed
from services.intake.chat.words import WORDS
from services.intake.desk import desk
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.rate import Rate
from shared.http.tokens import status_token
from shared.knowledge import search
from shared.pages import html
from shared.pages.languages import language_of
from shared.reference import reference_of
from shared.rules.secrets import mask
from shared.runner.wiring import Wiring

COOKIE, PLACE = "redress_chat", "/chat"
FORM_BYTES = 32
LONGEST = 4000
LINES_PER_S, LINES_AT_ONCE = 1, 20  # of one chat; the gate counts by address
_templates = html.environment("services.intake.chat", "templates")


def router(wiring: Wiring) -> APIRouter:
    """The routes of the chat."""
    settings = wiring.settings
    return ChatApi(
        conversations(wiring),
        settings.token_key.get_secret_value(),
        secure=urlsplit(settings.public_url).scheme == "https",
    ).routes()


def conversations(wiring: Wiring) -> Conversations:
    """The chats over this process's desk, with the articles that its bot knows."""
    return Conversations(desk(wiring), Chats(wiring.database, wiring.keyring), passages)


def passages(text: str, language: str) -> list[Passage]:
    """The approved articles that answer a text, best first."""
    return [
        Passage(one.article.title, f"/help/{one.article.id}", one.article.text, one.score)
        for one in search(text, language)
    ]


@dataclass
class ChatApi:
    """The chat's routes; `key` signs the cookie and the status link."""

    conversations: Conversations
    key: str
    secure: bool
    rate: Rate = field(default_factory=lambda: Rate(LINES_PER_S, LINES_AT_ONCE))

    def routes(self) -> APIRouter:
        """The page, its form, and the way to another chat."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route(PLACE, self.show)
        routes.add_api_route(f"{PLACE}/messages", self.say, methods=["POST"])
        routes.add_api_route(f"{PLACE}/new", self.again, methods=["POST"])
        return routes

    async def show(self, request: Request, lang: str = "") -> Response:
        """The chat of the cookie, or the beginning of one."""
        own = opened(self.key, request.cookies.get(COOKIE, ""))
        try:
            chat = await self.conversations.find(name_of(own)) if own else None
        except ErasedError:
            own = chat = None
        chosen = lang or (chat.language if chat else "")
        spoken = language_of(chosen, request.headers.get("accept-language"))
        values = self._values(chat, own or secrets.token_bytes(ID_BYTES), spoken)
        return html.page(_templates, "chat", **values)

    async def say(self, request: Request) -> Response:
        """Take a line; the answer is the page with the bot's, or the way to the people's."""
        html.own_form(request)
        form = await read_form(request, 10)
        cookie = opened(self.key, request.cookies.get(COOKIE, ""))
        own = cookie or opened(self.key, _field(form, "session"))
        if own is None:
            raise ProblemError(422, "invalid_request", errors=[_fault("session")])
        self.rate.check(name_of(own), time.monotonic())
        spoken = language_of(_field(form, "language"), None)
        text = _field(form, "text").strip() or (_field(form, "human") and _asking(spoken))
        chat = None
        if text:
            said = _checked(text)
            line = line_of(self.key, _field(form, "once"), said)
            own, chat = await self._said(own, line, said, spoken)
        answer = self._answer(request, chat, own)
        self._give(answer, own)
        return answer

    async def _said(self, own: bytes, line: str, text: str, language: str) -> tuple[bytes, Chat]:
        """The chat with the line in it, and its id: another one where the first was erased."""
        now = datetime.now(UTC)
        try:
            return own, await self.conversations.say(name_of(own), line, text, language, now)
        except ErasedError:
            own = secrets.token_bytes(ID_BYTES)
            return own, await self.conversations.say(name_of(own), line, text, language, now)

    async def again(self, request: Request) -> Response:
        """Leave a chat behind."""
        html.own_form(request)
        answer = RedirectResponse(PLACE, 303)
        answer.delete_cookie(COOKIE, path=PLACE, httponly=True, samesite="strict")
        return answer

    def _answer(self, request: Request, chat: Chat | None, own: bytes) -> Response:
        """Scripts get a piece of the page, all others are sent to the page."""
        scripted = "hx-request" in request.headers
        if chat and chat.phase == "handed_over":
            link = self._status(chat)
            moved = Response(headers={"HX-Redirect": link}) if scripted else None
            return moved or RedirectResponse(link, 303)
        if chat and scripted:
            return html.page(_templates, "_chat", **self._values(chat, own, chat.language))
        return RedirectResponse(PLACE, 303)

    def _values(self, chat: Chat | None, own: bytes, language: str) -> dict[str, Any]:
        done = chat is not None and chat.phase == "handed_over"
        return {
            "language": language,
            "words": WORDS[language],
            "here": PLACE,
            "lines": chat.lines if chat else (),
            "masked": lambda text: mask(text).text,
            "reference": reference_of(chat.complaint) if chat and done else None,
            "link": self._status(chat) if chat and done else None,
            "session": signed(self.key, own),
            "once": secrets.token_hex(FORM_BYTES),
            "longest": LONGEST,
        }

    def _status(self, chat: Chat) -> str:
        return f"/status/{status_token(self.key, chat.complaint)}"

    def _give(self, answer: Response, own: bytes) -> None:
        token = signed(self.key, own)
        answer.set_cookie(
            COOKIE, token, path=PLACE, httponly=True, samesite="strict", secure=self.secure
        )


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _asking(language: str) -> str:
    return str(WORDS[language]["human_text"])


def _checked(text: str) -> str:
    try:
        said = rules.prose(text)
    except ValueError:
        said = ""
    if not 0 < len(said) <= LONGEST:
        raise ProblemError(422, "invalid_request", errors=[_fault("text")])
    return said


def _fault(name: str) -> dict[str, str]:
    return {"field": name, "rule": "value_error"}
