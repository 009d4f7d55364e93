"""What was delivered once is delivered again: nothing changes, in no collection."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from shared.pipeline import LANES, ROWS, SERVICES
from tests.faults.crowd import MORE

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]
COPIES = 5
GONE_S = 30.0
DEAD = {row.topic("dead-letters") for row in ROWS}


def documents(evidence, made):
    """What every stage holds of these complaints."""
    ids = {one.id for one in made}
    return {
        (stage, id_): {"state": document["state"], "run": document["run"]}
        for stage, found in evidence.documents.items()
        for id_, document in found.items()
        if id_ in ids
    }


def events(evidence, made):
    """The different events of these complaints, and what their copies say."""
    ids = {one.id.encode() for one in made}
    return {r.value for r in evidence.records if r.key in ids and r.topic not in DEAD}


async def copied(arena, records, rng):
    """Produce records again, each up to five times, in their order."""
    producer = AIOKafkaProducer(bootstrap_servers=arena.stack.kafka, enable_idempotence=True)
    await producer.start()
    try:
        for record in records:
            for _ in range(rng.randint(1, COPIES)):
                await producer.send(
                    record.topic,
                    record.value,
                    record.key,
                    partition=record.partition,
                    headers=list(record.headers),
                )
        await producer.flush()
    finally:
        await producer.stop()


async def test_copies_of_all_events_and_inputs_change_nothing(arena):
    async with arena.case("19", "every record of the complaints again, 1 to 5 times") as case:
        made = await case.submit(MORE)
        assert await arena.running.closed(made, 150) == {}
        before = await arena.evidence()
        ids = {one.id.encode() for one in made}
        mine = [r for r in before.records if r.key in ids and r.topic not in DEAD]
        await copied(arena, mine, case.rng)

    assert documents(case.evidence, made) == documents(before, made)
    assert events(case.evidence, made) == events(before, made)
    assert len(case.evidence.records) >= len(before.records) + len(mine)


async def committed(consumer, offsets):
    """Commit, as soon as the members that died are no longer counted."""
    async with asyncio.timeout(GONE_S):
        while True:
            try:
                await consumer.commit(offsets)
            except KafkaError:
                await asyncio.sleep(1)
            else:
                return


async def rewound(arena, row, lane, ends):
    """Set a group, which nobody is a member of, back to the start of all it reads."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=arena.stack.kafka, group_id=row.group(lane), enable_auto_commit=False
    )
    await consumer.start()
    try:
        places = [TopicPartition(*p) for p in ends if p[0] in row.sources(lane)]
        consumer.assign(places)
        await committed(consumer, dict.fromkeys(places, 0))
    finally:
        await consumer.stop()


async def test_a_whole_topic_read_again_from_the_start_changes_nothing(arena):
    async with arena.case("19", "every group reads every topic again from the start") as case:
        made = await case.submit()
        assert await arena.running.closed(made, 150) == {}
        before = await arena.evidence()
        for service in (*SERVICES, "express"):
            await arena.hold(service)
        for row in ROWS:
            for lane in LANES:
                await rewound(arena, row, lane, before.ends)

    assert documents(case.evidence, made) == documents(before, made)
    assert events(case.evidence, made) == events(before, made)
