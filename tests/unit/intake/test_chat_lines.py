"""What the form of the chat hands over as a line, and what is the same line again."""

import httpx
from fastapi import FastAPI

from services.intake.chat.api import ChatApi
from shared.http.problem import install

KEY = "ab" * 32


class Heard:
    """What was said under which name, in memory."""

    def __init__(self):
        self.lines = {}

    async def say(self, _chat, line, text, _language, _now):
        self.lines[line] = text


async def said(*lines):
    """The lines that are left of those sent by the one form of a page."""
    app, heard = FastAPI(), Heard()
    install(app)
    app.include_router(ChatApi(heard, KEY, secure=False).routes())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://intake"
    ) as client:
        page = await client.get("/chat")
        session = page.text.partition('name="session" value="')[2].partition('"')[0]
        for text in lines:
            form = {"session": session, "once": "0" * 64, "language": "en", "text": text}
            answer = await client.post("/chat/messages", data=form)
            assert answer.status_code == 303
    return list(heard.lines.values())


async def test_a_line_from_a_page_that_back_led_to_is_heard():
    assert await said("My deposit is gone", "It was 0.5 BTC") == [
        "My deposit is gone",
        "It was 0.5 BTC",
    ]


async def test_a_line_that_is_sent_twice_is_one():
    assert await said("My deposit is gone", "My deposit is gone ") == ["My deposit is gone"]
