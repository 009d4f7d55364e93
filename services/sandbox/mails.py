"""A mail sink: takes every message over SMTP, keeps it, and shows what an address was sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from importlib import import_module
from typing import Protocol

from fastapi import APIRouter
from pydantic import BaseModel, Field
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from services.sandbox.database import Data, Document, now
from shared.connectors.models import Moment

router = APIRouter()

_LARGEST = 10 * 1024 * 1024


class Mail(BaseModel):
    """A message as it arrived, its text decoded."""

    sender: str = Field(serialization_alias="from")
    to: list[str]
    subject: str
    text: str
    headers: dict[str, str]
    received_at: Moment


class Mails(BaseModel):
    """The messages to one address, oldest first."""

    mails: list[Mail]


class Envelope(Protocol):
    """What aiosmtpd says of a message."""

    mail_from: str | None
    rcpt_tos: list[str]
    original_content: bytes


class Sink:
    """What aiosmtpd asks of a handler; a message is taken once it is stored."""

    def __init__(self, data: AsyncDatabase[Document]) -> None:
        self._data = data

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        """Store the message; the sender keeps it when that fails."""
        document = {
            "from": envelope.mail_from or "",
            "to": [address.lower() for address in envelope.rcpt_tos],
            "raw": envelope.original_content,
            "received_at": now(),
        }
        try:
            await self._data.mails.insert_one(document)
        except PyMongoError:
            return "451 4.3.0 try again later"
        return "250 2.0.0 taken"


@asynccontextmanager
async def receiving(data: AsyncDatabase[Document], port: int | None) -> AsyncIterator[None]:
    """Take mail on the port for as long as the block runs; without a port, nothing."""
    if port is None:
        yield
        return
    # Imported here: aiosmtpd is needed only where mail is taken.
    protocol = import_module("aiosmtpd.smtp").SMTP
    loop = asyncio.get_running_loop()

    def connection() -> asyncio.Protocol:
        answer: asyncio.Protocol = protocol(
            Sink(data), data_size_limit=_LARGEST, enable_SMTPUTF8=True, loop=loop
        )
        return answer

    async with await loop.create_server(connection, "127.0.0.1", port):
        yield


@router.get("/sandbox/mails")
async def mails(to: str, data: Data) -> Mails:
    """What an address was sent."""
    found = data.mails.find({"to": to.lower()}).sort("received_at", 1)
    return Mails(mails=[_read(document) async for document in found])


def _read(document: Document) -> Mail:
    message = message_from_bytes(document["raw"], policy=policy.default)
    body = message.get_body(("plain", "html"))
    return Mail(
        sender=document["from"],
        to=document["to"],
        subject=str(message["subject"] or ""),
        text=body.get_content() if body else "",
        headers={name: str(value) for name, value in message.items()},
        received_at=document["received_at"],
    )
