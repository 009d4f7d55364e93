"""The other side of the chats: Telegram's Bot API and the endpoints that answers are posted to."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.sandbox.database import Data, now
from shared.connectors.models import Moment

router = APIRouter()
BOT = "bot"


class Sent(BaseModel):
    """What the Bot API's `sendMessage` takes, as far as anybody here needs it."""

    chat_id: str
    text: str = Field(max_length=4096)


class Answer(BaseModel):
    """One answer as it arrived."""

    text: str
    received_at: Moment


class Answers(BaseModel):
    """The answers in one conversation, oldest first."""

    answers: list[Answer]


@router.post("/telegram/bot{_token}/sendMessage")
async def send_message(_token: str, sent: Sent, data: Data) -> dict[str, Any]:
    """Take a message to a chat (Bot API, `sendMessage`); any token will do."""
    await _keep(data, BOT, sent.chat_id, sent.text)
    return {"ok": True, "result": {"chat": {"id": sent.chat_id}, "text": sent.text}}


@router.post("/channels/{account}", status_code=204)
async def answered(account: str, body: dict[str, Any], data: Data) -> None:
    """Take an answer as an app's or a network's own endpoint would."""
    said = body.get("data", {})
    await _keep(data, account, str(said.get("thread", "")), str(said.get("text", "")))


@router.get("/sandbox/answers")
async def answers(account: str, thread: str, data: Data) -> Answers:
    """What was answered in a conversation."""
    found = data.answers.find({"account": account, "thread": thread}).sort("received_at", 1)
    return Answers(answers=[Answer.model_validate(document) async for document in found])


async def _keep(data: Data, account: str, thread: str, text: str) -> None:
    row = {"account": account, "thread": thread, "text": text, "received_at": now()}
    await data.answers.insert_one(row)
