"""What Kafka says of an installation: topics, retention, groups, the age of the unread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from shared.errors import TransientError
from shared.pipeline import LANES, ROWS
from shared.runner.access import access
from shared.runner.standing import standing_of, waited

OURS = "complaints."
LASTING = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
READ_S = 5.0
STEPS_S = (60, 330, 900, 3600, 21_600, 86_400, 604_800)
"""A group's oldest unread record is told to wait for the longest of these that it surely does."""
FETCH_BYTES = 64 * 1024


@dataclass(frozen=True)
class Group:
    """A consumer group: members, records unread, and since when at least the oldest waits."""

    members: int
    unread: int
    waits_since: datetime | None = None


@dataclass(frozen=True)
class LogFacts:
    """Partitions by topic, topics that lose records, groups, and the newest record's time."""

    partitions: Mapping[str, int]
    forgetful: Sequence[str] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    newest: datetime | None = None


def groups_of_table() -> list[str]:
    """Every consumer group that an installation has."""
    return [row.group(lane) for row in ROWS for lane in LANES]


async def ask_log(servers: str, now: datetime) -> LogFacts:
    """Look, and change nothing. Raises TransientError while Kafka is away."""
    bootstrap = servers.split(",")
    try:
        async with AsyncExitStack() as stack:
            admin = AIOKafkaAdminClient(
                bootstrap_servers=bootstrap, request_timeout_ms=10_000, **access()
            )
            stack.push_async_callback(admin.close)
            await admin.start()
            consumer = AIOKafkaConsumer(
                bootstrap_servers=bootstrap,
                enable_auto_commit=False,
                max_partition_fetch_bytes=FETCH_BYTES,
                **access(),
            )
            stack.push_async_callback(consumer.stop)
            await consumer.start()
            return await _facts(admin, consumer, now)
    except (KafkaError, OSError) as error:
        raise TransientError("Kafka is away") from error


async def _facts(admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer, now: datetime) -> LogFacts:
    there = await admin.list_topics()
    names = sorted(name for name in there if name.startswith(OURS))
    found = await admin.describe_topics(names) if names else []
    partitions = {t["topic"]: len(t["partitions"]) for t in found if not t["error_code"]}
    return LogFacts(
        partitions,
        await _forgetful(admin, names),
        {
            row.group(lane): await _group(
                admin, consumer, row.group(lane), _places(row.sources(lane), partitions), now
            )
            for row in ROWS
            for lane in LANES
        },
        await _newest(consumer, partitions),
    )


async def _forgetful(admin: AIOKafkaAdminClient, names: Sequence[str]) -> list[str]:
    wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    losing = set()
    for answer in await admin.describe_configs(wanted) if wanted else ():
        for resource in answer.resources:
            _, _, _, topic, entries = resource
            said = {entry[0]: entry[1] for entry in entries}
            if any(said.get(name, value) != value for name, value in LASTING.items()):
                losing.add(topic)
    return sorted(losing)


async def _group(
    admin: AIOKafkaAdminClient,
    consumer: AIOKafkaConsumer,
    name: str,
    reads: Sequence[TopicPartition],
    now: datetime,
) -> Group:
    found = await standing_of(admin, consumer, name, reads)
    longest = await waited(consumer, found.behind, int(now.timestamp() * 1000), STEPS_S)
    since = now - timedelta(seconds=longest) if longest else None
    return Group(found.members, found.unread, since)


async def _newest(consumer: AIOKafkaConsumer, partitions: Mapping[str, int]) -> datetime | None:
    topics = [row.topic("events", lane) for row in ROWS for lane in LANES]
    places = _places(topics, partitions)
    ends = await consumer.end_offsets(places) if places else {}
    begins = await consumer.beginning_offsets(places) if places else {}
    last = {place: end - 1 for place, end in ends.items() if end > begins[place]}
    return max(await _times(consumer, last), default=None)


def _places(topics: Sequence[str], partitions: Mapping[str, int]) -> list[TopicPartition]:
    """Those of the topics that are there."""
    return [TopicPartition(t, n) for t in topics for n in range(partitions.get(t, 0))]


async def _times(
    consumer: AIOKafkaConsumer, places: Mapping[TopicPartition, int]
) -> list[datetime]:
    """When the records at these offsets were produced, those that came within READ_S."""
    consumer.assign(list(places))
    for place, at in places.items():
        consumer.seek(place, at)
    found: dict[TopicPartition, datetime] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(READ_S):
            while left := [place for place in places if place not in found]:
                for place, records in (await consumer.getmany(*left, timeout_ms=500)).items():
                    found[place] = datetime.fromtimestamp(records[0].timestamp / 1000, UTC)
    return list(found.values())
