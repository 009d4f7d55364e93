"""The ways by which mail comes in, over a real MongoDB, and what became of each mail."""

from __future__ import annotations

import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import aiosmtplib
from pydantic import SecretStr

from services.intake.decide import DECIDER
from services.intake.mail.listener import mail
from services.intake.parts import parts
from shared.decider import Context
from shared.envelope import make
from shared.runner.ports import Document
from shared.runner.wiring import open_door
from shared.sealed import seal
from tests.serving import free_port
from tests.wired import taken

SUPPORT = "support@exchange.example"
ALICE = "alice@customer.example"


@asynccontextmanager
async def site(wiring, **settings):
    """A process's mail doors, without its consumers."""
    places = {name: f"127.0.0.1:{free_port()}" for name in ("mail_listen", "mail_lmtp")}
    wiring.settings = wiring.settings.model_copy(
        update={
            "mail_addresses": f"{SUPPORT}, help@exchange.example",
            "token_key": SecretStr("ab" * 32),
            "public_url": "https://redress.example",
            **places,
            **settings,
        }
    )
    open_door(wiring, parts(wiring))
    async with mail(wiring):
        yield Site(wiring)


class Site:
    def __init__(self, wiring):
        self.wiring = wiring
        self.port = int(wiring.settings.mail_listen.rpartition(":")[2])
        self.lmtp = int(wiring.settings.mail_lmtp.rpartition(":")[2])

    async def send(self, raw, sender=ALICE, to=SUPPORT):
        """Hand a mail in by SMTP; the server's code."""
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, start_tls=False) as smtp:
            try:
                await smtp.sendmail(sender, [to], raw)
            except aiosmtplib.SMTPRecipientsRefused as error:
                return error.recipients[0].code
            except aiosmtplib.SMTPResponseException as error:
                return error.code
        return 250

    async def inputs(self):
        return await taken(self.wiring)

    async def rows(self):
        return await self.wiring.database["intake_mail"].find().sort("at", 1).to_list(None)

    async def fold(self):
        """Let the stage decide on every complaint that the door took, as its runner would."""
        for given in await self.inputs():
            if given.subject in await self.wiring.stores["intake"].find([given.subject]):
                continue
            new = partial(
                make, stage="intake", complaint=given.subject, lane="normal", actor="customer"
            )
            now, state = datetime.now(UTC), DECIDER.state()
            context = Context(now, self.wiring.policy, given.subject, given.id)
            for number, event in enumerate(DECIDER.decide(state, given.data, context), 1):
                key = await self.wiring.keyring.key(given.subject)
                seal(event, key, given.id)
                envelope = new(event, id=str(uuid.uuid4()), time=now, sequence=number)
                state = DECIDER.evolve(state, envelope)
            document = Document(given.subject, state, rev=1)
            assert await self.wiring.stores["intake"].write([document]) == set()
