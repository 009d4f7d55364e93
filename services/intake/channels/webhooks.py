"""Signed webhooks of chat, in-app, social media and forums: verified, kept, joined or opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from services.intake.channels import signals
from services.intake.channels.forms import Message, Post, Signal, Webhook, title_of
from services.intake.channels.set_aside import SetAside
from services.intake.channels.signatures import verified
from services.intake.channels.threads import Threads
from services.intake.desk import Incoming, Receipt
from services.intake.forms import parse
from shared.channels import EXCHANGE, PRIVATE, PUBLIC, Account, Accounts, Place, thread_of
from shared.http.body import decode, read_bytes
from shared.http.tokens import status_token
from shared.reference import reference_of

MESSAGE, POST = "message.created", "post.created"


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A webhook that was signed by its account."""

    name: str
    account: Account
    id: str
    raw: bytes
    body: Webhook
    at: datetime


@dataclass(frozen=True)
class Webhooks:
    """The routes of signed webhooks; `key` signs status tokens, `public_url` is the one origin."""

    accounts: Accounts
    threads: Threads
    set_aside: SetAside
    key: str
    public_url: str

    async def messages(self, request: Request, account: str) -> JSONResponse:
        """A line of a conversation with one customer: opens a complaint, or joins the open one.

        202 with `complaint_id`, `reference`, `status_url`; 200 when the same webhook came before;
        202 `{"handled": false}` for a type we do not know, which is kept.
        """
        sent = await self._delivered(request, account, PRIVATE)
        if sent.body.type != MESSAGE:
            return await self._unhandled(sent)
        form = parse(Message, sent.body.data, sent.at)
        message = _incoming(
            sent,
            subject=form.title,
            text=form.text,
            thread=thread_of(Place(account, form.thread)),
            contact=form.contact_email,
            language=form.language,
            supplied=form.supplied(),
            actor=_actor(sent.account, form.user_id),
        )
        receipt = await self.threads.receive(message, form.thread)
        token = status_token(self.key, receipt.complaint)
        link = {"status_url": f"{self.public_url}/v1/complaints/{receipt.complaint}?token={token}"}
        return _answer(receipt, link)

    async def posts(self, request: Request, account: str) -> JSONResponse:
        """A post in public opens its author's complaint; who else writes below it opens another.

        The answer to it holds no link: whoever reads it in public would have the right.
        """
        sent = await self._delivered(request, account, PUBLIC)
        if sent.body.type != POST:
            return await self._unhandled(sent)
        form = parse(Post, sent.body.data, sent.at)
        where = f"\n\n{form.author}, {form.url}" if form.url else f"\n\n{form.author}"
        message = _incoming(
            sent,
            subject=title_of(form.text),
            text=form.text + where,
            thread=thread_of(Place(account, form.thread)),
            language=form.language,
        )
        receipt = await self.threads.receive(message, f"{form.thread}\n{form.author}")
        return _answer(receipt, {})

    async def signals(self, request: Request, account: str) -> JSONResponse:
        """The exchange saw something odd on an account: opens its case, or joins the open one.

        202 with `complaint_id` and `reference`, 200 when the same webhook came before.
        """
        sent = await self._delivered(request, account, (EXCHANGE,))
        seen = signals.OF_TYPE.get(sent.body.type)
        if seen is None:
            return await self._unhandled(sent)
        form = parse(Signal, sent.body.data, sent.at)
        subject, text = signals.words(seen, form)
        message = _incoming(
            sent,
            subject=subject,
            text=text,
            language=form.language,
            supplied={"user_id": form.user_id},
            actor=f"{EXCHANGE}:{account}",
        )
        return _answer(await self.threads.receive(message, form.user_id), {})

    async def _delivered(self, request: Request, name: str, kinds: tuple[str, ...]) -> _Delivery:
        now = datetime.now(UTC)
        raw = await read_bytes(request)
        account = self.accounts.get(name)
        secrets = account.valid(now) if account and account.kind in kinds else ()
        id_ = verified(secrets, request.headers, raw, now)
        # Only an account's secret verifies anything, so there is one here.
        return _Delivery(name, self.accounts[name], id_, raw, parse(Webhook, decode(raw), now), now)

    async def _unhandled(self, sent: _Delivery) -> JSONResponse:
        message = _incoming(sent, subject="", text="", thread=None)
        new = await self.set_aside.keep(message, sent.body.type)
        return JSONResponse({"handled": False}, 202 if new else 200)


def _actor(account: Account, user_id: str | None) -> str:
    """Who speaks: the app vouches for the user who is signed in to it, no other channel does."""
    return f"account:{user_id}" if user_id and account.kind == "in_app" else "customer"


def _incoming(sent: _Delivery, **said: Any) -> Incoming:
    return Incoming(
        channel=sent.account.kind,
        account=sent.name,
        external_id=sent.id,
        raw=sent.raw,
        received_at=sent.at,
        **said,
    )


def _answer(receipt: Receipt, more: Mapping[str, str]) -> JSONResponse:
    body = {"complaint_id": receipt.complaint, "reference": reference_of(receipt.complaint), **more}
    if receipt.replayed:
        return JSONResponse(body, 200, {"Idempotency-Replayed": "true"})
    return JSONResponse(body, 202)
