"""Intake's routes on a real MongoDB, a hand that folds what came in, and files to send."""

import asyncio
import base64
import contextlib
import struct
import zlib
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI

from services.intake.api import router
from services.intake.decide import DECIDER
from services.intake.downloads import router as downloads
from services.intake.parts import parts
from shared.http.problem import install
from shared.http.tokens import issue
from shared.runner.door import Door
from shared.runner.worker import Worker
from shared.testing.rig import Rig

KEY = "ab" * 32
ORIGIN = "http://intake.example"
EICAR = base64.b64decode(
    "WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo="
)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a/*\x01\x00\x00\x00\x00*/=1;alert(1)//;"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ZIP = base64.b64decode("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==")
COMPLAINT = {
    "subject": "Deposit",
    "description": "My deposit has not arrived.",
    "contact_email": "mia@example.com",
}


def chunk(kind, data):
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size=0):
    """A picture of one dot, with the place where it was taken, and `size` bytes of noise."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    dot = chunk(b"IDAT", zlib.compress(b"\0\0"))
    place = chunk(b"eXIf", b"MM\0*GPS 48.2 16.3") + chunk(b"tEXt", b"Place\0Vienna")
    noise = chunk(b"IDAT", b"\0" * size) if size else b""
    return b"\x89PNG\r\n\x1a\n" + header + place + dot + noise + chunk(b"IEND", b"")


class Front:
    """Intake's front door on real collections; the log alone is in memory."""

    def __init__(self, wiring):
        self.wiring = wiring
        self.rig = Rig("intake", DECIDER)
        self.rig.store, self.rig.keyring = wiring.stores["intake"], wiring.keyring
        self.rig.restarted()
        self.inputs = wiring.inputs["intake"]
        stage, store = self.rig.stage, self.rig.store
        self.door = Door(
            stage, DECIDER, store, self.inputs, self.rig.log, wiring.keyring, policy=wiring.policy
        )
        wiring.doors["intake"] = self.door
        work = parts(wiring).work
        self.worker = Worker(stage, DECIDER, work, store, self.rig.log, wiring.keyring)
        self.taken = 0
        self.app = FastAPI()
        install(self.app)
        for make_router in (router, downloads):
            self.app.include_router(make_router(wiring))

    async def ask(self, method, path, **more):
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, path, timeout=60, **more)

    async def submit(self, *files, headers=None, **fields):
        """Send files as (name, bytes) with a complaint."""
        sent = [("attachments", file) for file in files]
        data = {**COMPLAINT, **fields}
        body = {"data": data, "files": sent} if sent else {"json": data}
        return await self.ask("POST", "/v1/complaints", headers=headers, **body)

    async def add(self, answer, *files, **fields):
        """Send files with a message to a complaint, by its status link."""
        sent = [("attachments", file) for file in files]
        return await self.ask("POST", self.below(answer, "messages"), data=fields, files=sent)

    def below(self, answer, place):
        path, _, query = answer.json()["status_url"].removeprefix(ORIGIN).partition("?")
        return f"{path}/{place}?{query}"

    async def fold(self):
        """Let the stage handle all that came in."""
        await self.door.send(await self.inputs.unsent(1000, 0))
        records, self.taken = self.rig.log.records[self.taken :], len(self.rig.log.records)
        inputs = [
            self.rig.fetched(r.topic, r.key.decode(), r.value, r.headers)
            for r in records
            if ".inputs" in r.topic
        ]
        await self.rig.run(*inputs)
        self.rig.commit(*inputs)
        self.taken = len(self.rig.log.records)

    async def state(self, answer):
        """What the stage knows once it has handled all that came in."""
        await self.fold()
        return await self.door.state(answer.json()["complaint_id"])

    def published(self):
        """The types of the stage's own events."""
        return [event.type for event in self.rig.published()]

    async def work(self):
        """Do the work that is due now; its answers wait to be handled."""
        self.taken = len(self.rig.log.records)
        return await self.worker.once("normal", 100)


def bearer(role):
    now = datetime.now(UTC)
    return {"Authorization": f"Bearer {issue(KEY, 'pat', role, now, timedelta(hours=1))}"}


@contextlib.asynccontextmanager
async def scanner(port=0):
    """A server that speaks INSTREAM as clamd does, and knows EICAR; yields its port."""

    async def serve(reader, writer):
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
        found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        writer.write(b"stream: " + found + b"\0")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        yield server.sockets[0].getsockname()[1]
