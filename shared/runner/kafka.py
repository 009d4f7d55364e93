"""Kafka behind the log: one producer, batches per partition, every one acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from shared.errors import OversizeError, TransientError
from shared.runner.access import access
from shared.runner.library import dead_task
from shared.runner.ports import Record

BATCH_BYTES = 900_000
STOP_S = 5.0
ASK_S = 5.0
REQUEST_BYTES = 4 * 1024 * 1024


def partition_of(key: bytes, partitions: int) -> int:
    """Kafka's own choice of partition for a key (murmur2, as the Java client)."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions


class KafkaLog:
    """An idempotent producer (acks=all). While Kafka is away `publish` waits, for ever."""

    def __init__(self, servers: str) -> None:
        self.servers = servers.split(",")
        self._producer: AIOKafkaProducer | None = None
        self._under_way: dict[object, float] = {}
        self._partitions: dict[str, int] = {}

    async def start(self) -> None:
        """Connect. Raises TransientError while Kafka is away."""
        self._producer = await self._started()

    async def _started(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.servers,
            **access(),
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES,
            linger_ms=0,
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await producer.stop()
            raise TransientError("Kafka is away") from error
        return producer

    @property
    def producer(self) -> AIOKafkaProducer:
        """The producer. Raises TransientError before Kafka answered for the first time."""
        if self._producer is None:
            raise TransientError("Kafka has not answered yet")
        return self._producer

    async def stop(self) -> None:
        """Flush and disconnect; never ends while Kafka is away, so give it a limit."""
        if self._producer is not None:
            await self._producer.stop()

    async def ask(self) -> None:
        """See whether Kafka answers. Raises TransientError where it does not within ASK_S."""
        try:
            async with asyncio.timeout(ASK_S):
                await self.producer.client.fetch_all_metadata()
        except (KafkaError, OSError, TimeoutError) as error:
            raise TransientError("Kafka is away") from error

    async def publish(self, records: Sequence[Record]) -> None:
        """Produce in order per partition and wait for every acknowledgement."""
        mine = object()
        self._under_way[mine] = time.monotonic()
        try:
            await self._publish(records)
        finally:
            del self._under_way[mine]

    @property
    def dead(self) -> str | None:
        """Why this log never moves again, as a slug."""
        return dead_task(self._producer)

    @property
    def waits_s(self) -> float:
        """For how long the oldest call has been waiting for Kafka, in seconds."""
        return time.monotonic() - min(self._under_way.values(), default=time.monotonic())

    async def _publish(self, records: Sequence[Record]) -> None:
        by_partition: dict[tuple[str, int], list[Record]] = defaultdict(list)
        for record in records:
            by_partition[record.topic, await self._partition(record)].append(record)
        producer, futures = self.producer, []
        try:
            for place, part in by_partition.items():
                futures += await _send(producer, place, part)
            await asyncio.gather(*futures)
        except (KafkaError, OSError, TimeoutError) as error:
            if not getattr(error, "retriable", True):
                await self._renew(producer)
            raise TransientError("Kafka is away") from error

    async def _renew(self, broken: AIOKafkaProducer) -> None:
        """Put a new producer in the place of one whose sequence is broken for good."""
        if self._producer == broken:
            self._producer = await self._started()
            with contextlib.suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(STOP_S):
                    await broken.stop()

    async def _partition(self, record: Record) -> int:
        if record.partition is not None:
            return record.partition
        if record.topic not in self._partitions:
            try:
                self._partitions[record.topic] = len(
                    await self.producer.partitions_for(record.topic)
                )
            except (KafkaError, OSError) as error:
                raise TransientError("Kafka is away") from error
        return partition_of(record.key or b"", self._partitions[record.topic])


async def _send(
    producer: AIOKafkaProducer, place: tuple[str, int], records: Sequence[Record]
) -> list[Any]:
    topic, partition = place
    futures = []
    batch = producer.create_batch()
    for record in records:
        if not _append(batch, record):
            futures.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            if not _append(batch, record):
                raise OversizeError("one record is larger than a request")
    futures.append(await producer.send_batch(batch, topic, partition=partition))
    return futures


def _append(batch: Any, record: Record) -> bool:
    added = batch.append(
        timestamp=None, key=record.key, value=record.value, headers=list(record.headers)
    )
    return added is not None
