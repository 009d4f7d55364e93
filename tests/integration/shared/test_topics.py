"""What Kafka says of each topic it was asked to create."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.errors import TransientError, UsageError
from shared.pipeline import STAGES
from shared.runner.partitions import create_topics, made, partition_counts


@pytest.fixture
async def asked(addresses):
    """Ask Kafka for topics; gives its answers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=addresses.kafka)
    await admin.start()
    created = []

    async def answers(*wanted):
        created.extend(topic.name for topic in wanted)
        return (await admin.create_topics(list(wanted))).topic_errors

    yield answers
    await admin.delete_topics(created)
    await admin.close()


async def test_only_what_was_really_made_is_told(asked, own_topic):
    new = f"{own_topic}.new"

    assert made(await asked(NewTopic(own_topic, 2, 1), NewTopic(new, 1, 1))) == [new]


async def test_a_refused_topic_is_an_error_with_the_name_that_kafka_gives(asked, own_topic):
    answers = await asked(NewTopic(f"{own_topic}.new", 1, 9))

    with pytest.raises(UsageError, match="INVALID_REPLICATION_FACTOR"):
        made(answers)


def test_what_may_succeed_later_is_no_mistake_of_usage():
    with pytest.raises(TransientError, match="REQUEST_TIMED_OUT"):
        made([("a", 0, None), ("b", 7, None)])


@pytest.fixture
async def missing(kafka):
    """A topic of ours that is away, and back after the test."""
    name = STAGES["notify"].topic("inputs", "express")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.delete_topics([name])
    await admin.close()
    async with asyncio.timeout(20):
        while name in await partition_counts(kafka):  # noqa: ASYNC110 - Kafka alone is told
            await asyncio.sleep(0.05)
    yield name
    await create_topics(kafka, 6, 1)


async def test_what_is_missing_is_made_once_and_a_refusal_makes_nothing(kafka, missing):
    with pytest.raises(UsageError, match="INVALID_REPLICATION_FACTOR"):
        await create_topics(kafka, 6, 9)

    assert await create_topics(kafka, 6, 1) == [missing]
    assert await create_topics(kafka, 6, 1) == []
