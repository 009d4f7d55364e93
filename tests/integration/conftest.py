"""Real parts on a real sandbox, MongoDB and Kafka, for the tests below. Never imported."""

import base64
import socket
import uuid
from secrets import token_bytes

import pytest
from pydantic import SecretStr

from shared.runner.kafka import KafkaLog
from shared.runner.partitions import create_topics
from shared.runner.wiring import wire
from shared.settings import Settings
from tests.integration.sandbox.conftest import TOKEN, exchange, sandbox

__all__ = ["exchange", "sandbox"]


@pytest.fixture
def nowhere():
    """An address at which nobody answers, for as long as the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def settings(addresses, sandbox):
    name = f"parts_{uuid.uuid4().hex[:10]}"
    return Settings(
        kafka=addresses.kafka,
        mongo=SecretStr(addresses.mongo),
        database=name,
        keys_database=f"{name}_keys",
        master_key=SecretStr(base64.b64encode(token_bytes(32)).decode()),
        exchange_url=sandbox.url,
        exchange_token=SecretStr(TOKEN),
        esplora_url=f"{sandbox.url}/esplora",
    )


@pytest.fixture
async def wiring(settings):
    """What a service is wired from, on databases of its own; its log is not started."""
    parts = wire(settings)
    yield parts
    for database in (settings.database, settings.keys_database):
        await parts.client.drop_database(database)
    await parts.http.aclose()
    parts.client.close()


@pytest.fixture
async def alone(wiring, nowhere):
    """The same parts before an exchange that nobody can reach."""
    url = f"http://{nowhere}"
    wiring.settings = wiring.settings.model_copy(
        update={"exchange_url": url, "esplora_url": f"{url}/esplora"}
    )
    return wiring


@pytest.fixture(scope="session")
async def kafka(addresses):
    """The address of a Kafka that holds every topic of the pipeline."""
    await create_topics(addresses.kafka, 6, 1)
    return addresses.kafka


@pytest.fixture
async def log(kafka):
    started = KafkaLog(kafka)
    await started.start()
    yield started
    await started.stop()
