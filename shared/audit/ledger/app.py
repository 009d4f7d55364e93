"""`redress serve ledger`: the writer with its probes and metrics."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from shared.audit.ledger.document import TreeDocument
from shared.audit.ledger.folder import Folder
from shared.audit.ledger.process import LedgerProcess
from shared.audit.ledger.tree import Signer
from shared.audit.ledger.witness import Witness
from shared.audit.ledger.writer import Places, Writer
from shared.connectors.transport import http_client
from shared.errors import UsageError
from shared.runner.kafka import KafkaLog
from shared.runner.mongo import connect
from shared.runner.probes import probe_router
from shared.settings import Settings

KEY_BYTES = 32


def create_app() -> FastAPI:
    """The app of the environment's settings. Raises UsageError where one is missing."""
    return app_of(Settings())


def app_of(settings: Settings) -> FastAPI:
    """The app of these settings. Raises UsageError where one is missing."""
    if not settings.ledger:
        raise UsageError("set REDRESS_LEDGER to the folder of the ledger")
    signer, folder, http = signer_of(settings), Folder(Path(settings.ledger)), http_client()
    process = _process(settings, signer, folder, http)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with http:
            await process.start()
            yield
            await process.stop()

    app = FastAPI(title="Redress ledger", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(probe_router(process))
    return app


def _process(
    settings: Settings, signer: Signer, folder: Folder, http: httpx.AsyncClient
) -> LedgerProcess:
    place, client, out = settings.ledger_witness, connect(settings), KafkaLog(settings.kafka)
    places = Places(
        servers=settings.kafka,
        document=TreeDocument(client[settings.database]),
        folder=folder,
        signer=signer,
        out=out,
        witness=Witness(place, folder, http) if place else None,
    )
    return LedgerProcess(Writer(places), out, client)


def signer_of(settings: Settings) -> Signer:
    """Who signs for this installation. Raises UsageError where its key is missing or no key."""
    try:
        seed = base64.b64decode(settings.ledger_key.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != KEY_BYTES:
        raise UsageError("set REDRESS_LEDGER_KEY to 32 random bytes in base64")
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(f"redress/{settings.installation}", key)
