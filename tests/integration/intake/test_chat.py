"""The chat on a real MongoDB: once to the desk with its transcript, or forgotten, key and all."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from pydantic import SecretStr

from services.intake.chat.api import router
from services.intake.chat.bot import IDLE, LIMITS, Passage
from services.intake.chat.conversation import Conversations
from services.intake.chat.sessions import Chats
from services.intake.chat.sweeping import sweeper
from services.intake.desk import desk
from services.intake.main import SERVICE
from services.intake.parts import parts
from shared.events.intake import ComplaintSubmitted, MessageSubmitted
from shared.http.problem import install
from shared.runner.wiring import open_door
from tests.serving import served
from tests.wired import taken

SECRET = "ab" * 32
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEPOSIT = Passage("Deposits", "/help/deposits", "A deposit waits for six confirmations.", 99.0)


def found(text, _language):
    return [DEPOSIT] if "deposit" in text else []


@pytest.fixture
async def talks(wiring):
    wiring.settings = wiring.settings.model_copy(update={"token_key": SecretStr(SECRET)})
    open_door(wiring, parts(wiring))
    return Conversations(desk(wiring), Chats(wiring.database, wiring.keyring), found)


async def opened(wiring, kind):
    """What the door took of a kind, readable."""
    return [event.data for event in await taken(wiring) if isinstance(event.data, kind)]


async def test_the_bot_cites_its_article_and_nothing_reaches_the_desk(talks, wiring):
    chat = await talks.say("a", "1", "Where is my deposit?", "en", NOW)

    assert (chat.phase, chat.failures) == ("bot", 0)
    assert chat.lines[-1].text[0] == "I am a bot, not a person."
    assert [cited.address for cited in chat.lines[-1].cited] == ["/help/deposits"]
    assert await wiring.database["intake_inputs"].count_documents({}) == 0


async def test_the_second_question_without_an_answer_opens_one_complaint(talks, wiring):
    await talks.say("a", "1", "Where is my deposit?", "en", NOW)
    await talks.say("a", "2", "How long is a week?", "en", NOW)
    chat = await talks.say("a", "3", "And a month?", "en", NOW)

    (submitted,) = await opened(wiring, ComplaintSubmitted)
    facts = submitted.facts
    assert chat.phase == "handed_over"
    assert (facts.channel, facts.language_hint) == ("chat", "en")
    assert facts.subject.text == "Where is my deposit?"
    assert facts.description.text.splitlines() == [
        "You: Where is my deposit?",
        "[Bot: answered from /help/deposits]",
        "You: How long is a week?",
        "[Bot: found no answer]",
        "You: And a month?",
        "[Bot: handed over]",
    ]
    raw = await talks.desk.files.read(chat.complaint, facts.raw, "raw")
    assert json.loads(raw)[1]["cited"][0]["text"] == DEPOSIT.text


async def test_a_form_that_is_sent_eight_times_at_once_is_one_line_and_one_complaint(talks, wiring):
    said = [talks.say("a", "1", "A human, please", "en", NOW) for _ in range(8)]
    chats = await asyncio.gather(*said, return_exceptions=True)
    chat = await talks.say("a", "1", "A human, please", "en", NOW)

    assert {found.complaint for found in chats} == {chat.complaint}
    assert len(chat.lines) == 2
    assert len(await opened(wiring, ComplaintSubmitted)) == 1
    assert await opened(wiring, MessageSubmitted) == []


async def test_what_is_said_after_the_hand_over_joins_the_complaint(talks, wiring):
    await talks.say("a", "1", "A human, please", "en", NOW)
    for _ in range(2):
        await talks.say("a", "2", "My order is 4711", "en", NOW)

    (message,) = await opened(wiring, MessageSubmitted)
    assert message.text.text == "My order is 4711"


async def test_a_chat_that_died_on_its_way_to_the_desk_gets_there(talks, wiring):
    chat = await talks.say("a", "1", "A human, please", "en", NOW)
    await wiring.database["intake_inputs"].delete_many({})
    back = {"$set": {"phase": "handing_over"}}
    await wiring.database["intake_chats"].update_one({"_id": chat.id}, back)

    await talks.sweep(NOW)

    assert len(await opened(wiring, ComplaintSubmitted)) == 1
    assert (await talks.find("a")).phase == "handed_over"


async def erase(wiring, complaint):
    """Destroy a chat's key, as the erasure of its complaint does; nothing keeps it in memory."""
    await wiring.keyring.discard(complaint)
    await wiring.client[wiring.settings.keys_database]["keys"].insert_one({"_id": complaint})


async def waiting(talks, wiring, *ids):
    """Chats that died on their way to the desk."""
    chats = [await talks.say(id_, "1", "A human, please", "en", NOW) for id_ in ids]
    await wiring.database["intake_inputs"].delete_many({})
    await wiring.database["intake_chats"].update_many({}, {"$set": {"phase": "handing_over"}})
    return chats


async def test_a_sweep_goes_past_a_bad_row_and_drops_an_erased_one(talks, wiring, capsys):
    _, erased, _ = await waiting(talks, wiring, "bad", "erased", "good")
    await erase(wiring, erased.complaint)
    rows = wiring.database["intake_chats"]
    await rows.update_one({"_id": "bad"}, {"$set": {"lines": [[b"x" * 12, b"y" * 20]]}})

    await talks.sweep(NOW)

    assert len(await opened(wiring, ComplaintSubmitted)) == 1
    phases = {row["_id"]: row["phase"] async for row in rows.find()}
    assert phases == {"bad": "handing_over", "good": "handed_over"}
    assert "ValueError" in capsys.readouterr().out


async def test_what_waits_is_handed_over_though_nobody_opens_the_chat(talks, wiring):
    await waiting(talks, wiring, "a")

    async with sweeper(wiring, every_s=0.05):
        for _ in range(400):
            if await opened(wiring, ComplaintSubmitted):
                break
            await asyncio.sleep(0.05)

    assert len(await opened(wiring, ComplaintSubmitted)) == 1


def test_the_service_sweeps_its_chats():
    assert sweeper in SERVICE.listeners


async def test_an_idle_chat_is_forgotten_with_its_key_and_a_complaint_is_not(talks, wiring):
    idle = await talks.say("idle", "1", "Where is my deposit?", "en", NOW)
    kept = await talks.say("kept", "1", "A human, please", "en", NOW)
    fresh = await talks.say("fresh", "1", "Where is my deposit?", "en", NOW + timedelta(hours=2))

    await talks.sweep(NOW + IDLE + timedelta(hours=1))

    keys = wiring.client[wiring.settings.keys_database]["keys"]
    assert {row["_id"] async for row in keys.find()} == {kept.complaint, fresh.complaint}
    assert await talks.find("idle") is None
    assert (await talks.find("kept")).phase == "handed_over"
    again = await talks.say("idle", "2", "Where is my deposit?", "en", NOW)
    assert (again.complaint, len(again.lines)) == (idle.complaint, 2)


async def test_a_chat_counts_once_for_who_helped_in_the_end(talks):
    before = helped("bot"), helped("people")
    asked = [("helped", "Where is my deposit?"), ("tried", "Where is my deposit?")]
    for number, (id_, text) in enumerate([*asked, *asked, ("puzzled", "How long is a week?")]):
        await talks.say(id_, str(number), text, "en", NOW)
    await talks.say("tried", "9", "A human, please", "en", NOW)
    assert (helped("bot") - before[0], helped("people") - before[1]) == (0, 1)

    for _ in range(2):
        await talks.sweep(NOW + IDLE + timedelta(hours=1))

    assert (helped("bot") - before[0], helped("people") - before[1]) == (1, 1)


def helped(what):
    return REGISTRY.get_sample_value("redress_self_service_total", {"what": what}) or 0


async def test_what_is_said_rests_sealed(talks, wiring):
    await talks.say("a", "1", "Where is my deposit?", "en", NOW)

    row = await wiring.database["intake_chats"].find_one({"_id": "a"})
    assert b"deposit" not in b"".join(part for line in row["lines"] for part in line)


async def test_a_chat_without_end_is_handed_over(talks):
    for number in range(LIMITS["lines"] // 2 + 1):
        chat = await talks.say("a", str(number), "Where is my deposit?", "en", NOW)

    assert chat.phase == "handed_over"


@pytest.fixture
async def visitor(wiring):
    """A browser without scripts before the chat's page."""
    wiring.settings = wiring.settings.model_copy(update={"token_key": SecretStr(SECRET)})
    open_door(wiring, parts(wiring))
    app = FastAPI()
    install(app)
    app.include_router(router(wiring))
    async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=30) as http:
        yield http


def hidden(page):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


async def test_a_visitor_without_scripts_talks_and_is_led_to_the_complaint(visitor, wiring):
    page = await visitor.get("/chat", headers={"Accept-Language": "fr;q=0.9, de"})
    assert "Je suis un robot" in page.text
    first = {**hidden(page.text), "text": "bonjour"}
    said = await visitor.post("/chat/messages", data=first)
    assert (said.status_code, said.headers["location"]) == (303, "/chat")
    assert {"HttpOnly", "SameSite=strict", "Path=/chat"} <= set(
        said.headers["set-cookie"].split("; ")
    )
    page = await visitor.get("/chat")
    assert "bonjour" in page.text
    moved = await visitor.post("/chat/messages", data={**hidden(page.text), "human": "1"})
    again = await visitor.post("/chat/messages", data={**hidden(page.text), "human": "1"})

    assert moved.headers["location"] == again.headers["location"]
    assert moved.headers["location"].startswith("/status/")
    assert len(await opened(wiring, ComplaintSubmitted)) == 1
    assert moved.headers["location"] in (await visitor.get("/chat")).text


async def test_a_script_gets_the_conversation_alone_and_then_the_way_to_the_complaint(visitor):
    scripted = {"HX-Request": "true"}
    first = {**hidden((await visitor.get("/chat")).text), "text": "bonjour"}
    said = await visitor.post("/chat/messages", data=first, headers=scripted)
    last = {**hidden(said.text), "human": "1"}
    moved = await visitor.post("/chat/messages", data=last, headers=scripted)

    assert said.text.startswith('<div id="chat"')
    assert "bonjour" in said.text
    assert said.headers["content-type"] == "text/html; charset=utf-8"
    assert moved.headers["hx-redirect"].startswith("/status/")


async def test_an_erased_chat_is_followed_by_another_one(visitor, wiring):
    form = {**hidden((await visitor.get("/chat")).text), "text": "A human, please"}
    await visitor.post("/chat/messages", data=form)
    row = await wiring.database["intake_chats"].find_one()
    await erase(wiring, row["complaint"])

    page = await visitor.get("/chat")
    said = await visitor.post("/chat/messages", data={**hidden(page.text), "text": "bonjour"})
    again = await visitor.get("/chat")

    assert [page.status_code, said.status_code, again.status_code] == [200, 303, 200]
    assert "A human, please" not in page.text
    assert "bonjour" in again.text


async def test_a_first_form_sent_twice_before_there_is_a_cookie_is_one_complaint(visitor, wiring):
    form = {**hidden((await visitor.get("/chat")).text), "text": "A human, please"}
    for _ in range(2):
        await visitor.post("/chat/messages", data=form)
        visitor.cookies.clear()

    assert len(await opened(wiring, ComplaintSubmitted)) == 1


@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [
        ({"session": "A" * 88}, {}, 422),
        ({"session": "é"}, {}, 422),
        ({"text": "x" * 4001}, {}, 422),
        ({"text": "\u200b\u200b."}, {}, 303),
        ({"text": "\u200b"}, {}, 422),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, {"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
async def test_a_bad_form_is_answered_without_what_it_held(visitor, change, headers, status):
    form = {**hidden((await visitor.get("/chat")).text), "text": "where", **change}
    answer = await visitor.post("/chat/messages", data=form, headers=headers)

    assert answer.status_code == status
    assert "x" * 50 not in answer.text
