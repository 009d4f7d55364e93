"""A master key that is taken out takes no webhook's secret with it."""

import asyncio
import base64
import json
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from secrets import token_bytes

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from services.notify.outward.cursor import Cursor
from services.notify.outward.endpoints import Endpoints
from shared.errors import UsageError
from shared.runner.master import MasterKeys
from shared.runner.webhook_secrets import WebhookSecrets

OLD, NEW = (base64.b64encode(token_bytes(32)).decode() for _ in range(2))


@pytest.fixture
async def database(addresses):
    client = AsyncIOMotorClient(addresses.mongo, tz_aware=True)
    name = f"webhooks_{uuid.uuid4().hex[:10]}"
    yield client[name]
    await client.drop_database(name)
    client.close()


async def test_secrets_of_before_are_wrapped_anew_and_stay_the_same(database):
    before = Endpoints(database, MasterKeys(OLD))
    first = await before.add("shop", "https://shop.example/hook", [], Cursor({}))
    second = await before.rotate("shop", datetime.now(UTC))
    both = WebhookSecrets(database, MasterKeys(f"{NEW},{OLD}"))
    counts = await both.wrapped_by()

    assert list(counts.values()) == [2]
    assert await both.rotate() == 2
    assert await both.rotate() == 0
    assert await both.wrapped_by() == {both.master.active: 2}
    taken = await Endpoints(database, MasterKeys(NEW)).take("shop", "test")
    assert set(taken.secrets) == {first, second}


async def test_the_command_turns_them_with_the_complaints_keys(database, addresses):
    await Endpoints(database, MasterKeys(OLD)).add("shop", "https://x.example", [], Cursor({}))
    env = {
        **os.environ,
        "REDRESS_MONGO": addresses.mongo,
        "REDRESS_DATABASE": database.name,
        "REDRESS_KEYS_DATABASE": f"{database.name}_keys",
        "REDRESS_MASTER_KEY": f"{NEW},{OLD}",
    }

    async def keys(*arguments):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "shared.cli.main", "keys", *arguments),
            env=env,
            stdout=subprocess.PIPE,
        )
        return (await child.communicate())[0].decode()

    before = [json.loads(line)["wraps"] for line in (await keys("list", "--json")).splitlines()]
    said = await keys("rotate")
    after = [json.loads(line)["wraps"] for line in (await keys("list", "--json")).splitlines()]

    assert (before, said.strip(), after) == ([0, 1], "1 keys wrapped anew", [1, 0])


async def test_a_ring_without_their_key_changes_nothing(database):
    await Endpoints(database, MasterKeys(OLD)).add("shop", "https://x.example", [], Cursor({}))
    other = WebhookSecrets(database, MasterKeys(NEW))
    counts = await other.wrapped_by()

    with pytest.raises(UsageError):
        await other.rotate()
    assert await other.wrapped_by() == counts
