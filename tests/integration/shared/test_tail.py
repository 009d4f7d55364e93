"""Reading the log from outside: `redress tail` as a process, and the order of what it prints."""

import asyncio
import contextlib
import os
import subprocess
import sys
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from shared.envelope import write
from shared.events.intake import ComplaintReceived
from shared.events.resolution import CaseClosed
from shared.events.triage import CaseAssigned
from shared.headers import headers
from shared.pipeline import STAGES
from shared.runner.ports import Record
from shared.runner.scan import by_time, reader, until_end
from shared.testing.builders import an_envelope

TAIL = sys.executable, "-m", "shared.cli.main", "tail"


@pytest.fixture
def complaint():
    return str(uuid4())


async def happened(log, complaint, model):
    """An example of an event of this complaint in the log."""
    envelope = an_envelope(model)
    topic = STAGES[envelope.stage].topic("events")
    record = Record(topic, complaint.encode(), write(envelope), headers(envelope))
    await log.publish([record])
    await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def tailing(servers, *arguments):
    """The command at work; gives what reads its next line."""
    child = await asyncio.create_subprocess_exec(
        *TAIL,
        *arguments,
        env={"REDRESS_KAFKA": servers, "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )

    async def line():
        async with asyncio.timeout(30):
            return orjson.loads(await child.stdout.readline())

    yield line
    child.terminate()
    await child.communicate()


async def test_tail_prints_what_there_is_goes_on_live_and_takes_up_a_cursor(kafka, log, complaint):
    for model in (ComplaintReceived, CaseAssigned):
        await happened(log, complaint, model)

    async with tailing(kafka, "--from", "earliest", "--id", complaint) as line:
        first, second = await line(), await line()
        await happened(log, complaint, CaseClosed)
        third = await line()
    async with tailing(kafka, "--from", second["cursor"], "--id", complaint) as line:
        again = [await line(), await line()]

    types = [ComplaintReceived.event_type, CaseAssigned.event_type, CaseClosed.event_type]
    assert [event["type"] for event in (first, second, third)] == types
    assert again == [second, third]


async def test_tail_begins_at_a_record_and_leaves_other_stages_out(kafka, log, complaint):
    for model in (ComplaintReceived, CaseAssigned, CaseClosed, CaseAssigned):
        await happened(log, complaint, model)
    topic = STAGES["triage"].topic("events")
    async with reader(kafka, [topic]) as consumer:
        ours = [r async for r in until_end(consumer) if r.key == complaint.encode()]
    place = f"{topic}/{ours[0].partition}/{ours[0].offset}"

    async with tailing(kafka, "--from", place, "--id", complaint) as line:
        every = [(await line())["type"] for _ in range(3)]
    async with tailing(kafka, "--from", place, "--stage", "triage", "--id", complaint) as line:
        own = [(await line())["type"] for _ in range(2)]

    assert every == [m.event_type for m in (CaseAssigned, CaseClosed, CaseAssigned)]
    assert own == [CaseAssigned.event_type] * 2


@pytest.mark.parametrize(
    "start", ["complaints.triage.events/0/999999999", "complaints.no.events/0/1", "x/y/z"]
)
async def test_a_record_that_is_not_there_is_a_mistake_of_usage(kafka, start):
    child = await asyncio.create_subprocess_exec(
        *TAIL,
        "--from",
        start,
        env={"REDRESS_KAFKA": kafka, "PATH": os.defpath},
        stderr=subprocess.PIPE,
    )
    _, said = await child.communicate()

    assert (child.returncode, said.count(b"\n")) == (2, 1)
    assert b"--from" in said


async def test_what_is_there_comes_by_time_over_all_partitions_and_then_what_is_new(
    kafka, own_topic
):
    """One partition needs several fetches, the other one: each must wait for the other."""
    async with (
        AIOKafkaProducer(bootstrap_servers=kafka) as producer,
        reader(kafka, [own_topic]) as consumer,
    ):
        for time in range(1, 61):
            value = bytes(900_000) if time % 2 else b"small"
            await producer.send(own_topic, value, partition=time % 2, timestamp_ms=time)
        await producer.flush()
        found = by_time(consumer)
        there = [(await anext(found)).timestamp for _ in range(60)]
        await producer.send_and_wait(own_topic, b"new", partition=0, timestamp_ms=61)
        new = (await anext(found)).timestamp
        await found.aclose()

    assert there == list(range(1, 61))
    assert new == 61
