"""The consumer on the page about events, against a real Kafka."""

import asyncio
import os
import re
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.envelope import Envelope, make, write
from shared.events.resolution import AppealRefused, CaseClosed, RatingNoted
from shared.headers import headers
from shared.pipeline import STAGES
from shared.runner.kafka import KafkaLog
from shared.runner.partitions import create_topics
from shared.runner.ports import Record
from shared.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs/consuming-events.md").read_text("utf-8")
RESOLUTION = STAGES["resolution"]
LONGEST_PROGRAM = 15


def program():
    return re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]


def record(complaint, sequence, data, lane="normal"):
    envelope = make(
        data,
        id=str(uuid.uuid4()),
        stage="resolution",
        complaint=complaint,
        time=datetime.now(UTC),
        lane=lane,
        sequence=sequence,
    )
    topic = RESOLUTION.topic("events", lane)
    return Record(topic, complaint.encode(), write(envelope), headers(envelope))


async def produce(servers, records):
    await create_topics(servers, Settings().partitions, 1)
    log = KafkaLog(servers)
    await log.start()
    await log.publish(records)
    await log.stop()


def printed(consumer, complaint, count):
    """The event types that the program prints about a complaint, until it printed `count`."""
    lines = (line.split() for line in consumer.stdout)
    ours = (kind for _, subject, kind in lines if subject == complaint)
    return [next(ours) for _ in range(count)]


@pytest.fixture
def consumer(addresses):
    command = [sys.executable, "-c", program()]
    env = {**os.environ, "REDRESS_KAFKA": addresses.kafka}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - the page's own program
        yield process
        process.kill()


async def test_the_consumer_of_the_page_prints_each_event_once(addresses, consumer):
    complaint = str(uuid.uuid4())
    rated = record(complaint, 1, RatingNoted(decision_id="d", score=5))
    refused = record(complaint, 2, AppealRefused(rule="too-late", input_id="i"))
    closed = record(complaint, 3, CaseClosed(outcome="upheld", level=1))
    await produce(addresses.kafka, [rated, refused, rated, refused, closed])
    assert await asyncio.to_thread(printed, consumer, complaint, 3) == [
        "redress.rating-noted.v1",
        "redress.appeal-refused.v1",
        "redress.case-closed.v1",
    ]


async def test_the_consumer_of_the_page_reads_the_express_lane_too(addresses, consumer):
    complaint = str(uuid.uuid4())
    closed = record(complaint, 1, CaseClosed(outcome="upheld", level=1), "express")
    await produce(addresses.kafka, [closed])
    types = await asyncio.to_thread(printed, consumer, complaint, 1)
    assert types == ["redress.case-closed.v1"]


def test_the_program_is_as_short_as_the_page_says():
    code = [line for line in program().splitlines() if line.strip()]
    assert len(code) <= LONGEST_PROGRAM


def test_the_page_explains_every_attribute_of_the_envelope():
    table = PAGE.partition("## Envelope")[2].partition("##")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == list(Envelope.model_fields)
