"""The pages of one stage's dead letters on a real server and a real Kafka, and letters for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson
from fastapi import FastAPI
from pydantic import SecretStr

from shared.errors import PoisonError
from shared.http.gate import Gate
from shared.http.problem import install
from shared.pages import assets
from shared.pipeline import STAGES
from shared.runner.burial_pages import burial_pages
from shared.runner.dead_letters import dead_letter
from shared.runner.gate import rules
from shared.runner.ports import Record
from shared.runner.wiring import Wiring
from shared.testing.memory import Fetched
from tests.serving import served
from tests.sites import TOKEN_KEY
from tests.wired import own, wired

STAGE = STAGES["verification"]
PLACE = "/staff/verification/dead-letters"
WORDS = "mia@customers.example"


@asynccontextmanager
async def burial_site(mongo: str, kafka: str) -> AsyncIterator[tuple[Wiring, httpx.AsyncClient]]:
    settings = own("burials", mongo, kafka=kafka, token_key=SecretStr(TOKEN_KEY))
    async with wired(settings) as wiring:
        app = FastAPI()
        app.add_middleware(Gate, rules=rules(wiring))
        install(app)
        app.include_router(burial_pages(wiring, STAGE))
        app.include_router(assets.router())
        await wiring.log.start()
        try:
            async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=20) as http:
                yield wiring, http
        finally:
            await wiring.log.stop()


def letter(
    complaint: str, *, parked: bool = True, reason: str = "rule_raised", times: int = 0
) -> Record:
    """A record of a complaint that the stage could not handle, `times` tried again before."""
    value = orjson.dumps({"subject": complaint, "data": {"email": WORDS, "His Name": "x"}})
    again = [("dlq-redrives", str(times).encode())]
    record = Fetched("complaints.intake.events", 1, 7, complaint.encode(), value, again)
    error = PoisonError(reason, "data.level")
    return dead_letter(STAGE, record, reason, error, complaint if parked else "")
