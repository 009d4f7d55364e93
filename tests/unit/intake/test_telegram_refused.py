"""Updates that our reader refuses: Telegram is not asked to bring them again, nothing is lost."""

import json

import httpx
import pytest
from fastapi import FastAPI

from services.intake.channels.telegram import SECRET_HEADER, Telegram
from shared.channels import Account, Secret
from shared.http.problem import install
from tests.channels import BOT_SECRET, update

ENTITIES = [{"type": "bold", "offset": n, "length": 1} for n in range(500)]


class Kept:
    """What was set aside, in memory."""

    def __init__(self):
        self.rows = []

    async def keep(self, message, reason):
        self.rows.append((message.raw, reason))
        return True


async def sent(raw, kept, header=BOT_SECRET):
    app = FastAPI()
    install(app)
    account = Account(kind="telegram", secrets=(Secret(secret=BOT_SECRET),), bot="b")
    bot = Telegram({"bot": account}, None, kept, None, "https://redress.example")
    app.add_api_route("/{account}", bot.updates, methods=["POST"])
    transport = httpx.ASGITransport(app)
    headers = {"content-type": "application/json", SECRET_HEADER: header}
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        return await client.post("/bot", content=raw, headers=headers)


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(update(5, "0.5 BTC\0 gone")).encode(),
        json.dumps(update(5, "gone \ud83d")).encode(),
        b'{"update_id": 5, "update_id": 6}',
        b'{"message": {}}',
    ],
)
async def test_an_update_that_cannot_be_read_is_kept_as_it_came(raw):
    kept = Kept()

    assert (await sent(raw, kept)).status_code == 200
    assert kept.rows == [(raw, "unreadable")]


async def test_an_update_may_have_hundreds_of_entities():
    kept = Kept()
    answer = await sent(json.dumps(update(5, "/start", entities=ENTITIES)).encode(), kept)

    assert answer.json()["method"] == "sendMessage"
    assert kept.rows == []


async def test_what_strangers_send_is_not_kept():
    kept = Kept()

    assert (await sent(b"{}", kept, header="wrong")).status_code == 401
    assert kept.rows == []
