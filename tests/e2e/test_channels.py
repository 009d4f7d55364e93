"""Who asks on a channel is answered there, by the whole pipeline on real servers."""

import asyncio
import time

import httpx
import pytest

from shared.local.channels import bot_secret, secret_of
from shared.local.keys import keys
from tests.channels import line, post, signed, update

pytestmark = pytest.mark.timeout(300)
PATIENCE_S = 120.0


@pytest.fixture
async def gate(stack):
    """The one origin, as customers and other systems reach it."""
    async with httpx.AsyncClient(base_url=stack.pages, timeout=30) as http:
        yield http


async def answered(stack, account, thread, count=1):
    """The answers in a conversation, once there are so many."""
    until = time.monotonic() + PATIENCE_S
    where = {"account": account, "thread": thread}
    headers = {"Authorization": f"Bearer {keys(stack.folder)['REDRESS_EXCHANGE_TOKEN']}"}
    sandbox = stack.urls["sandbox"]
    async with httpx.AsyncClient(base_url=sandbox, headers=headers, timeout=30) as http:
        while time.monotonic() < until:
            found = (await http.get("/sandbox/answers", params=where)).json()["answers"]
            if len(found) >= count:
                return [one["text"] for one in found]
            await asyncio.sleep(0.5)
    return []


async def test_a_line_in_the_app_is_acknowledged_there_in_its_language(stack, gate):
    secret = secret_of("app", keys(stack.folder)["REDRESS_TOKEN_KEY"])
    sent = signed(line("我的充值没有到账,已经三个小时了。", "chat-1", language="zh"), secret)
    got = [await gate.post("/v1/channels/app/messages", **sent) for _ in range(3)]
    answers = await answered(stack, "app", "chat-1")

    assert [answer.status_code for answer in got] == [202, 200, 200]
    assert len({answer.json()["complaint_id"] for answer in got}) == 1
    assert got[0].json()["reference"] in answers[0]
    assert "/status/" in answers[0]


async def test_a_private_message_to_the_bot_is_answered_in_the_chat(stack, gate):
    secret = bot_secret(keys(stack.folder)["REDRESS_TOKEN_KEY"])
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    sent = update(1, "My withdrawal of 0.5 BTC has been pending since Monday.")
    got = [
        await gate.post("/v1/channels/bot/telegram", json=sent, headers=headers) for _ in range(3)
    ]
    answers = await answered(stack, "bot", "77")

    assert [answer.status_code for answer in got] == [200] * 3
    assert len({answer.json()["complaint_id"] for answer in got}) == 1
    assert "[RD-" in answers[0]


async def test_in_public_one_neutral_answer_is_given(stack, gate):
    secret = secret_of("crowd", keys(stack.folder)["REDRESS_TOKEN_KEY"])
    sent = signed(post("@redress user 10042: where are my 0.5 BTC?", language="en"), secret)
    got = await gate.post("/v1/channels/crowd/posts", **sent)
    answers = await answered(stack, "crowd", "post-1")

    assert got.status_code == 202
    assert "/complain" in answers[0]
    assert "impostors" in answers[0]
    assert not any(word in answers[0] for word in ("10042", "0.5", "RD-", "/status/"))
