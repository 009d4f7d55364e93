"""Who asks on a channel is answered there, by the whole pipeline on real servers."""

import asyncio

import httpx
import pytest

from shared.local.channels import bot_secret, secret_of
from shared.local.keys import keys
from tests.channels import line, post, signed, update
from tests.demo.world import World

pytestmark = pytest.mark.timeout(300)
PATIENCE_S = 120.0


@pytest.fixture
async def gate(stack):
    """The one origin, as customers and other systems reach it."""
    async with httpx.AsyncClient(base_url=stack.pages, timeout=30) as http:
        yield http


@pytest.fixture
async def world(stack):
    found = World(stack.urls["sandbox"], keys(stack.folder)["REDRESS_EXCHANGE_TOKEN"])
    yield found
    await found.http.aclose()


async def answered(world, account, thread):
    """What was answered in a conversation, as soon as anything was. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if found := await world.answers(account, thread):
                return found
            await asyncio.sleep(0.5)


async def test_a_line_in_the_app_is_acknowledged_there_in_its_language(stack, gate, world):
    secret = secret_of("app", keys(stack.folder)["REDRESS_TOKEN_KEY"])
    sent = signed(line("我的充值没有到账,已经三个小时了。", "chat-1", language="zh"), secret)
    got = [await gate.post("/v1/channels/app/messages", **sent) for _ in range(3)]
    answers = await answered(world, "app", "chat-1")

    assert [answer.status_code for answer in got] == [202, 200, 200]
    assert len({answer.json()["complaint_id"] for answer in got}) == 1
    assert got[0].json()["reference"] in answers[0]
    assert "/status/" in answers[0]


async def test_a_private_message_to_the_bot_is_answered_in_the_chat(stack, gate, world):
    secret = bot_secret(keys(stack.folder)["REDRESS_TOKEN_KEY"])
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    sent = update(1, "My withdrawal of 0.5 BTC has been pending since Monday.")
    got = [
        await gate.post("/v1/channels/bot/telegram", json=sent, headers=headers) for _ in range(3)
    ]
    answers = await answered(world, "bot", "77")

    assert [answer.status_code for answer in got] == [200] * 3
    assert len({answer.json()["complaint_id"] for answer in got}) == 1
    assert "[RD-" in answers[0]


async def test_in_public_one_neutral_answer_is_given(stack, gate, world):
    secret = secret_of("crowd", keys(stack.folder)["REDRESS_TOKEN_KEY"])
    sent = signed(post("@redress user 10042: where are my 0.5 BTC?", language="en"), secret)
    got = await gate.post("/v1/channels/crowd/posts", **sent)
    answers = await answered(world, "crowd", "post-1")

    assert got.status_code == 202
    assert "/complain" in answers[0]
    assert "impostors" in answers[0]
    assert not any(word in answers[0] for word in ("10042", "0.5", "RD-", "/status/"))
