"""The whole log by complaint, and how far each group has committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.audit.sorting import Runs
from shared.errors import TransientError, UsageError
from shared.pipeline import LANES, ROWS, topics
from shared.runner.access import access
from shared.runner.scan import reader, until_end
from shared.runner.standing import members_of

STEP = 1000
RUNNING = "{} is still read by somebody: stop every service first"
Place = tuple[str, str, int]
"""Group, topic, partition."""


class Logged(NamedTuple):
    """One record; `time` is Kafka's, in milliseconds."""

    time: int
    topic: str
    partition: int
    offset: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


@dataclass
class WholeLog:
    """Every record, sorted on disk by its key, and the next offset of each group and place."""

    runs: Runs
    committed: dict[Place, int] = field(default_factory=dict)

    def complaints(self) -> Iterator[tuple[str, list[Logged]]]:
        """The records of each key, oldest first."""
        for key, rows in groupby(self.runs.sorted(), key=itemgetter(0)):
            yield key, [Logged(*row[1:]) for row in rows]


async def read_into(log: WholeLog, servers: str, progress: Callable[[int], None]) -> None:
    """Read everything. Raises UsageError while a stage runs, TransientError without Kafka."""
    await _read_offsets(log, servers)
    count = 0
    async with reader(servers, topics()) as consumer:
        async for record in until_end(consumer):
            log.runs.add(_row(record), len(record.value or b""))
            count += 1
            if count == STEP:
                progress(count)
                count = 0
    progress(count)


def _row(record: Any) -> tuple[object, ...]:
    headers = tuple((name, bytes(value or b"")) for name, value in record.headers)
    key = bytes(record.key or b"").decode(errors="replace")
    place = (record.topic, record.partition, record.offset)
    return (key, record.timestamp, *place, bytes(record.value or b""), headers)


async def _read_offsets(log: WholeLog, servers: str) -> None:
    bootstrap = servers.split(",")
    try:
        async with AsyncExitStack() as stack:
            admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **access())
            stack.push_async_callback(admin.close)
            await admin.start()
            for row in ROWS:
                for lane in LANES:
                    group = row.group(lane)
                    if await members_of(admin, group):
                        raise UsageError(RUNNING.format(row.name))
                    found = await admin.list_consumer_group_offsets(group)
                    log.committed |= {(group, *place): at.offset for place, at in found.items()}
    except (KafkaError, OSError) as error:
        raise TransientError("Kafka is away") from error
