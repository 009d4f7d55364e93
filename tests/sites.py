"""Notify's pages on a real server over a real MongoDB, without the consumers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.notify.main import parts, router
from shared.events.notify import AccessGranted
from shared.http.gate import Gate
from shared.http.problem import install
from shared.http.tokens import issue, status_token
from shared.pages import lost
from shared.runner.gate import rules
from shared.runner.wiring import Wiring, open_door
from tests.serving import served
from tests.stories import Story
from tests.wired import own, wired

TOKEN_KEY = "0c" * 32
SETTLES_S = 0.6
STAFF = ("agent-1", "supervisor-1", "auditor-1")


@dataclass
class Site:
    url: str
    wiring: Wiring
    http: httpx.AsyncClient

    async def put(self, story: Story, *, age_s: float = 5.0, readers: Sequence[str] = STAFF) -> str:
        """Keep the story's rows as the runner would have, `age_s` ago; `readers` opened it."""
        for person in readers:
            story.tell((0.2, granted(person, datetime.now(UTC) + timedelta(hours=1))))
        key = await self.wiring.keyring.create(story.complaint)
        seen_at = datetime.now(UTC) - timedelta(seconds=age_s)
        await self.wiring.database["notify_history"].insert_many(story.rows(key, seen_at))
        await self.wiring.database["notify"].insert_one(
            {"_id": story.complaint, "reference": story.state.reference}
        )
        return story.complaint

    def status(self, complaint: str) -> str:
        return f"/status/{status_token(TOKEN_KEY, complaint)}"


def granted(person: str, until: datetime) -> AccessGranted:
    return AccessGranted(holder=person, until=until, reason="review", staff=person)


def token(role: str) -> str:
    return issue(TOKEN_KEY, f"{role}-1", role, datetime.now(UTC), timedelta(hours=1))


def bearer(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(role)}"}


@asynccontextmanager
async def site(
    mongo: str, public_url: str = "http://127.0.0.1:8000", port: int = 0, **more: Any
) -> AsyncIterator[Site]:
    settings = own("pages", mongo, token_key=SecretStr(TOKEN_KEY), public_url=public_url, **more)
    async with wired(settings) as wiring:
        open_door(wiring, parts(wiring))
        app = FastAPI()
        app.add_middleware(Gate, rules=rules(wiring))
        install(app)
        lost.install(app)
        app.include_router(router(wiring))
        async with served(app, port) as url, httpx.AsyncClient(base_url=url, timeout=10) as http:
            yield Site(url, wiring, http)
