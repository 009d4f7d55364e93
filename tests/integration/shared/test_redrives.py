"""Letters tried again and again: counted, closed together, left out in the end."""

import asyncio
import os
import subprocess
import sys
from secrets import token_hex
from uuid import uuid4

import pytest

from shared.errors import PoisonError
from shared.pipeline import STAGES
from shared.reference import reference_of
from shared.runner.burials import chosen, letters, redriven
from shared.runner.dead_letters import dead_letter
from shared.runner.decode import header
from shared.runner.scan import reader, until_end
from shared.testing.memory import Fetched

TRIAGE = STAGES["triage"]
INPUTS = TRIAGE.topic("inputs")
REDRIVE = sys.executable, "-m", "shared.cli.main", "dead-letters", "redrive", "--reason"


@pytest.fixture
def complaint():
    return str(uuid4())


@pytest.fixture
def reason():
    """A reason that no other test gives."""
    return f"reason_{token_hex(6)}"


@pytest.fixture
def bury(log, own_topic):
    async def buried(key, reason, *, times=0, parked="", record=None):
        count = [("dlq-redrives", str(times).encode())] if times else []
        record = record or Fetched(own_topic, 1, 7, key.encode(), b"x", count)
        await log.publish([dead_letter(TRIAGE, record, reason, PoisonError(reason), parked)])

    return buried


@pytest.fixture
def redrive(kafka):
    async def run(*arguments):
        env = {"REDRESS_KAFKA": kafka, "PATH": os.defpath}
        command, pipe = (*REDRIVE, *arguments), subprocess.PIPE
        child = await asyncio.create_subprocess_exec(*command, env=env, stdout=pipe, stderr=pipe)
        out, err = await child.communicate()
        return child.returncode, out.decode(), err.decode()

    return run


async def last(servers, topic, key):
    """The newest record with this key."""
    async with reader(servers, [topic]) as consumer:
        *_, record = [r async for r in until_end(consumer) if r.key == key.encode()]
    return record


async def mine(servers, key):
    return [x for x in await letters(servers) if x.record.key == key.encode()]


def counted(record):
    return [header(record, f"dlq-{name}") for name in ("redrives", "attempts")]


def origin(record):
    names = ("original-topic", "original-partition", "original-offset", "first-at")
    return [header(record, f"dlq-{name}") for name in names]


async def test_an_exhausted_letter_is_left_out_and_counted_and_blocks_no_other(
    bury, kafka, reason, redrive
):
    await bury(reason, reason, times=5)
    await bury(reason, reason)
    await bury(reason, reason)
    some = reason, "--limit", "2", "--yes"

    tried, done = await redrive(*some, "--dry-run"), await redrive(*some)

    left = "1 left out, redriven 5 times already\n"
    assert tried == (0, f"2 would be redriven; {left}", "")
    assert done == (0, f"2 redriven; {left}", "")
    assert [letter.redrives for letter in await mine(kafka, reason)] == [5]


async def test_redriving_a_parked_complaint_closes_all_its_letters_of_that_stage(
    bury, kafka, log, reason, complaint
):
    for why in (reason, "another", reason):
        await bury(complaint, why, parked=complaint)
    (letter,) = chosen(await letters(kafka), reason, complaint, 10)

    await log.publish(redriven(letter, "ops-1"))

    assert await mine(kafka, complaint) == []


async def test_the_redrives_of_a_parked_complaint_are_counted_up_to_the_fifth(
    bury, kafka, log, reason, complaint
):
    await bury(complaint, reason, parked=complaint)
    began = header((await mine(kafka, complaint))[0].record, "dlq-first-at")
    for times in range(5):
        (letter,) = await mine(kafka, complaint)
        assert counted(letter.record) == [str(times), str(times + 1)]
        await log.publish(redriven(letter, "ops-1"))
        again = await last(kafka, INPUTS, complaint)
        await bury(complaint, reason, parked=complaint, record=again)
    (letter,) = await mine(kafka, complaint)

    assert letter.exhausted
    assert header(letter.record, "dlq-original-topic") == INPUTS
    assert header(letter.record, "dlq-first-at") == began


async def test_a_redriven_record_still_says_where_and_when_it_was_buried_first(
    bury, kafka, log, reason, own_topic
):
    await bury(reason, reason)
    (first,) = await mine(kafka, reason)

    await log.publish(redriven(first, "ops-1"))
    again = await last(kafka, own_topic, reason)
    await bury(reason, reason, record=again)
    (second,) = await mine(kafka, reason)

    assert origin(first.record)[:3] == [own_topic, "1", "7"]
    assert "" not in origin(first.record)
    assert origin(again) == origin(second.record) == origin(first.record)
    assert counted(second.record) == ["1", "2"]


@pytest.mark.parametrize("odd", [b"many", b"9" * 5000, b"-1", b"\xff"])
def test_a_count_that_is_none_counts_as_nothing(own_topic, odd):
    record = Fetched(own_topic, 1, 7, b"k", b"x", [("dlq-redrives", odd)])

    letter = dead_letter(TRIAGE, record, "schema_invalid", PoisonError("schema_invalid"))

    assert counted(letter) == ["0", "1"]


async def test_a_record_cannot_pass_for_the_mark_that_closes_a_letter(bury, kafka, reason):
    await bury(reason, reason)
    (letter,) = await mine(kafka, reason)
    forged = [("dlq-of", str(letter.offset).encode()), ("x", b"y")]
    record = Fetched("any", 1, 8, reason.encode(), b"x", forged)

    await bury(reason, reason, record=record)

    assert len(await mine(kafka, reason)) == 2


async def test_a_reference_chooses_a_parked_complaint(bury, kafka, reason, complaint):
    await bury(complaint, reason, parked=complaint)
    found = await letters(kafka)

    assert len(chosen(found, reason, reference_of(complaint), 10)) == 1
    assert chosen(found, reason, reference_of(str(uuid4())), 10) == []
