"""How the customers of the demo reach us, and where each of them hears from us."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import httpx

from shared.http.tokens import complaint_of, issue
from shared.local.channels import bot_secret, secret_of
from shared.local.layout import SUPPORT
from shared.reference import reference_of
from tests.channels import signed
from tests.demo.people import Customers, Submitted
from tests.demo.world import Case, World

LOOKS, LOOK_S = 200, 0.2
_STATUS = re.compile(r"/status/([\w.\-]+)")


class Channels:
    """Every way in, over the wire; `mail` is the port of our mailbox, `key` the token key.

    A customer without a token only hears in public.
    """

    def __init__(self, form: Customers, mail: int, key: str, world: World) -> None:
        self.form = form
        self.http = form.http
        self.mail = mail
        self.key = key
        self.world = world

    async def submit(self, case: Case) -> Submitted:
        """Complain on the case's channel. Raises httpx.HTTPError, TimeoutError."""
        if case.channel == "web_form":
            return await self.form.submit(case)
        complaint, token = await getattr(self, f"_by_{case.channel}")(case)
        return Submitted(case, complaint, reference_of(complaint), token, [f"by {case.channel}"])

    async def heard(self, made: Submitted) -> int:
        """How many answers came where the customer had asked."""
        if made.case.channel in ("telegram", "in_app", "social"):
            return len(await self._answers(made.case))
        return len(await self._letters(made.case))

    async def _by_email(self, case: Case) -> tuple[str, str]:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = case.email, SUPPORT, case.subject
        mail["Message-ID"] = f"<{case.user}@customers.example>"
        mail.set_content(case.text)
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=self.mail, start_tls=False)
        return await self._from_first(self._letters, case)

    async def _by_telegram(self, case: Case) -> tuple[str, str]:
        chat = {"id": _chat(case), "type": "private"}
        sender = {"id": _chat(case), "is_bot": False, "language_code": case.language}
        said = {"message_id": 1, "date": int(datetime.now(UTC).timestamp()), "text": case.text}
        update = {"update_id": _chat(case), "message": {**said, "chat": chat, "from": sender}}
        headers = {"X-Telegram-Bot-Api-Secret-Token": bot_secret(self.key)}
        await self._sent("/v1/channels/bot/telegram", json=update, headers=headers)
        return await self._from_first(self._answers, case)

    async def _by_in_app(self, case: Case) -> tuple[str, str]:
        said = {"thread": case.user, "text": case.text, "subject": case.subject}
        known = {"user_id": case.user, "contact_email": case.email}
        order = {"order_id": case.order} if case.order else {}
        data = {**said, **known, **order, "language": case.language}
        answer = await self._signed("app", "messages", "message.created", data)
        return answer["complaint_id"], httpx.URL(answer["status_url"]).params["token"]

    async def _by_social(self, case: Case) -> tuple[str, str]:
        data = {"thread": case.user, "author": f"@{case.user}", "text": case.text}
        answer = await self._signed("crowd", "posts", "post.created", data)
        return answer["complaint_id"], ""

    async def _by_phone(self, case: Case) -> tuple[str, str]:
        now = datetime.now(UTC)
        call = {
            "number": "+44 20 7946 0000",
            "notes": case.text,
            "subject": case.subject,
            "language": case.language,
            "consent": True,
            "consent_at": now.isoformat(),
            "user_id": case.user,
            "contact_email": case.email,
        }
        token = issue(self.key, "agent-phone-1", "agent", now, timedelta(minutes=10))
        headers = {"Authorization": f"Bearer {token}"}
        await self._sent("/v1/calls", json=call, headers=headers)
        return await self._from_first(self._letters, case)

    async def _signed(
        self, account: str, path: str, kind: str, data: dict[str, str]
    ) -> dict[str, str]:
        body = {"type": kind, "timestamp": datetime.now(UTC).isoformat(), "data": data}
        sent = signed(body, secret_of(account, self.key))
        return await self._sent(f"/v1/channels/{account}/{path}", **sent)

    async def _sent(self, path: str, **sent: Any) -> dict[str, str]:
        answer = await self.http.post(path, **sent)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found

    async def _from_first(
        self, ask: Callable[[Case], Awaitable[list[str]]], case: Case
    ) -> tuple[str, str]:
        """The complaint that the first answer leads to, by the link in it."""
        for _ in range(LOOKS):
            if answers := await ask(case):
                return self._named(answers[0])
            await asyncio.sleep(LOOK_S)
        raise TimeoutError("no answer came")

    async def _letters(self, case: Case) -> list[str]:
        return await self.world.mails(case.email)

    async def _answers(self, case: Case) -> list[str]:
        account = {"telegram": "bot", "in_app": "app", "social": "crowd"}[case.channel]
        thread = str(_chat(case)) if account == "bot" else case.user
        return await self.world.answers(account, thread)

    def _named(self, text: str) -> tuple[str, str]:
        link = _STATUS.search(text)
        complaint = complaint_of(self.key, link[1]) if link else None
        if link is None or complaint is None:
            raise RuntimeError("the answer holds no link to the complaint")
        return complaint, link[1]


def _chat(case: Case) -> int:
    return int(case.user[2:])
