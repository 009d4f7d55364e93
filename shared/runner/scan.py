"""Reading topics from outside the pipeline: no group, no commit, from any point."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import TransientError, UsageError
from shared.reference import parse, reference_of
from shared.runner.access import access

POLL_MS = 500
FETCH_BYTES = 8 * 1024 * 1024
STOP_S = 5.0
Age = tuple[int, str, int, int]


@asynccontextmanager
async def reader(
    servers: str, topics: Sequence[str], fetch_bytes: int = FETCH_BYTES
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer assigned to every partition of `topics`. Raises TransientError, UsageError.

    `fetch_bytes` of each partition are held in memory, and one batch that is larger.
    An error of the caller's own, as of what it writes to, passes as it is.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers.split(","),
        **access(),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=fetch_bytes,
    )
    try:
        consumer.assign(await _places(consumer, topics))
        yield consumer
    except KafkaError as error:
        raise TransientError("Kafka is away") from error
    finally:
        with suppress(TimeoutError):  # a connection that went silent may never say that it ended
            async with asyncio.timeout(STOP_S):
                await consumer.stop()


async def _places(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> list[TopicPartition]:
    try:
        await consumer.start()
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in sorted(await consumer._client._wait_on_metadata(topic) or ())  # noqa: SLF001 - the public call answers from a cache that is still empty
        ]
    except OSError as error:
        raise TransientError("Kafka is away") from error
    if not places:
        raise UsageError("the topics are missing; run: redress topics create")
    return places


def named(name: str) -> Callable[[str], bool]:
    """Tells of a complaint's id whether `name`, an id or a reference, means it."""
    reference = parse(name)
    return lambda id_: id_ == name or (reference is not None and reference_of(id_) == reference)


async def until_end(consumer: AIOKafkaConsumer) -> AsyncIterator[Any]:
    """Every record from the start up to the end as it is now, partition by partition in order."""
    places = sorted(consumer.assignment())
    await consumer.seek_to_beginning(*places)
    ends = await consumer.end_offsets(places)
    left = {place for place in places if await consumer.position(place) < ends[place]}
    while left:
        for place, records in (await consumer.getmany(*left, timeout_ms=POLL_MS)).items():
            for record in records:
                if record.offset < ends[place]:
                    yield record
            if await consumer.position(place) >= ends[place]:
                left.discard(place)


async def by_time(consumer: AIOKafkaConsumer) -> AsyncGenerator[Any, None]:
    """Every record from the present position on, for ever.

    What is there already comes in the order of its time over all partitions, so whoever starts
    again from the time of one record misses none before it.
    """
    async for record in _backlog(consumer):
        yield record
    while True:
        for record in sorted(await _fetched(consumer), key=_age):
            yield record


async def _backlog(consumer: AIOKafkaConsumer) -> AsyncIterator[Any]:
    places = sorted(consumer.assignment())
    ends = await consumer.end_offsets(places)
    newest = {p: 0 for p in places if await consumer.position(p) < ends[p]}
    held: list[tuple[Age, Any]] = []
    while newest:
        oldest = min(newest.values())
        behind = [place for place, time in newest.items() if time == oldest]
        for record in await _fetched(consumer, *behind):
            heapq.heappush(held, (_age(record), record))
            place = TopicPartition(record.topic, record.partition)
            newest[place] = max(newest[place], record.timestamp)
        for place in behind:
            if await consumer.position(place) >= ends[place]:
                del newest[place]
        while held and (not newest or held[0][1].timestamp < min(newest.values())):
            yield heapq.heappop(held)[1]


async def _fetched(consumer: AIOKafkaConsumer, *places: TopicPartition) -> list[Any]:
    fetched = await consumer.getmany(*places, timeout_ms=POLL_MS)
    return [record for part in fetched.values() for record in part]


def _age(record: Any) -> Age:
    return record.timestamp, record.topic, record.partition, record.offset
