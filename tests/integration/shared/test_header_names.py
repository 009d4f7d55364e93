"""A record with a header name that is no UTF-8 stops nobody, on a real Kafka."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer

from shared.runner.scan import reader, until_end
from tests.odd_names import produce

GZIP = 1


@pytest.mark.parametrize("codec", [0, GZIP])
async def test_such_a_record_is_read_and_so_is_what_stands_before_and_behind(
    addresses, own_topic, codec
):
    async with AIOKafkaProducer(bootstrap_servers=addresses.kafka) as producer:
        await producer.send_and_wait(own_topic, b"before", partition=0)
        await produce(addresses.kafka, own_topic, [b"0", b"1", b"2"], codec)
        await producer.send_and_wait(own_topic, b"behind", partition=0, headers=[("é", b"2")])

    async with asyncio.timeout(20), reader(addresses.kafka, [own_topic]) as consumer:
        found = [record async for record in until_end(consumer)]

    assert [record.value for record in found] == [b"before", b"0", b"1", b"2", b"behind"]
    assert [record.offset for record in found] == list(range(5))
    assert found[1].headers == (("even", b"1"), ("b", None))
    assert found[2].headers == ((r"\xff\xfe", b"1"), ("b", None))
    assert found[4].headers == (("é", b"2"),)
