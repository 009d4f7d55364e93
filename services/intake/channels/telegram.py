"""The Telegram bot: private messages are complaints, in groups it only shows the way to private."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse

from services.intake.attachments import File
from services.intake.channels.bot_files import BotFiles
from services.intake.channels.forms import title_of
from services.intake.channels.set_aside import SetAside
from services.intake.channels.threads import Threads
from services.intake.channels.updates import Update, read
from services.intake.desk import Incoming
from shared.channels import TELEGRAM, Account, Accounts, Place, thread_of
from shared.http.body import decode, read_bytes
from shared.http.errors import ProblemError
from shared.http.limits import BODY_BYTES
from shared.rules.public_answer import answer

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
FORM = "/complain"
FIELDS = BODY_BYTES  # a long message has hundreds of entities: only the body's size bounds them


@dataclass(frozen=True)
class Telegram:
    """The webhook of the bots (Bot API, `setWebhook`); `public_url` is the one origin."""

    accounts: Accounts
    threads: Threads
    set_aside: SetAside
    files: BotFiles
    public_url: str

    async def updates(self, request: Request, account: str) -> JSONResponse:
        """One update; 200 once it is stored, so that Telegram brings it again until then.

        What is said at once is said in the answer itself ("Making requests when getting updates").
        """
        now = datetime.now(UTC)
        found = self._account(request, account, now)
        raw = await read_bytes(request)
        update = _read(raw, found.bot)
        if update is None:
            await self.set_aside.keep(_unreadable(account, raw, now), "unreadable")
            return JSONResponse({"handled": False})
        if update.kind == "said":
            return await self._said(found, _incoming(account, update, raw, now), update)
        if update.kind == "overheard":
            return JSONResponse({})
        if update.kind == "greeted":
            return _send(update, answer("greeting", update.language, self.public_url + FORM))
        new = await self.set_aside.keep(_incoming(account, update, raw, now), update.kind)
        if update.kind == "mentioned":
            there = f"https://t.me/{found.bot}" if found.bot else self.public_url + FORM
            return _send(update, answer("public", update.language, there), in_answer=True)
        return JSONResponse({"handled": False}, 202 if new else 200)

    async def _said(self, account: Account, message: Incoming, update: Update) -> JSONResponse:
        async def fetched() -> tuple[File, ...]:
            return await self.files.fetch(account, update.files)

        receipt = await self.threads.receive(message, str(update.chat), files=fetched)
        return JSONResponse({"complaint_id": receipt.complaint})

    def _account(self, request: Request, name: str, now: datetime) -> Account:
        given = request.headers.get(SECRET_HEADER, "").encode()
        account = self.accounts.get(name)
        valid = account.valid(now) if account and account.kind == TELEGRAM else ()
        if account is None or not sum(hmac.compare_digest(one.encode(), given) for one in valid):
            raise ProblemError(401, "not_signed", headers={"WWW-Authenticate": "Telegram"})
        return account


def _read(raw: bytes, bot: str) -> Update | None:
    """None where it cannot be read: Telegram would bring it again, then drop it for good."""
    try:
        return read(decode(raw, FIELDS), bot)
    except ProblemError:
        return None


def _unreadable(account: str, raw: bytes, now: datetime) -> Incoming:
    name = f"unreadable:{hashlib.sha256(raw).hexdigest()}"
    return Incoming(TELEGRAM, account, name, raw, subject="", text="", received_at=now)


def _incoming(account: str, update: Update, raw: bytes, now: datetime) -> Incoming:
    return Incoming(
        channel=TELEGRAM,
        account=account,
        external_id=str(update.id),
        raw=raw,
        subject=title_of(update.text),
        text=update.text,
        received_at=now,
        thread=thread_of(Place(account, str(update.chat))),
        language=update.language,
    )


def _send(update: Update, text: str, *, in_answer: bool = False) -> JSONResponse:
    to = {"reply_parameters": {"message_id": update.message}} if in_answer else {}
    return JSONResponse({"method": "sendMessage", "chat_id": update.chat, "text": text, **to})
