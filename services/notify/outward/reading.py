"""Reading the log for others: from a cursor, a time or the end, and on for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer

from services.notify.outward.cursor import Cursor
from shared.pipeline import LANES, ROWS
from shared.runner.scan import by_time, reader

FETCH_BYTES = 64 * 1024
TOPICS = tuple(row.topic("events", lane) for row in ROWS for lane in LANES)
Start = Cursor | datetime | None


@dataclass(frozen=True)
class Wish:
    """Which events are asked for; empty: all. `type` may be a part of the name."""

    type: str = ""
    stage: str = ""
    complaint: str = ""

    def wants(self, event: dict[str, Any]) -> bool:
        """Whether an event is one of them."""
        return (
            self.type in event["type"]
            and self.stage in ("", str(event.get("source", "")).rpartition("/")[2])
            and self.complaint in ("", event.get("subject"))
        )


async def records(servers: str, start: Start, quiet_s: float) -> AsyncIterator[tuple[Cursor, Any]]:
    """Each record with the cursor behind it; None in its place after `quiet_s` without one.

    What is there comes by time, then what is new. Nothing is read ahead but one fetch: a slow
    reader is waited for. Raises TransientError while Kafka is away.
    """
    async with reader(servers, TOPICS, FETCH_BYTES) as consumer:
        cursor = await placed(consumer, start)
        found = by_time(consumer)
        coming = asyncio.ensure_future(anext(found))
        try:
            while True:
                await asyncio.wait({coming}, timeout=quiet_s)
                if not coming.done():
                    yield cursor, None
                    continue
                record = coming.result()
                coming = asyncio.ensure_future(anext(found))
                cursor.passed(record.topic, record.partition, record.offset)
                yield cursor, record
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            await found.aclose()


async def placed(consumer: AIOKafkaConsumer, start: Start) -> Cursor:
    """Seek, and say where that is. A cursor of more than there is ends where the log does."""
    places = sorted(consumer.assignment())
    ends = await consumer.end_offsets(places)
    begins = await consumer.beginning_offsets(places)
    if isinstance(start, datetime):
        asked = dict.fromkeys(places, int(start.timestamp() * 1000))
        found = await consumer.offsets_for_times(asked)
        at = {place: found[place].offset if found[place] else ends[place] for place in places}
    elif start is None:
        at = ends
    else:
        own = {p: start.offsets.get((p.topic, p.partition), begins[p]) for p in places}
        at = {place: min(max(own[place], begins[place]), ends[place]) for place in places}
    for place in places:
        consumer.seek(place, at[place])
    return Cursor({(place.topic, place.partition): at[place] for place in places})
