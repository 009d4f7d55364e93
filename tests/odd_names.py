"""Batches of records with header names that are no UTF-8, as another client may write them."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

ODD = b"\xff\xfe"
ROOM = 1 << 20


class Name(str):
    """Is written as these bytes, whatever it says."""

    __slots__ = ()

    def encode(self, *_):
        return ODD


async def produce(servers: str, topic: str, values: Sequence[bytes], codec=0, key=None) -> None:
    """One batch to partition 0: each second record has a name of that kind."""
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(  # noqa: SLF001 - the other one is strict
            2, codec, False, -1, -1, -1, ROOM
        )
        for number, value in enumerate(values):
            name = Name("odd") if number % 2 else "even"
            batch.append(key=key, value=value, timestamp=None, headers=[(name, b"1"), ("b", None)])
        batch.close()
        await (await producer.send_batch(batch, topic, partition=0))
