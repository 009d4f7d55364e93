"""Sends one complaint of each kind through our services, and writes the script of what they did."""

from __future__ import annotations

from pymongo import AsyncMongoClient

from shared.pipeline import LANES, ROWS, STAGES
from shared.runner.scan import reader, until_end
from shared.settings import Settings
from tests.bench.limit.script import Script, written

TOPICS = [row.topic(kind, lane) for row in ROWS for kind in ("events", "inputs") for lane in LANES]


async def record(settings: Settings) -> Script:
    """Read what our services left in the log and in the collections."""
    async with reader(settings.kafka, TOPICS) as consumer:
        found = [(r.timestamp, r.topic, r.value) async for r in until_end(consumer)]
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(
        settings.mongo.get_secret_value()
    )
    documents = {
        name: {row["_id"]: row async for row in client[settings.database][name].find({})}
        for name in STAGES
    }
    await client.close()
    return written([(topic, value) for _, topic, value in sorted(found)], documents)
