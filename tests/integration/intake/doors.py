"""Intake's channels as other systems reach them, on a real MongoDB."""

import json

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.channels.api import router
from services.intake.decide import DECIDER
from services.intake.desk import desk
from services.intake.state import IntakeState
from shared.http.problem import install
from shared.pipeline import STAGES
from shared.runner.wiring import StageParts, open_door
from tests.channels import BOT_SECRET, accounts, client, remote, signed
from tests.serving import served
from tests.sites import TOKEN_KEY
from tests.wired import taken

APP, BOT = "/v1/channels/app/messages", "/v1/channels/bot"


class Door:
    """Intake's channels as other systems reach them, and what was stored behind them."""

    def __init__(self, wiring, http, bot_api):
        self.wiring, self.http, self.bot_api = wiring, http, bot_api
        self.desk = desk(wiring)

    async def webhook(self, body, path=APP, **how):
        return await self.http.post(path, **signed(body, **how))

    async def telegram(self, body, secret=BOT_SECRET):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return await self.http.post(f"{BOT}/telegram", json=body, headers=headers)

    async def inputs(self):
        return await taken(self.wiring)

    async def facts(self):
        """What the only complaint says."""
        (event,) = await self.inputs()
        return event.data.facts

    async def folded(self, complaint, **state):
        """The document of the stage, as the runner would have written it."""
        run = {"lane": "normal", "rev": 1, "prevhash": ""}
        empty = {"seen": {}, "ids": [], "outputs": [], "waiting": []}
        kept = IntakeState(**state).model_dump(mode="json")
        row = {"_id": complaint, "state": kept, "run": {**run, **empty}}
        await self.wiring.database["intake"].insert_one(row)

    async def count(self, name):
        return await self.wiring.database[name].count_documents({})


@pytest.fixture
async def door(wiring, tmp_path):
    async with remote() as bot_api:
        path = tmp_path / "accounts.json"
        path.write_text(json.dumps(accounts(bot_api.url, bot_api.url)))
        more = {
            "token_key": SecretStr(TOKEN_KEY),
            "channels": str(path),
            "channels_loopback": True,
            "public_url": "https://redress.example",
        }
        wiring.settings = wiring.settings.model_copy(update=more)
        open_door(wiring, StageParts(STAGES["intake"], DECIDER))
        app = FastAPI()
        install(app)
        app.include_router(router(wiring))
        async with served(app) as url, client(url) as http:
            yield Door(wiring, http, bot_api)
