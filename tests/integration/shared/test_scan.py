"""Reading from outside: whose an error is, and a `redress tail` that is broken off."""

import asyncio
import os
import signal
import subprocess
import sys
from uuid import uuid4

import orjson
import pytest

from shared.errors import TransientError
from shared.pipeline import STAGES
from shared.reference import reference_of
from shared.runner.ports import Record
from shared.runner.scan import reader

EVENTS = STAGES["triage"].topic("events")
TAIL = sys.executable, "-m", "shared.cli.main", "tail", "--from", "earliest", "--id"


@pytest.fixture
def complaint():
    return str(uuid4())


@pytest.fixture
async def tail(kafka):
    """Start the command; it is ended with the test."""
    children = []

    async def started(*arguments, **streams):
        env = {"REDRESS_KAFKA": kafka, "PATH": os.defpath}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        child = await asyncio.create_subprocess_exec(*TAIL, *arguments, env=env, **streams)
        children.append(child)
        return child

    yield started
    for child in children:
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def produced(log, complaint, *values):
    for value in values:
        await log.publish([Record(EVENTS, complaint.encode(), value, [])])
        await asyncio.sleep(0.005)


async def lines(child, count):
    async with asyncio.timeout(30):
        return [orjson.loads(await child.stdout.readline()) for _ in range(count)]


@pytest.mark.parametrize("raised", [BrokenPipeError, OSError, TimeoutError])
async def test_an_error_of_the_caller_is_not_taken_for_an_absent_kafka(kafka, own_topic, raised):
    with pytest.raises(raised):
        async with reader(kafka, [own_topic]):
            raise raised


async def test_an_absent_kafka_is_said_to_be_away(nowhere):
    with pytest.raises(TransientError, match="Kafka is away"):
        async with reader(nowhere, ["any"]):
            pass


async def test_a_record_that_is_no_event_is_told_in_its_place(log, tail, complaint):
    await produced(log, complaint, b'{"n": 1}', b"\xff", b"[]", b"", b'{"n": 2}')

    first, *bad, last = await lines(await tail(complaint), 5)

    assert (first["n"], last["n"]) == (1, 2)
    assert bad == [{"id": None, "error": "undecodable"}] * 3


async def test_a_reference_names_a_complaint_as_its_id_does(log, tail, complaint):
    await produced(log, str(uuid4()), b'{"n": 0}')
    await produced(log, complaint, b'{"n": 1}')

    (line,) = await lines(await tail(reference_of(complaint).lower()), 1)

    assert line["n"] == 1


async def test_a_reader_that_has_gone_ends_tail_quietly(log, tail, complaint):
    await produced(log, complaint, b'{"n": 1}', b'{"n": 2}')
    reading, writing = os.pipe()
    os.close(reading)

    child = await tail(complaint, stdout=writing)
    os.close(writing)
    async with asyncio.timeout(30):
        _, said = await child.communicate()

    assert (child.returncode, said) == (0, b"")


async def test_an_interrupted_tail_says_nothing_and_ends_with_130(log, tail, complaint):
    await produced(log, complaint, b'{"n": 1}')
    child = await tail(complaint)
    await lines(child, 1)

    child.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        _, said = await child.communicate()

    assert (child.returncode, said) == (130, b"")
