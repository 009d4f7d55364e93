"""Intake's routes over a real door whose store, inputs, log and keys are in memory."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI

from services.intake.api import Reception
from services.intake.attachments import Attachments
from services.intake.decide import DECIDER
from shared.http.problem import install
from shared.http.tokens import issue
from shared.policy import load
from shared.runner.door import Door
from shared.testing.memory import InMemoryInputs
from shared.testing.rig import Rig

KEY = "ab" * 32
PUBLIC_URL = "https://redress.example"
COMPLAINT = {
    "subject": "Deposit",
    "description": "My deposit has not arrived.",
    "contact_email": "mia@example.com",
}


class Shelf:
    """Where files are kept, in memory."""

    def __init__(self):
        self.kept = {}

    async def keep(self, complaint, content, kind):
        digest = hashlib.sha256(content).hexdigest()
        self.kept[complaint, kind, digest] = content
        return digest

    async def read(self, complaint, digest, kind):
        return self.kept.get((complaint, kind, digest))


class Desk:
    """The HTTP border of intake, and the stage behind it."""

    def __init__(self):
        self.rig = Rig("intake", DECIDER)
        self.inputs = InMemoryInputs()
        rig = self.rig
        self.door = Door(
            rig.stage, DECIDER, rig.store, self.inputs, rig.log, rig.keyring, policy=load("default")
        )
        self.app = FastAPI()
        install(self.app)
        self.shelf = Shelf()
        attachments = Attachments(self.shelf, unscanned=True)
        reception = Reception(self.door, KEY, PUBLIC_URL, attachments)
        self.app.include_router(reception.routes())

    async def ask(self, method, path, **more):
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
            return await client.request(method, path, **more)

    async def submit(self, headers=None, **fields):
        body = {k: v for k, v in {**COMPLAINT, **fields}.items() if v is not None}
        return await self.ask("POST", "/v1/complaints", json=body, headers=headers)

    async def follow(self, answer, name, body, headers=None):
        """Follow up with the status token of a submission's answer."""
        path, _, query = answer.json()["status_url"].removeprefix(PUBLIC_URL).partition("?")
        return await self.ask("POST", f"{path}/{name}?{query}", json=body, headers=headers)

    async def fold(self):
        """Let the stage handle everything the door accepted; returns the events so far."""
        rows = await self.inputs.unsent(1000, 0)
        start = len(self.rig.log.records)
        await self.door.send(rows)
        inputs = [
            self.rig.fetched(r.topic, r.key.decode(), r.value, r.headers)
            for r in self.rig.log.records[start:]
        ]
        await self.rig.run(*inputs)
        self.rig.commit(*inputs)
        return self.rig.published() + self.rig.published(lane="express")

    def age(self, time):
        """Let every accepted input be that much older."""
        for id_, row in self.inputs.rows.items():
            changed = {f: getattr(row, f) for f in row.__slots__}
            changed["accepted_at"] = row.accepted_at - time
            self.inputs.rows[id_] = type(row)(**changed)


def bearer(subject, role):
    now = datetime.now(UTC)
    return {"Authorization": f"Bearer {issue(KEY, subject, role, now, timedelta(hours=1))}"}


def key(name=None):
    return {"Idempotency-Key": name or str(uuid.uuid4())}
