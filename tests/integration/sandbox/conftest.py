"""A sandbox on a real socket and a real MongoDB, one for all tests here."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from secrets import token_hex
from uuid import uuid4

import httpx
import pytest

from services.sandbox.main import create_app
from shared.connectors.esplora import Esplora
from shared.connectors.exchange import Exchange
from shared.connectors.transport import http_client
from tests.serving import free_port, served

TOKEN = token_hex(16)
ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


@dataclass(frozen=True)
class Sandbox:
    """Where the sandbox is, and a client with its token."""

    url: str
    smtp_port: int
    client: httpx.AsyncClient

    async def put(self, path, /, **body):
        answer = await self.client.put(path, json=body)
        assert answer.status_code == 204, answer.text

    async def post(self, path, /, **body):
        answer = await self.client.post(path, json=body)
        assert answer.is_success, answer.text

    async def open_account(self, **fields):
        """A fresh account; its id."""
        user_id = f"u-{uuid4()}"
        seed = {
            "user_id": user_id,
            "name": "Test Person",
            "email": f"{user_id}@example.com",
            "kyc": {"level": 2, "state": "verified"},
            "balances": {"BTC": "1.0"},
            "created_at": "2026-01-01T00:00:00Z",
        }
        await self.put(f"/sandbox/accounts/{user_id}", **(seed | fields))
        return user_id

    async def broadcast(self, *values, height=None, address=ADDRESS):
        """A fresh transaction with these outputs; its id."""
        txid = token_hex(32)
        vout = [{"address": address, "value": value} for value in values]
        await self.put(f"/sandbox/transactions/{txid}", vout=vout, height=height)
        return txid


@pytest.fixture(scope="session")
async def sandbox(addresses) -> AsyncIterator[Sandbox]:
    smtp_port = free_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REDRESS_MONGO", addresses.mongo)
        environment.setenv("REDRESS_EXCHANGE_TOKEN", TOKEN)
        environment.setenv("REDRESS_SANDBOX_SMTP_PORT", str(smtp_port))
        app = create_app()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        served(app) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client,
    ):
        yield Sandbox(url, smtp_port, client)


@pytest.fixture
async def exchange(sandbox):
    async with http_client() as client:
        yield Exchange(client, sandbox.url, TOKEN)


@pytest.fixture
async def esplora(sandbox):
    async with http_client() as client:
        yield Esplora(client, f"{sandbox.url}/esplora")
