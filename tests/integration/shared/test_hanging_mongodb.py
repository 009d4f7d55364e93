"""A MongoDB that takes bytes and says nothing: calls end in time, and nobody else is frozen."""

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from shared.errors import TransientError
from shared.local.ports import LOOPBACK, Ports
from shared.runner.mongo import MongoStore, connect, disconnect
from shared.settings import Settings
from tests.faults.proxy import Proxy

SOON_S = 6.0
CALLS = 12  # more than Motor has threads on two cores; it has one pool for all clients


@pytest.fixture
def proxy(addresses, tmp_path):
    with Ports(tmp_path / "ports.json") as ports:
        made = Proxy(ports.hold("mongo"), urlsplit(addresses.mongo).port)
        made.start()
        yield made
        made.stop()


@pytest.fixture(params=["motor", "pymongo"])
async def connected(request, addresses, proxy):
    """A store behind the proxy, and one of another client that knows no proxy."""
    clients = []

    def store(address):
        settings = Settings(mongo=address, mongo_driver=request.param)
        clients.append(connect(settings))
        return MongoStore(clients[-1]["hanging"], "triage")

    behind = store(f"mongodb://{LOOPBACK}:{proxy.port}/?directConnection=true")
    beside = store(addresses.mongo)
    for one in (behind, beside):
        await one.find(["x"])
    yield behind, beside
    proxy.heal()
    for client in clients:
        await disconnect(client)


async def answered(store):
    """Whether a call came through; one that waits too long is refused by the client itself."""
    try:
        await store.find(["x"])
    except TransientError:
        return False
    return True


async def test_a_call_that_is_never_answered_ends_as_a_server_that_is_away(connected, proxy):
    behind, _ = connected
    proxy.hang()
    started = time.monotonic()

    with pytest.raises(TransientError):
        await behind.find(["x"])

    assert time.monotonic() - started < SOON_S


async def test_calls_that_were_given_up_freeze_nobody_for_long(connected, proxy):
    behind, beside = connected
    proxy.hang()
    tasks = [asyncio.ensure_future(behind.find(["x"])) for _ in range(CALLS)]
    await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    async with asyncio.timeout(2 * SOON_S):
        while not await answered(beside):
            pass


async def test_when_it_answers_again_calls_go_on(connected, proxy):
    behind, _ = connected
    proxy.hang()
    with pytest.raises(TransientError):
        await behind.find(["x"])
    proxy.heal()

    async with asyncio.timeout(2 * SOON_S):
        while not await answered(behind):
            pass
