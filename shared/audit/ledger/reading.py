"""Every topic, from the offsets that the tree knows, without a group and without a commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.audit.leaves import Record
from shared.audit.ledger.merging import Merging
from shared.audit.ledger.tree import Place, Tree
from shared.errors import TransientError, UsageError
from shared.pipeline import topics
from shared.runner.scan import reader

POLL_MS = 500
FETCH_BYTES = 128 * 1024  # of over a thousand partitions in a cluster


class Reading:
    """The records that the tree does not have yet."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._merging = Merging({})
        self.lag = 0

    async def seek(self, offsets: Mapping[Place, int]) -> None:
        """Begin where the tree ends. Raises UsageError where Kafka has lost what comes next."""
        places = sorted(self._consumer.assignment())
        begins = await self._consumer.beginning_offsets(places)
        ends = await self._consumer.end_offsets(places)
        for place in places:
            offset = offsets.get(tuple(place), 0)
            if not begins[place] <= offset <= ends[place]:
                raise UsageError(
                    f"the log is not the one of the ledger: {place.topic}/{place.partition} holds "
                    f"{begins[place]} to {ends[place]}, and the next record to take is {offset}"
                )
            self._consumer.seek(place, offset)

    async def next(self, count: int) -> list[Record]:
        """At most `count` records, as soon as there are any; none where nothing is new."""
        if not self._merging.left:
            await self._look()
        while self._merging.left:
            if found := self._merging.take(count):
                self.lag = max(0, self.lag - len(found))
                return found
            if not await self._fetch():
                break  # the caller has a lease to keep
        return []

    async def _look(self) -> None:
        places = sorted(self._consumer.assignment())
        ends = await self._consumer.end_offsets(places)
        at = {place: await self._consumer.position(place) for place in places}
        behind = [place for place in places if at[place] < ends[place]]
        self.lag = sum(ends[place] - at[place] for place in behind)
        self._merging = Merging({tuple(place): ends[place] for place in behind})

    async def _fetch(self) -> bool:
        wanted = [TopicPartition(*place) for place in self._merging.wanted]
        fetched = await self._consumer.getmany(*wanted, timeout_ms=POLL_MS)
        for place in wanted:
            position = await self._consumer.position(place)
            self._merging.add(tuple(place), map(_record, fetched.get(place, ())), position)
        return bool(fetched)


@asynccontextmanager
async def reading(servers: str, tree: Tree) -> AsyncIterator[Reading]:
    """A reader that begins where the tree ends. Raises TransientError, UsageError."""
    names: Sequence[str] = topics()
    try:
        async with reader(servers, names, FETCH_BYTES) as consumer:
            found = {place.topic for place in consumer.assignment()}
            if missing := [name for name in names if name not in found]:
                raise TransientError(f"{len(missing)} topics are missing; see: redress topics")
            reads = Reading(consumer)
            await reads.seek(tree.offsets)
            yield reads
    except KafkaError as error:
        raise TransientError("Kafka is away") from error


def _record(found: Any) -> Record:
    return Record(
        found.topic,
        found.partition,
        found.offset,
        found.timestamp,
        found.key,
        found.value,
        tuple(found.headers),
    )
