"""Real parts on a real sandbox, MongoDB and Kafka, for the tests below. Never imported."""

import socket

import pytest
from pydantic import SecretStr

from shared.runner.kafka import KafkaLog
from shared.runner.partitions import create_topics
from tests.integration.sandbox.conftest import TOKEN, exchange, sandbox
from tests.wired import own, wired

__all__ = ["exchange", "sandbox"]


@pytest.fixture
def nowhere():
    """An address at which nobody answers, for as long as the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def settings(addresses, sandbox):
    return own(
        "parts",
        addresses.mongo,
        kafka=addresses.kafka,
        exchange_url=sandbox.url,
        exchange_token=SecretStr(TOKEN),
        esplora_url=f"{sandbox.url}/esplora",
    )


@pytest.fixture
async def wiring(settings):
    """What a service is wired from, on databases of its own; its log is not started."""
    async with wired(settings) as parts:
        yield parts


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
