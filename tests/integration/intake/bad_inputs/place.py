"""Intake with every door open, as its service serves them, and what each input left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiosmtplib
import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.linking.api import COMMANDS
from services.intake.mail.listener import mail
from services.intake.main import ROUTERS
from services.notify.main import router as notify
from shared.envelope import read
from shared.http.gate import Gate
from shared.http.problem import install
from shared.http.protocol import ProblemProtocol
from shared.http.tokens import issue
from shared.runner.cases import cases_router
from shared.runner.gate import rules
from shared.runner.staff import staff_router
from tests.channels import accounts
from tests.integration.intake import files
from tests.integration.intake.files import Front
from tests.provider import AUDIENCE, ISSUER, Provider
from tests.serving import free_port, served
from tests.wired import own, wired

KEY, ORIGIN = files.KEY, files.ORIGIN
SUPPORT, ALICE = "support@exchange.example", "alice@customer.example"
PROVIDER = Provider()
CANARY = "canary-7261"
LONGEST_S = 60.0


class Place(Front):
    """The doors over real sockets on real collections; the log alone is in memory."""

    def __init__(self, wiring, addresses, folder):
        super().__init__(wiring)
        self.addresses, self.folder = addresses, folder
        self.seen = {"intake_inputs": set(), "intake_mail": set()}
        self.app = FastAPI()
        self.app.add_middleware(Gate, rules=rules(wiring))
        install(self.app)
        for make in (*ROUTERS, notify):
            self.app.include_router(make(wiring))
        self.app.include_router(cases_router((self.door,), wiring.settings))
        self.app.include_router(staff_router(self.door, COMMANDS, wiring.settings))
        self.http: Any = None

    async def ask(self, method, path, **more):
        return await self.http.request(method, path, **more)

    async def spoken(self, request, more=b"", every_s=1.0):
        """Send bytes over a connection of their own; the head of what came back.

        `more` follows again and again, until there is an answer.
        """
        url = urlsplit(str(self.http.base_url))
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(request)
        sending = asyncio.create_task(_repeat(writer, more, every_s))
        try:
            async with asyncio.timeout(LONGEST_S):
                return await reader.readuntil(b"\r\n\r\n")
        finally:
            sending.cancel()
            writer.close()

    async def send(self, raw, sender=ALICE, to=SUPPORT):
        """Hand a mail in by SMTP; the server's code."""
        port = self.mail_port
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
            try:
                await smtp.sendmail(sender, [to], raw)
            except aiosmtplib.SMTPRecipientsRefused as error:
                return error.recipients[0].code
            except aiosmtplib.SMTPResponseException as error:
                return error.code
        return 250

    @property
    def mail_port(self):
        return int(self.wiring.settings.mail_listen.rpartition(":")[2])

    async def fresh(self, name):
        """The rows of a collection that were not there before."""
        found = self.wiring.database[name].find({"_id": {"$nin": list(self.seen[name])}})
        rows = await found.to_list(None)
        self.seen[name].update(row["_id"] for row in rows)
        return rows

    async def came(self):
        """What the door took since the last look, readable."""
        events = []
        for row in await self.fresh("intake_inputs"):
            events.append(read(bytes(row["value"]), personal := []))
            await self.wiring.keyring.unlock(personal)
        return events

    def sibling(self, **settings):
        """The same house with other settings."""
        return opened(self.addresses, self.folder, **settings)


async def _repeat(writer, more, every_s):
    with contextlib.suppress(ConnectionError):
        while more:
            await asyncio.sleep(every_s)
            writer.write(more)
            await writer.drain()


@asynccontextmanager
async def opened(addresses, folder, **settings):
    """A place on databases of its own."""
    async with files.scanner() as scanner, served(PROVIDER.app()) as provider:
        file = folder / "accounts.json"
        file.write_text(json.dumps(accounts(provider, provider)))
        chosen = {
            "token_key": SecretStr(KEY),
            "public_url": ORIGIN,
            "clamav": f"127.0.0.1:{scanner}",
            "oidc_issuer": ISSUER,
            "oidc_audience": AUDIENCE,
            "oidc_jwks_url": f"{provider}/keys",
            "channels": str(file),
            "channels_loopback": True,
            "mail_addresses": f"{SUPPORT}, help@exchange.example",
            "mail_listen": f"127.0.0.1:{free_port()}",
            **settings,
        }
        async with wired(own("bad", addresses.mongo, **chosen)) as wiring:
            place = Place(wiring, addresses, folder)
            spoken = {"http": ProblemProtocol, "h11_max_incomplete_event_size": 16 * 1024}
            async with (
                mail(wiring),
                served(place.app, **spoken) as url,
                httpx.AsyncClient(base_url=url, timeout=LONGEST_S) as place.http,
            ):
                yield place


def bearer(role, subject="pat"):
    now = datetime.now(UTC)
    return {"Authorization": f"Bearer {issue(KEY, subject, role, now, timedelta(hours=1))}"}


def said(answer):
    """What an answer over HTTP says; a refusal has the one shape, and repeats nothing."""
    found = {"status": answer.status_code, "slug": "", "fields": []}
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert CANARY not in answer.text
        body = answer.json()
        found["slug"] = body["slug"]
        found["fields"] = [fault["field"] for fault in body.get("errors", ())]
    return found


def kinds(events):
    """How many complaints and messages the door took."""
    counted = Counter(type(event.data).__name__ for event in events)
    return {
        "complaints": counted["ComplaintSubmitted"],
        "messages": counted["MessageSubmitted"],
    }
