"""How many records each consumer group has still to read."""

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from shared.runner.access import access

PREFIX = "redress-"


async def lags(kafka: str) -> dict[str, int]:
    """Records between the committed offsets and the ends, by group; raises KafkaError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka, **access())
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, **access())
    await admin.start()
    await consumer.start()
    try:
        names = {name for name, *_ in await admin.list_consumer_groups()}
        found = {}
        for name in sorted(name for name in names if name.startswith(PREFIX)):
            committed = await admin.list_consumer_group_offsets(name)
            ends = await consumer.end_offsets(list(committed))
            found[name] = sum(ends[place] - at.offset for place, at in committed.items())
        return found
    finally:
        await consumer.stop()
        await admin.close()
