"""What Kafka says of every stage, asked once for all who look."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.notify.health.health import STEPS_S, Facts, Health, health_of
from shared.errors import TransientError
from shared.events.base import Lane
from shared.pipeline import LANES, ROWS, Stage
from shared.runner.access import access
from shared.runner.standing import since, standing_of, waited

FRESH = timedelta(seconds=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TIMEOUT_MS = 10_000
LONGEST_S = 15.0
Places = dict[str, list[TopicPartition]]


class Standings:
    """The last answer, asked for again when it is older than FRESH.

    It needs no more than the right Describe on topics and groups, and reads no record.
    """

    def __init__(self, kafka: str) -> None:
        self._servers = kafka.split(",")
        self._asking = asyncio.Lock()
        self._health: Health | None = None
        self._asked_at = datetime.min.replace(tzinfo=UTC)

    async def health(self, now: datetime) -> Health:
        """How every stage stands. Raises TransientError while Kafka is away."""
        async with self._asking:
            if not now - FRESH < self._asked_at <= now:
                self._asked_at, self._health = now, None  # a failure is remembered as long
                self._health = await self._asked(now)
        if self._health is None:
            raise TransientError("Kafka is away")
        return self._health

    async def _asked(self, now: datetime) -> Health:
        try:
            async with asyncio.timeout(LONGEST_S), _speaking(self._servers) as (admin, consumer):
                places = await _places(admin)
                facts = {
                    (row.name, lane): await _facts(admin, consumer, (row, lane), places, now)
                    for row in ROWS
                    for lane in LANES
                }
                day = _ms(now - DAY)
                dead = {
                    row.name: await since(consumer, places[row.topic("dead-letters")], day)
                    for row in ROWS
                }
        except (KafkaError, OSError, TimeoutError) as error:
            raise TransientError("Kafka is away") from error
        return health_of(facts, dead, now)


@asynccontextmanager
async def _speaking(
    servers: list[str],
) -> AsyncIterator[tuple[AIOKafkaAdminClient, AIOKafkaConsumer]]:
    admin = AIOKafkaAdminClient(
        bootstrap_servers=servers, request_timeout_ms=TIMEOUT_MS, **access()
    )
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers,
        enable_auto_commit=False,
        request_timeout_ms=TIMEOUT_MS,
        **access(),
    )
    try:
        await admin.start()
        await consumer.start()
        yield admin, consumer
    finally:
        try:
            await consumer.stop()
        finally:
            await admin.close()


async def _facts(
    admin: AIOKafkaAdminClient,
    consumer: AIOKafkaConsumer,
    of: tuple[Stage, Lane],
    places: Places,
    now: datetime,
) -> Facts:
    row, lane = of
    reads = [place for topic in row.sources(lane) for place in places[topic]]
    found = await standing_of(admin, consumer, row.group(lane), reads)
    return Facts(
        members=found.members,
        unread=found.unread,
        waited_s=await waited(consumer, found.behind, _ms(now), STEPS_S),
        hour=await since(consumer, places[row.topic("events", lane)], _ms(now - HOUR)),
    )


async def _places(admin: AIOKafkaAdminClient) -> Places:
    """Those of every topic; none of a topic that is missing, of which the doctor tells."""
    found: Places = defaultdict(list)
    for one in await admin.describe_topics(await admin.list_topics()):
        name = one["topic"]
        found[name] += [TopicPartition(name, part["partition"]) for part in one["partitions"]]
    return found


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
