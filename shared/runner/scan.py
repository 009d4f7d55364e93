"""Reading topics from outside the pipeline: no group, no commit, from any point."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import TransientError, UsageError

POLL_MS = 500


@asynccontextmanager
async def reader(servers: str, topics: Sequence[str]) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer assigned to every partition of `topics`. Raises TransientError, UsageError."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers.split(","),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    try:
        await consumer.start()
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in sorted(await consumer._client._wait_on_metadata(topic) or ())  # noqa: SLF001 - the public call answers from a cache that is still empty
        ]
        if not places:
            raise UsageError("the topics are missing; run: redress topics create")
        consumer.assign(places)
        yield consumer
    except (KafkaError, OSError) as error:
        raise TransientError("Kafka is away") from error
    finally:
        await consumer.stop()


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
