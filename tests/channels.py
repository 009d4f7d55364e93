"""The other end of the channels: signing senders, a Bot API, and endpoints that take answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from standardwebhooks import Webhook

from tests.serving import served

OLD, NEW = "whsec_b2xkLXNlY3JldC1vZi10aGUtYXBw", "whsec_bmV3LXNlY3JldC1vZi10aGUtYXBw"
BOT_SECRET, BOT_TOKEN = "the-header-of-the-bot", "123456:the-token-of-the-bot"


def signed(
    body: dict[str, Any] | bytes,
    secret: str = NEW,
    id_: str | None = None,
    apart_s: int = 0,
) -> dict[str, Any]:
    """The content and headers of a webhook, as arguments for httpx."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = datetime.fromtimestamp(int(datetime.now(UTC).timestamp()) + apart_s, UTC)
    name = id_ or f"msg_{uuid.uuid4().hex}"
    headers = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at, content.decode()),
    }
    return {"content": content, "headers": headers}


def line(text: str, thread: str = "chat-1", **more: str) -> dict[str, Any]:
    """A chat line as the exchange's own app sends it."""
    return {"type": "message.created", "data": {"thread": thread, "text": text, **more}}


def post(text: str, author: str = "@mei", thread: str = "post-1", **more: str) -> dict[str, Any]:
    """A post in public as a bridge to a social network sends it."""
    data = {"thread": thread, "text": text, "author": author, **more}
    return {"type": "post.created", "data": data}


def signal(code: str, user_id: str = "u1", **more: str) -> dict[str, Any]:
    """What the exchange's monitoring saw, as it sends it."""
    kind = more.pop("type", "login.flagged")
    at = datetime.now(UTC).isoformat()
    return {"type": kind, "data": {"user_id": user_id, "code": code, "at": at, **more}}


def update(number: int, text: str = "My deposit has not arrived.", **more: Any) -> dict[str, Any]:
    """A private message as Telegram sends it."""
    message = {
        "message_id": number,
        "from": {"id": 77, "is_bot": False, "first_name": "Mei", "language_code": "es"},
        "chat": {"id": 77, "first_name": "Mei", "type": "private"},
        "date": 1795347000,
        "text": text,
    }
    return {"update_id": number, "message": {**message, **more}}


@dataclass
class Remote:
    """A server of somebody else: what it was sent, and what it says to each call in turn."""

    url: str = ""
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    says: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/{path:path}", self._answer, methods=["GET", "POST"])
        return app

    async def _answer(self, request: Request) -> Response:
        content = await request.body()
        self.calls.append((request.url.path, dict(request.headers), content))
        if request.url.path.endswith("/getFile"):
            path = f"documents/{request.query_params['file_id']}"
            return JSONResponse({"ok": True, "result": {"file_path": path}})
        if "/file/bot" in request.url.path:
            found = self.files.get(request.url.path.rpartition("/")[2])
            return Response(found or b"", 200 if found is not None else 404)
        status, body = self.says.pop(0) if self.says else (200, {"ok": True})
        return JSONResponse(body, status, {"location": "/elsewhere"} if status == 302 else None)


@asynccontextmanager
async def remote() -> AsyncIterator[Remote]:
    found = Remote()
    async with served(found.app()) as url:
        found.url = url
        yield found


def accounts(bot_api: str, answer_url: str) -> dict[str, Any]:
    """The file of accounts, as an operator writes it."""
    ends = "2026-01-01T00:00:00Z"
    signers = {"secrets": [{"secret": NEW}, {"secret": OLD}], "answer_url": answer_url}
    ended = {"secrets": [{"secret": NEW}, {"secret": OLD, "until": ends}]}
    bot = {"secrets": [{"secret": BOT_SECRET}], "token": BOT_TOKEN, "api_url": bot_api}
    return {
        "app": {"kind": "in_app", **signers},
        "rotated": {"kind": "messenger", **ended},
        "network": {"kind": "social", **signers},
        "board": {"kind": "forum", **signers},
        "exchange": {"kind": "exchange", "secrets": [{"secret": NEW}]},
        "bot": {"kind": "telegram", "bot": "RedressBot", **bot},
    }


def client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=20)
