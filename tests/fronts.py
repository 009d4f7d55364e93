"""Every page a customer meets, of all services on one origin, without the consumers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.channels import call_page
from services.intake.complain import page as form
from services.intake.parts import parts
from services.investigation.checks import api as checks
from services.notify.main import router as notify
from shared.http.gate import Gate
from shared.http.problem import install
from shared.pages import lost
from shared.runner.gate import rules
from shared.runner.wiring import Wiring, open_door
from tests.serving import served
from tests.sites import TOKEN_KEY
from tests.wired import own, taken, wired


@dataclass
class Front:
    url: str
    wiring: Wiring
    http: httpx.AsyncClient

    async def complaints(self):
        """The facts of every complaint that was accepted, readable."""
        return [event.data.facts for event in await taken(self.wiring)]


@asynccontextmanager
async def front(mongo: str, **settings) -> AsyncIterator[Front]:
    chosen = own("front", mongo, token_key=SecretStr(TOKEN_KEY), **settings)
    async with wired(chosen) as wiring:
        open_door(wiring, parts(wiring))
        app = FastAPI()
        app.add_middleware(Gate, rules=rules(wiring))
        install(app)
        lost.install(app)
        for router in (form.router, call_page.router, checks.router, notify):
            app.include_router(router(wiring))
        async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=20) as http:
            yield Front(url, wiring, http)
