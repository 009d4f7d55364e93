"""How far a consumer group has come, by Kafka's metadata alone: the right Describe is enough."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError

from shared.errors import TransientError

COORDINATOR_S = 15


@dataclass(frozen=True)
class Standing:
    """A group's members, its unread records, and the first unread offset of each place."""

    members: int
    unread: int
    behind: Mapping[TopicPartition, int]


async def standing_of(
    admin: AIOKafkaAdminClient,
    consumer: AIOKafkaConsumer,
    group: str,
    reads: Sequence[TopicPartition],
) -> Standing:
    """Ask for one group that reads these places; all of one is unread until it commits there.

    Raises KafkaError, or TransientError while Kafka is starting.
    """
    members = await members_of(admin, group)
    committed = await admin.list_consumer_group_offsets(group)
    begins = await consumer.beginning_offsets(list(reads)) if reads else {}
    ends = await consumer.end_offsets(list(reads)) if reads else {}
    places = {place: max(begins[place], _offset(committed.get(place))) for place in reads}
    behind = {place: at for place, at in places.items() if ends[place] > at}
    return Standing(members, sum(ends[place] - at for place, at in behind.items()), behind)


async def waited(
    consumer: AIOKafkaConsumer,
    behind: Mapping[TopicPartition, int],
    now_ms: int,
    steps: Sequence[int],
) -> int:
    """The longest of `steps` (seconds, ascending) for which an unread record surely waits, or 0."""
    longest = 0
    for step in steps if behind else ():
        newer = await consumer.offsets_for_times(dict.fromkeys(behind, now_ms - step * 1000))
        if all(at and at.offset <= behind[place] for place, at in newer.items()):
            break
        longest = step
    return longest


async def since(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition], at_ms: int) -> int:
    """How many records were written to these places since then."""
    if not places:
        return 0
    ends = await consumer.end_offsets(list(places))
    first = await consumer.offsets_for_times(dict.fromkeys(places, at_ms))
    return sum(ends[place] - at.offset for place, at in first.items() if at)


def _offset(committed: Any) -> int:
    return committed.offset if committed else 0


async def members_of(admin: AIOKafkaAdminClient, group: str) -> int:
    """How many consumers a group has. Raises KafkaError, TransientError while Kafka starts."""
    for _ in range(COORDINATOR_S):
        with suppress(GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
            answer: Any = (await admin.describe_consumer_groups([group]))[0]
            return len(answer.groups[0][5])
        await asyncio.sleep(1)  # a new Kafka makes its list of groups at the first question
    raise TransientError("Kafka does not know its groups yet")
