"""Kafka and mongod as the local installation starts them."""

import time

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import AsyncMongoClient, MongoClient

from shared.errors import UsageError
from shared.local.lag import lags
from shared.local.servers import Servers
from shared.local.supervisor import Supervisor

LARGE = b"x" * 2_500_000


async def create(servers: Servers, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()


async def produce(servers: Servers, topic: str, value: bytes) -> None:
    size = len(LARGE) * 2
    async with AIOKafkaProducer(
        bootstrap_servers=servers.kafka, acks="all", max_request_size=size
    ) as producer:
        await producer.send_and_wait(topic, value)


async def consume(servers: Servers, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers.kafka,
        auto_offset_reset="earliest",
        group_id=f"redress-{topic}",
    )
    async with consumer:
        return [(await consumer.getone()).value for _ in range(count)]


async def test_kafka_keeps_a_large_record_through_a_kill(servers):
    await create(servers, "kept")
    await produce(servers, "kept", LARGE)

    servers.kill("kafka")
    servers.revive("kafka")
    await produce(servers, "kept", b"after")

    assert await consume(servers, "kept", 2) == [LARGE, b"after"]


async def test_the_lag_of_a_group_is_what_it_has_not_read(servers):
    await create(servers, "late")
    await produce(servers, "late", b"read")
    await consume(servers, "late", 1)

    await produce(servers, "late", b"unread")

    assert (await lags(servers.kafka))["redress-late"] == 1


async def test_mongod_takes_a_transaction_before_and_after_a_kill(servers):
    for _ in range(2):
        async with (
            AsyncMongoClient(servers.mongo) as client,
            client.start_session() as session,
            await session.start_transaction(),
        ):
            await client.db.c.insert_one({}, session=session)
        servers.kill("mongo")
        servers.revive("mongo")

    with MongoClient(servers.mongo) as client:
        assert client.db.c.count_documents({}) == 2


def test_both_start_warm_in_less_than_eight_seconds(tmp_path):
    start = time.monotonic()
    with Servers(tmp_path):
        took = time.monotonic() - start

    assert took < 8


def test_mongod_serves_its_data_again_when_its_port_is_another(tmp_path):
    with Servers(tmp_path) as servers, MongoClient(servers.mongo) as client:
        client.db.c.insert_one({"_id": 1})
    (tmp_path / "ports.json").unlink()

    with Servers(tmp_path) as servers, MongoClient(servers.mongo) as client:
        assert client.db.c.find_one() == {"_id": 1}


def test_nothing_is_asked_of_the_network_once_the_packages_are_there(tmp_path, monkeypatch):
    for name in "HTTP_PROXY", "HTTPS_PROXY", "PIP_INDEX_URL":
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    with Servers(tmp_path) as servers:
        assert servers.kafka


def test_a_server_that_does_not_come_up_is_named_with_its_log(tmp_path):
    (tmp_path / "mongo" / "mongod.lock").mkdir(parents=True)
    supervisor = Supervisor()

    with pytest.raises(UsageError, match=r"mongo does not come up: .*; see .*mongo\.log"):
        Servers(tmp_path, supervisor=supervisor).start()

    assert all(process.pid is None for process in supervisor.processes.values())
